"""The amounts of each year, read once; their sources and how sure they are stand in `montants.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_APRIL = 4
CRDS = 0.995  # what is left of a benefit once this tax is taken


@dataclass(frozen=True)
class Montants:
    """What holds in a month: amounts in cents, ceilings in euros a year."""

    bmaf: int
    rsa: int
    aah: int
    ppa: int
    loyer_plafond: int
    parts: Mapping[str, float]
    plafonds: Mapping[str, int]

    def part(self, name: str, *, is_taxed: bool = True) -> int:
        """A benefit that is a share of the base mensuelle, in cents."""
        return round(self.bmaf * self.parts[name] * (CRDS if is_taxed else 1))


@cache
def montants(annee: int) -> Montants:
    """Those of the year that begins on 1 April; the nearest known for a year before or after."""
    data = _data()
    known = sorted(int(year) for year in data["annees"])
    row = data["annees"][str(min(max(annee, known[0]), known[-1]))]
    in_cents = {name: round(euros * 100) for name, euros in row.items()}
    return Montants(**in_cents, parts=data["parts"], plafonds=data["plafonds"])


def montants_of(mois: date) -> Montants:
    return montants(mois.year if mois.month >= _APRIL else mois.year - 1)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("montants.toml").read_text("utf-8"))
