"""The shapes of what the files of the definitions say."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portail.afas.definitions.expressions import Expression
from portail.afas.enums import Phase, VoletKind

SURETE = {
    "A": "texte officiel",
    "B": "source secondaire",
    "C": "déduit de chiffres publiés",
    "M": "à confirmer par votre Caf",
}
FORMATS = ("nombre", "montant", "oui_non", "texte")
CUMULS = ("somme", "maximum", "minimum", "moyenne")
NIVEAUX = ("bloquant", "a_justifier")
ALL_PHASES = tuple(Phase.values)
N1, PRECEDENT = "n1_", "precedent_"


class DefinitionError(Exception):
    """A file of the definitions is wrong; its text names the file and the remedy."""


@dataclass(frozen=True)
class Champ:
    """A field of a volet. Numbers are kept as exact decimals; `calcul` makes it computed, never entered.

    `cumul` says how the lieux of an activité add up: `somme`, `maximum`, `minimum` or `moyenne`. A computed field is
    worked out of the totals, or with `par_lieu` in each lieu first.
    """

    code: str
    libelle: str
    unite: str = ""
    aide: str = ""
    source: str = ""
    tranche: str = ""
    format: str = "nombre"
    decimales: int = 0
    obligatoire: bool = False
    cumul: str = "somme"
    par_lieu: bool = False
    calcul: Expression | None = None
    natures: tuple[str, ...] = ()

    def is_for(self, nature: str) -> bool:
        return not self.natures or nature in self.natures


@dataclass(frozen=True)
class Groupe:
    """Fields shown and saved together."""

    code: str
    libelle: str
    champs: tuple[Champ, ...]
    aide: str = ""


@dataclass(frozen=True)
class Seuil:
    """A threshold of the checks: ours, until a Caf gives its own."""

    code: str
    libelle: str
    unite: str
    valeur: Decimal


@dataclass(frozen=True)
class Controle:
    """A check: `expression` is true when all is well; `mots` says the formula in words."""

    code: str
    libelle: str
    niveau: str  # bloquant, a_justifier
    expression: Expression
    mots: str
    message: str
    natures: tuple[str, ...] = ()
    phases: tuple[str, ...] = ALL_PHASES

    @property
    def is_blocking(self) -> bool:
        return self.niveau == "bloquant"

    def is_for(self, nature: str, phase: str) -> bool:
        return (not self.natures or nature in self.natures) and phase in self.phases


@dataclass(frozen=True)
class Ligne:
    """A line of the calculation of a right; the last line of a formula is the amount."""

    code: str
    libelle: str
    expression: Expression
    mots: str
    unite: str = "€"
    source: str = ""
    decimales: int | None = None
    natures: tuple[str, ...] = ()

    def is_for(self, nature: str) -> bool:
        return not self.natures or nature in self.natures


@dataclass(frozen=True)
class Chiffre:
    """A figure of a barème for an exercice; `valeur` is None where nobody has published it.

    `nature` is empty for what all natures share. It stands for its own exercice only, unless `is_carried`: then for
    the next ones too, until another is written.
    """

    code: str
    libelle: str
    unite: str
    exercice: int
    valeur: Decimal | None
    source: str
    surete: str
    nature: str = ""
    is_carried: bool = False

    @property
    def key(self) -> str:
        """« prix_plafond-periscolaire »: names it among those of its type."""
        return f"{self.code}-{self.nature}" if self.nature else self.code

    def is_for(self, nature: str) -> bool:
        return self.nature in ("", nature)

    def source_for(self, exercice: int) -> str:
        """Where it comes from; said of an earlier exercice when it is carried forward from there."""
        is_older = self.exercice < exercice and self.valeur is not None
        return f"{self.source} (exercice {self.exercice}, reconduit)" if is_older else self.source


@dataclass(frozen=True, eq=False)
class Definition:
    """What a type declares from an exercice on."""

    type: str
    since: int
    activite: tuple[Groupe, ...]
    financier: tuple[Groupe, ...]
    controles: tuple[Controle, ...]
    lignes: tuple[Ligne, ...]
    thresholds: tuple[Seuil, ...]

    @property
    def version(self) -> str:
        """« alsh/2023 »: kept with what was declared by it."""
        return f"{self.type}/{self.since}"

    @property
    def seuils(self) -> dict[str, Decimal]:
        return {seuil.code: seuil.valeur for seuil in self.thresholds}

    def groupes(self, volet: str, nature: str) -> list[Groupe]:
        """The groups of a volet with the fields of this nature; empty groups are left out."""
        own = self.activite if volet == VoletKind.ACTIVITE else self.financier
        kept = [Groupe(g.code, g.libelle, tuple(c for c in g.champs if c.is_for(nature)), g.aide) for g in own]
        return [groupe for groupe in kept if groupe.champs]

    def champs(self, volet: str, nature: str) -> dict[str, Champ]:
        return {champ.code: champ for groupe in self.groupes(volet, nature) for champ in groupe.champs}

    @property
    def every_champ(self) -> tuple[Champ, ...]:
        """Of both volets and every nature."""
        return tuple(champ for groupe in (*self.activite, *self.financier) for champ in groupe.champs)

    def lignes_for(self, nature: str) -> list[Ligne]:
        return [ligne for ligne in self.lignes if ligne.is_for(nature)]

    def figures(self, nature: str) -> tuple[str, ...]:
        """The figures of a barème that the formula of this nature needs, in the order it reads them."""
        ours = {champ.code for champ in self.every_champ} | {ligne.code for ligne in self.lignes}
        terms = (term for ligne in self.lignes_for(nature) for term in ligne.expression.terms)
        return tuple(dict.fromkeys(term for term in terms if term not in ours))


@dataclass(frozen=True, eq=False)
class TypeActivite:
    """A type of activité: « alsh », its natures, its definitions by first exercice, its published figures.

    `left_out` says in words what the financing knows and the formula does not work out.
    """

    code: str
    libelle: str
    libelle_activite: str
    natures: dict[str, str]
    definitions: dict[int, Definition]
    chiffres: tuple[Chiffre, ...]
    left_out: tuple[str, ...] = ()

    def definition(self, exercice: int) -> Definition:
        """What applies to this exercice: the newest that had begun, else the first."""
        begun = [since for since in self.definitions if since <= exercice]
        return self.definitions[max(begun, default=min(self.definitions))]

    def figures(self, exercice: int, nature: str | None = None) -> tuple[Chiffre, ...]:
        """What the barème of this exercice has to say, of one nature or of all: an absent figure has no `valeur`."""
        wanted = [nature] if nature is not None else list(self.natures)
        found = (
            _of_exercice([f for f in self.chiffres if f.code == code and f.is_for(each)], exercice)
            for each in wanted
            for code in self.definition(exercice).figures(each)
        )
        return tuple({figure.key: figure for figure in found}.values())


def _of_exercice(versions: Iterable[Chiffre], exercice: int) -> Chiffre:
    """The figure of the exercice itself, else the newest before it if it is carried, else one without value."""
    newest_first = sorted(versions, key=lambda figure: -figure.exercice)
    last = next((figure for figure in newest_first if figure.exercice <= exercice), None)
    if last is not None and (last.exercice == exercice or last.is_carried):
        return last
    known = newest_first[0]
    return Chiffre(known.code, known.libelle, known.unite, exercice, None, "", "", known.nature)
