"""The right, line by line: every figure with its source, and the name of what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.calculs.baremes import Retenu, without_value
from portail.afas.calculs.valeurs import Terme, Valeurs
from portail.afas.definitions import Definition, Ligne
from portail.afas.definitions.expressions import Absent, rounded


@dataclass(frozen=True)
class LigneCalculee:
    """A line as worked out: the terms that it used, with their values; no `valeur` when one of them is missing."""

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
    asked = {code: figures.get(code) or without_value(code) for code in definition.figures(nature)}
    names = {champ.code: champ.libelle for champ in definition.every_champ}
    names |= {ligne.code: ligne.libelle for ligne in definition.lignes}
    working = _Working(valeurs, asked, names, {})
    lines = [working.line(ligne) for ligne in definition.lignes_for(nature)]
    absent = {term.code: term for term in working.absent(lines[-1])}
    return Calcul(
        lignes=tuple(lines),
        montant=lines[-1].valeur,
        missing_figures=tuple(asked[code] for code in absent if code in asked),
        missing_fields=tuple(term for code, term in absent.items() if code not in asked),
    )


@dataclass(frozen=True)
class _Working:
    valeurs: Valeurs
    figures: Mapping[str, Retenu]
    names: Mapping[str, str]  # of every field and line, those of the other natures included
    lines: dict[str, LigneCalculee]

    def line(self, ligne: Ligne) -> LigneCalculee:
        try:
            found: Decimal | None = ligne.expression.value(self._value)
            if found is not None and ligne.decimales is not None:
                found = rounded(found, Decimal(ligne.decimales))
        except Absent:
            found = None
        needed = ligne.expression.needed(self._value)
        made = LigneCalculee(ligne, found, tuple(self._terme(term) for term in needed))
        self.lines[ligne.code] = made
        return made

    def absent(self, line: LigneCalculee) -> Iterator[Terme]:
        """The terms without value that leave this line without one, those of the lines it reads included."""
        for terme in line.termes:
            if terme.valeur is None and terme.code in self.lines:
                yield from self.absent(self.lines[terme.code])
            elif terme.valeur is None:
                yield terme

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
        return Terme(term, self.names.get(term, term), Decimal(0), "", "sans objet pour cette nature")
