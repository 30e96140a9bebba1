"""The figures of the months, in the perimeter of who asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from portail.conventions.models import Organisme
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.supervision.models import Usage
from portail.supervision.queries.habilitations import supervised

LABELS = {
    "connexions": "Connexions",
    "connectes": "Personnes connectées",
    "habilites": "Personnes habilitées",
    "ouvertes": "Habilitations ouvertes",
    "terminees": "Habilitations terminées",
}
FIGURES = tuple(LABELS)
_SUMS: dict[str, Any] = {name: Sum(name, default=0) for name in FIGURES}


@dataclass(frozen=True)
class Bar:
    """A figure and the length of its bar, out of 100 for the longest of its column."""

    label: str
    value: int
    length: int


@dataclass(frozen=True)
class Row:
    label: str
    bars: list[Bar]


def last_months(day: date) -> list[date]:
    """The first days of the twelve months up to that of the day, the newest first."""
    months = [day.replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def months_for(acteur: Acteur) -> list[Row]:
    """Every figure of the last twelve months, whole conventions, the newest first."""
    rows = _usages(acteur).filter(service="", mois__in=last_months(acteur.on))
    told = rows.values("mois").annotate(**_SUMS).order_by("-mois")
    return _with_bars([(f"{row['mois']:%m/%Y}", row) for row in told], FIGURES)


def services_for(acteur: Acteur, mois: date) -> list[Row]:
    """The people and the rights of each service that month."""
    rows = _usages(acteur).filter(mois=mois).exclude(service="").values("service").annotate(**_SUMS)
    found = {row["service"]: row for row in rows.order_by("service")}
    return _with_bars([(s.libelle, found[s.code]) for s in roles.SERVICES.values() if s.code in found], FIGURES[2:])


def organismes_for(acteur: Acteur, mois: date) -> QuerySet[Organisme]:
    """The organisations of the perimeter with the figures of that month, by name."""
    sums: dict[str, Any] = {name: Sum(f"conventions__usages__{name}", default=0) for name in FIGURES}
    mine = Organisme.objects.filter(
        conventions__in=supervised(acteur), conventions__usages__mois=mois, conventions__usages__service=""
    )
    return mine.annotate(**sums).order_by("sort_key", "pk")


def known_months(acteur: Acteur) -> list[date]:
    """The months with figures, the newest first."""
    rows = _usages(acteur).filter(service="", mois__in=last_months(acteur.on))
    return list(rows.order_by("-mois").values_list("mois", flat=True).distinct())


def _usages(acteur: Acteur) -> QuerySet[Usage]:
    return Usage.objects.filter(convention__in=supervised(acteur))


def _with_bars(rows: list[tuple[str, Any]], names: tuple[str, ...]) -> list[Row]:
    longest = {name: max((row[name] for _, row in rows), default=0) or 1 for name in names}

    def bars(row: Any) -> list[Bar]:
        return [Bar(LABELS[name], row[name], round(100 * row[name] / longest[name])) for name in names]

    return [Row(label, bars(row)) for label, row in rows]
