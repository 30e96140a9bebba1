"""The right, line by line: every figure with its source, and the name of what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.calculs.valeurs import Terme, Valeurs
from portail.afas.definitions import Definition, Ligne
from portail.afas.definitions.expressions import Absent, rounded


@dataclass(frozen=True)
class Retenu:
    """A figure of a barème as retained for a calculation; `valeur` is None when nobody has given it."""

    code: str
    libelle: str
    valeur: Decimal | None
    unite: str
    source: str


@dataclass(frozen=True)
class LigneCalculee:
    """A line as worked out: its terms with their values; no `valeur` when a term is missing."""

    ligne: Ligne
    valeur: Decimal | None
    termes: tuple[Terme, ...]


@dataclass(frozen=True)
class Calcul:
    """The whole calculation; `montant` is the last line's. What stops it is named in both lists of missing terms."""

    lignes: tuple[LigneCalculee, ...]
    montant: Decimal | None
    missing_figures: tuple[Retenu, ...]
    missing_fields: tuple[Terme, ...]


def calculated(definition: Definition, nature: str, valeurs: Valeurs, figures: Mapping[str, Retenu]) -> Calcul:
    """The right that these values open by the formula of the definition and the figures of the exercice."""
    working = _Working(valeurs, figures, {})
    lines = tuple(working.line(ligne) for ligne in definition.lignes if ligne.is_for(nature))
    terms = {terme.code: terme for line in lines for terme in line.termes if terme.valeur is None}
    return Calcul(
        lignes=lines,
        montant=lines[-1].valeur if lines else None,
        missing_figures=tuple(figures[code] for code in terms if code in figures),
        missing_fields=tuple(t for code, t in terms.items() if code not in figures and code not in working.lines),
    )


@dataclass(frozen=True)
class _Working:
    valeurs: Valeurs
    figures: Mapping[str, Retenu]
    lines: dict[str, LigneCalculee]

    def line(self, ligne: Ligne) -> LigneCalculee:
        try:
            found: Decimal | None = ligne.expression.value(self._value)
            if found is not None and ligne.decimales is not None:
                found = rounded(found, Decimal(ligne.decimales))
        except Absent:
            found = None
        made = LigneCalculee(ligne, found, tuple(self._terme(term) for term in ligne.expression.terms))
        self.lines[ligne.code] = made
        return made

    def _value(self, term: str) -> Decimal:
        if (terme := self._terme(term)).valeur is None:
            raise Absent(term)
        return terme.valeur

    def _terme(self, term: str) -> Terme:
        if term in self.lines:
            line = self.lines[term]
            return Terme(term, line.ligne.libelle, line.valeur, line.ligne.unite, "ligne de ce calcul")
        if term in self.figures:
            figure = self.figures[term]
            return Terme(term, figure.libelle, figure.valeur, figure.unite, figure.source)
        if term in self.valeurs.champs:
            return self.valeurs.terme(term)
        return Terme(term, term, Decimal(0), "", "sans objet pour cette nature")
