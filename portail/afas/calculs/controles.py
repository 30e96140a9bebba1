"""The checks of a declaration: what holds, what blocks, what asks for a justification."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.calculs.valeurs import Terme, Valeurs
from portail.afas.definitions import Controle, Definition
from portail.afas.definitions.expressions import Absent

_BEFORE = {"n1_": "réel de l'année précédente", "precedent_": "déclaration précédente de l'exercice"}


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
    reader = _Reader(valeurs, n1, precedent, {**definition.seuils, **(seuils or {})})
    return [reader.constat(each) for each in definition.controles if each.is_for(nature, phase)]


@dataclass(frozen=True)
class _Reader:
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
        if valeurs is None:
            raise Absent(term)
        return valeurs.value(code)

    def _place(self, term: str) -> tuple[Valeurs | None, str]:
        for prefix, valeurs in (("n1_", self.n1), ("precedent_", self.precedent)):
            if term.startswith(prefix):
                return valeurs, term.removeprefix(prefix)
        return self.valeurs, term

    def _terme(self, term: str) -> Terme:
        if term in self.seuils:
            return Terme(term, "Seuil", Decimal(self.seuils[term]), "", "seuil de la Caf")
        valeurs, code = self._place(term)
        source = next((said for prefix, said in _BEFORE.items() if term.startswith(prefix)), "")
        if valeurs is None or code not in valeurs.champs:
            return Terme(term, code, None, "", source)
        read = valeurs.terme(code)
        return Terme(term, read.libelle, read.valeur, read.unite, source or read.source)
