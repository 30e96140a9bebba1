"""What a measure says: one JSON line per figure, with its target and whether it holds."""

from __future__ import annotations

import json
import operator
import os
import statistics
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

COMPARISONS = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


@dataclass(frozen=True)
class Place:
    """Where a group measures: the owner's database address, a folder to write in, the children's variables."""

    url: str
    folder: Path
    environment: dict[str, str]

    def variables(self, **changes: str) -> dict[str, str]:
        """The variables of a child process."""
        return self.environment | changes


@dataclass(frozen=True)
class Figure:
    """One line of the answer. `value` is None when nothing could be measured."""

    group: str
    figure: str
    value: float | None
    unit: str
    target: str
    holds: bool
    detail: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def holds(value: float | None, target: str) -> bool:
    """Does the value meet a target such as `>= 0.5`? Nothing measured meets nothing."""
    sign, _, bound = target.partition(" ")
    return value is not None and bool(COMPARISONS[sign](value, float(bound)))


@dataclass(frozen=True)
class Measured:
    """What a measure found, before it is given to its group; `spoiled` says why it counts for nothing."""

    figure: str
    value: float | None
    unit: str
    target: str
    detail: dict[str, Any] = field(default_factory=dict)
    spoiled: str = ""
    excused: str = ""

    def of(self, group: str) -> Figure:
        kept = bool(self.excused) or (holds(self.value, self.target) and not self.spoiled)
        notes = {"spoiled": self.spoiled, "excused": self.excused}
        detail = self.detail | {name: note for name, note in notes.items() if note}
        value = None if self.value is None else _short(self.value)
        return Figure(group, self.figure, value, self.unit, self.target, kept, detail)


def _short(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def measured(
    group: str, steps: Sequence[tuple[str, Callable[[Place], Iterator[Measured]]]], place: Place
) -> Iterator[Figure]:
    """The figures of each step; one that fails is a figure that does not hold, and the next ones still run."""
    for name, step in steps:
        try:
            for found in step(place):
                yield found.of(group)
        except Exception as error:  # whatever it is, it must not hide the other figures
            last = traceback.format_exc().strip().splitlines()[-3:]
            yield Figure(group, name, None, "", "", False, {"error": str(error)[-2000:], "where": last})


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 100) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def load_average() -> float:
    """What else the machine does: above the number of cores, only ratios mean something."""
    return round(os.getloadavg()[0], 1)
