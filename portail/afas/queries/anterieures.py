"""What an activité declared before: what its other declarations are compared with, as it was transmitted last."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portail.afas.calculs import Valeurs, gathered
from portail.afas.definitions import definition_of
from portail.afas.enums import Phase
from portail.afas.models import Declaration, VersionDeclaration, Volet

Contenu = dict[str, Any]
_PHASES = list(Phase.values)


@dataclass(frozen=True)
class Avant:
    """A declaration transmitted before: `valeurs` are its sheets added up, `contenu` is what was signed."""

    libelle: str
    contenu: Contenu
    valeurs: Valeurs

    def sheet_like(self, volet: Volet) -> dict[str, str] | None:
        """What was typed in the sheet of the same kind and lieu; None when there was none."""
        place = (volet.kind, volet.lieu_id)
        found = (each for each in self.contenu["volets"] if (each["kind"], each["lieu"]) == place)
        return next((each["valeurs"] for each in found), None)


@dataclass(frozen=True)
class Anterieures:
    """`n1` is the réel of the year before; `precedent` the last phase of the same exercice that was transmitted."""

    n1: Avant | None
    precedent: Avant | None


def earlier(declaration: Declaration) -> Anterieures:
    return earlier_of_each([declaration])[declaration.pk]


def earlier_of_each(declarations: Collection[Declaration]) -> dict[int, Anterieures]:
    """By declaration; the échéances of all are loaded."""
    found = _transmitted(declarations)
    return {each.pk: _earlier(each, found) for each in declarations}


_Found = dict[tuple[int, int, str], VersionDeclaration]


def _transmitted(declarations: Collection[Declaration]) -> _Found:
    """By activité, exercice and phase, the last version: one being corrected still says what it said."""
    years = {declaration.echeance.exercice for declaration in declarations}
    rows = VersionDeclaration.objects.filter(
        Q(declaration__echeance__exercice__in={year - 1 for year in years}, declaration__echeance__phase=Phase.REEL)
        | Q(declaration__echeance__exercice__in=years) & ~Q(declaration__echeance__phase=Phase.REEL),
        declaration__activite__in={declaration.activite_id for declaration in declarations},
    ).select_related("declaration__echeance")
    last = rows.order_by("declaration_id", "-numero").distinct("declaration_id")
    return {(v.declaration.activite_id, v.declaration.echeance.exercice, v.declaration.echeance.phase): v for v in last}


def _earlier(declaration: Declaration, found: _Found) -> Anterieures:
    activite, exercice = declaration.activite_id, declaration.echeance.exercice
    before = reversed(_PHASES[: _PHASES.index(declaration.echeance.phase)])
    versions = (found.get((activite, exercice, phase)) for phase in before)
    return Anterieures(
        n1=_avant(found.get((activite, exercice - 1, Phase.REEL))),
        precedent=_avant(next((version for version in versions if version), None)),
    )


def _avant(version: VersionDeclaration | None) -> Avant | None:
    if version is None:
        return None
    return Avant(str(version.declaration.echeance), version.contenu, valeurs_of(version.contenu))


def valeurs_of(contenu: Contenu) -> Valeurs:
    """The fields of a frozen content, all its volets together."""
    volets = [(volet["kind"], volet["valeurs"]) for volet in contenu["volets"]]
    return gathered(definition_of(contenu["definition"]), contenu["activite"]["nature"], volets)
