"""The checks of a declaration: what holds, what blocks, what asks for a justification."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.calculs.valeurs import Terme, Valeurs
from portail.afas.definitions import Controle, Definition
from portail.afas.definitions.expressions import Absent
from portail.afas.definitions.shapes import N1, PRECEDENT

_BEFORE = {N1: "réel de l'année précédente", PRECEDENT: "déclaration précédente de l'exercice"}


@dataclass(frozen=True)
class Constat:
    """What a check says of these values; `holds` is None when one of its terms has no value: it says nothing."""

    controle: Controle
    holds: bool | None
    termes: tuple[Terme, ...]

    @property
    def is_blocking(self) -> bool:
        return self.holds is False and self.controle.is_blocking

    @property
    def asks_justification(self) -> bool:
        return self.holds is False and not self.controle.is_blocking


def constats(
    definition: Definition,
    nature: str,
    phase: str,
    valeurs: Valeurs,
    *,
    n1: Valeurs | None = None,
    precedent: Valeurs | None = None,
    seuils: Mapping[str, Decimal] | None = None,
) -> list[Constat]:
    """Every check of this nature and phase, in the order of the definition.

    `n1` is the réel of the year before, `precedent` the declaration before this one in the exercice; `seuils` are the
    Caf's own thresholds, that replace those of the definition.
    """
    retained = {code: (seuils or {}).get(code, ours) for code, ours in definition.seuils.items()}
    reader = _Reader(definition, valeurs, n1, precedent, retained)
    return [reader.constat(each) for each in definition.controles if each.is_for(nature, phase)]


@dataclass(frozen=True)
class _Reader:
    definition: Definition
    valeurs: Valeurs
    n1: Valeurs | None
    precedent: Valeurs | None
    seuils: Mapping[str, Decimal]

    def constat(self, controle: Controle) -> Constat:
        terms = controle.expression.terms
        try:
            holds: bool | None = bool(controle.expression.value(self._value))
        except Absent:
            holds = None
        return Constat(controle, holds, tuple(self._terme(term) for term in terms))

    def _value(self, term: str) -> Decimal:
        if term in self.seuils:
            return Decimal(self.seuils[term])
        valeurs, code = self._place(term)
        if valeurs is None or code not in valeurs.champs:
            raise Absent(term)
        return valeurs.value(code)

    def _place(self, term: str) -> tuple[Valeurs | None, str]:
        for prefix, valeurs in ((N1, self.n1), (PRECEDENT, self.precedent)):
            if term.startswith(prefix):
                return valeurs, term.removeprefix(prefix)
        return self.valeurs, term

    def _terme(self, term: str) -> Terme:
        if term in self.seuils:
            said = next(seuil for seuil in self.definition.thresholds if seuil.code == term)
            return Terme(term, said.libelle, Decimal(self.seuils[term]), said.unite, "seuil de la Caf")
        valeurs, code = self._place(term)
        source = next((said for prefix, said in _BEFORE.items() if term.startswith(prefix)), "")
        now = self.valeurs.terme(code) if code in self.valeurs.champs else Terme(code, code, None)
        if valeurs is None or code not in valeurs.champs:
            return Terme(term, now.libelle, None, now.unite, source)
        return Terme(term, now.libelle, valeurs.terme(code).valeur, now.unite, source or now.source)
