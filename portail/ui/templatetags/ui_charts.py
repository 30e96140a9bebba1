"""Charts drawn on the server: shapes that stretch in an SVG, words in HTML around it, the figures in a table under it.

`{% chart montants "montants" %}` draws a `Chart`; colours, dashes and sizes are in theme.css, none of them here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()

Number = int | Decimal
SERIES = 4  # as many as the theme has colours
SHOWN_ROWS = 12  # a longer table of figures is folded
_STEPS = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
_TICKS = 4
_WIDEST = 20  # of the chart, in hundredths: one bar alone is still a bar
_GAP = 0.25  # of the width of a label, left free between two groups of bars


@dataclass(frozen=True)
class Serie:
    """What is told of each label: a value, or None where there is none."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Chart:
    """Series told over the same labels: groups of bars, or lines over time (`kind` is "bars" or "lines")."""

    title: str
    labels: Sequence[str]
    series: Sequence[Serie]
    unit: str = ""
    decimals: int = 0
    kind: str = "bars"
    first: str = "Période"

    def __post_init__(self) -> None:
        if len(self.series) > SERIES or any(len(serie.values) != len(self.labels) for serie in self.series):
            raise ValueError(f"« {self.title} »: at most {SERIES} series, one value for each label.")

    @property
    def known(self) -> list[Number]:
        return [value for serie in self.series for value in serie.values if value is not None]


@dataclass(frozen=True)
class Scale:
    """Round figures that hold all values, zero among them."""

    ticks: tuple[Decimal, ...]

    def height(self, value: Number) -> float:
        """How far down, out of 100, this value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return float((high - Decimal(value)) / (high - low) * 100)


def scale_of(values: Sequence[Number], decimals: int = 0) -> Scale:
    """The scale of these values in about four round steps, none finer than so many decimals."""
    low, high = Decimal(min([0, *values])), Decimal(max([0, *values]))
    step = _step((high - low) / _TICKS, Decimal(1).scaleb(-decimals))
    first, last = math.floor(low / step), math.ceil(high / step)
    return Scale(tuple(step * number for number in range(first, max(last, first + 1) + 1)))


def _step(rough: Decimal, finest: Decimal) -> Decimal:
    """The first round step that is long enough: 1, 2, 2.5, 5 or 10 times a power of ten."""
    power = max(Decimal(10) ** rough.adjusted() if rough else finest, finest)
    return next(power * each for each in _STEPS if power * each >= max(rough, finest) and power * each % finest == 0)


@dataclass(frozen=True)
class Shape:
    """A bar or a line: its serie (1 to 4), what it says when pointed at, the attributes of its element."""

    serie: int
    said: str
    place: tuple[str, ...]


def bars(chart: Chart, scale: Scale) -> list[Shape]:
    """Rectangles (x, y, width, height) out of 100, side by side for each label; none for a missing value."""
    group = 100 / len(chart.labels)
    width = min(group * (1 - _GAP) / len(chart.series), _WIDEST)
    margin = (group - width * len(chart.series)) / 2
    zero = scale.height(0)
    drawn = []
    for number, serie in enumerate(chart.series):
        for rank, (label, value) in enumerate(zip(chart.labels, serie.values, strict=True)):
            if value is None:
                continue
            x, y = group * rank + margin + width * number, scale.height(value)
            place = _points(x, min(y, zero), width, abs(y - zero))
            drawn.append(Shape(number + 1, f"{serie.label}, {label} : {figure(value, chart)}", place))
    return drawn


def lines(chart: Chart, scale: Scale) -> list[Shape]:
    """One path for each serie; a missing value interrupts it."""
    across = 100 / max(1, len(chart.labels) - 1)
    drawn = []
    for number, serie in enumerate(chart.series):
        path, is_drawing = "", False
        for rank, value in enumerate(serie.values):
            if value is not None:
                x, y = _points(across * rank, scale.height(value))
                path += f"{'L' if is_drawing else 'M'}{x} {y}"
            is_drawing = value is not None
        drawn.append(Shape(number + 1, serie.label, (path,)))
    return drawn


def _points(*numbers: float) -> tuple[str, ...]:
    """As attributes: with a point, whatever the language of the page."""
    return tuple(f"{round(number, 2):g}" for number in numbers)


def figure(value: Number | None, chart: Chart) -> str:
    """A value of the chart as it is read."""
    return amount(value, chart.unit, chart.decimals)


def amount(value: Number | None, unit: str = "", decimals: int = 0) -> str:
    """« 12 500,50 € »: rounded half away from zero, grouped as in French; « – » when there is none."""
    if value is None:
        return "–"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    told = number_format(rounded, decimals, force_grouping=True)
    return f"{told}\u00a0{unit}" if unit else told


@register.filter
def euros_or_dash(value: Number | None) -> str:
    """« 12 500,50 € »; « – » when there is none."""
    return amount(value, "€", 2)


@register.inclusion_tag("ui/components/chart.html")
def chart(chart: Chart, id: str) -> dict[str, Any]:
    """The chart and its table; `id` is unique in the page."""
    if not chart.known:
        return {"chart": chart, "id": id, "is_empty": True}
    scale = scale_of(chart.known, chart.decimals)
    return {
        "chart": chart,
        "id": id,
        "shapes": bars(chart, scale) if chart.kind == "bars" else lines(chart, scale),
        "ticks": _ticks(chart, scale),
        "labels": chart.labels if chart.kind == "bars" else _ends(chart.labels),
        "rows": _rows(chart),
        "is_folded": len(chart.labels) > SHOWN_ROWS,
    }


def _ticks(chart: Chart, scale: Scale) -> list[tuple[str, ...]]:
    """(figure, height) from the top down; no decimals when all are whole."""
    decimals = 0 if all(tick == int(tick) for tick in scale.ticks) else chart.decimals
    return [(amount(tick, chart.unit, decimals), _points(scale.height(tick))[0]) for tick in reversed(scale.ticks)]


def _ends(labels: Sequence[str]) -> list[str]:
    """The first, the middle one and the last: as many as the narrowest screen holds."""
    return [labels[rank] for rank in sorted({0, len(labels) // 2, len(labels) - 1})]


def _rows(chart: Chart) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each label, (name of the serie, figure)."""
    return [
        (label, [(serie.label, figure(serie.values[rank], chart)) for serie in chart.series])
        for rank, label in enumerate(chart.labels)
    ]
