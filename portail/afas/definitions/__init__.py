"""What each type of activité declares, and how its right is worked out: data, one folder per type.

`<type>/type.toml` names the type and its natures; `<type>/<year>/` holds what applies from that exercice on:
`champs.toml` (fields), `controles.toml` (checks), `formule.toml` (the right). `<type>/baremes.toml` are the published
figures, with their source and how sure they are. `commun/` is shared. Everything is read once, and checked, at start.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portail.afas.definitions.expressions import Expression
from portail.afas.enums import Phase, VoletKind

HERE = Path(__file__).parent
SURETE = {
    "A": "texte officiel",
    "B": "source secondaire",
    "C": "déduit de chiffres publiés",
    "M": "à confirmer par votre Caf",
}
ALL_PHASES = tuple(Phase.values)


class DefinitionError(Exception):
    """A file of the definitions is wrong; its text names the file and the remedy."""


@dataclass(frozen=True)
class Champ:
    """A field of a volet. Numbers are kept as exact decimals; `calcul` makes it computed, never entered.

    `cumul` says how the lieux of an activité add up: `somme`, `maximum` or `moyenne`.
    """

    code: str
    libelle: str
    unite: str = ""
    aide: str = ""
    source: str = ""
    tranche: str = ""
    format: str = "nombre"  # nombre, montant, oui_non, texte
    decimales: int = 0
    obligatoire: bool = False
    cumul: str = "somme"
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
    """A figure of a barème for an exercice; `valeur` is None where nobody has published it."""

    code: str
    libelle: str
    unite: str
    exercice: int
    valeur: Decimal | None
    source: str
    surete: str
    natures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """What a type declares from an exercice on."""

    type: str
    since: int
    activite: tuple[Groupe, ...]
    financier: tuple[Groupe, ...]
    controles: tuple[Controle, ...]
    lignes: tuple[Ligne, ...]
    seuils: dict[str, Decimal]

    @property
    def version(self) -> str:
        """« alsh/2023 »: kept with what was declared by it."""
        return f"{self.type}/{self.since}"

    def groupes(self, volet: str, nature: str) -> list[Groupe]:
        """The groups of a volet with the fields of this nature; empty groups are left out."""
        own = self.activite if volet == VoletKind.ACTIVITE else self.financier
        kept = [Groupe(g.code, g.libelle, tuple(c for c in g.champs if c.is_for(nature)), g.aide) for g in own]
        return [groupe for groupe in kept if groupe.champs]

    def champs(self, volet: str, nature: str) -> dict[str, Champ]:
        return {champ.code: champ for groupe in self.groupes(volet, nature) for champ in groupe.champs}


@dataclass(frozen=True)
class TypeActivite:
    """A type of activité: « alsh », its natures, its definitions by first exercice, its published figures."""

    code: str
    libelle: str
    libelle_activite: str
    natures: dict[str, str]
    definitions: dict[int, Definition]
    chiffres: tuple[Chiffre, ...]

    def definition(self, exercice: int) -> Definition:
        """What applies to this exercice: the newest that had begun, else the first."""
        begun = [since for since in self.definitions if since <= exercice]
        return self.definitions[max(begun, default=min(self.definitions))]


@cache
def types() -> dict[str, TypeActivite]:
    """Every type by its code, in the order of their labels."""
    found = [_type(path.parent) for path in HERE.glob("*/type.toml")]
    return {each.code: each for each in sorted(found, key=lambda each: each.libelle)}


def type_of(code: str) -> TypeActivite:
    return types()[code]


def definition_of(version: str) -> Definition:
    """« alsh/2023 » as it was kept with a declaration."""
    code, _, since = version.partition("/")
    return types()[code].definitions[int(since)]


def _type(folder: Path) -> TypeActivite:
    said = _read(folder / "type.toml")
    years = sorted(int(path.name) for path in folder.iterdir() if path.is_dir() and path.name.isdigit())
    return TypeActivite(
        code=folder.name,
        libelle=said["libelle"],
        libelle_activite=said.get("libelle_activite", "Activité"),
        natures=said["natures"],
        definitions={year: _definition(folder, year) for year in years},
        chiffres=tuple(_figures(folder / "baremes.toml")),
    )


def _definition(folder: Path, year: int) -> Definition:
    fields = _read(folder / str(year) / "champs.toml")
    checks = _read(folder / str(year) / "controles.toml")
    formula = _read(folder / str(year) / "formule.toml")
    shared = _read(HERE / "commun" / "controles.toml")
    made = Definition(
        type=folder.name,
        since=year,
        activite=tuple(_groupe(said) for said in fields["activite"]),
        financier=tuple(_groupe(said) for said in _financial(fields)),
        controles=tuple(_controle(said) for said in [*checks.get("controles", []), *shared["controles"]]),
        lignes=tuple(_ligne(said) for said in formula["lignes"]),
        seuils=shared.get("seuils", {}) | checks.get("seuils", {}),
    )
    return _checked(made, folder)


def _financial(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The shared chart of accounts, then what the type adds to it."""
    return [*_read(HERE / "commun" / "plan-comptable.toml")["financier"], *fields.get("financier", [])]


def _groupe(said: dict[str, Any]) -> Groupe:
    return Groupe(said["code"], said["libelle"], tuple(_champ(each) for each in said["champs"]), said.get("aide", ""))


def _champ(said: dict[str, Any]) -> Champ:
    return Champ(**_typed(said, "calcul"))


def _controle(said: dict[str, Any]) -> Controle:
    return Controle(**_typed(said, "expression"))


def _ligne(said: dict[str, Any]) -> Ligne:
    return Ligne(**_typed(said, "expression"))


def _typed(said: dict[str, Any], expression: str) -> dict[str, Any]:
    """TOML lists as tuples, the formula read."""
    made = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return made | {expression: Expression(said[expression])} if expression in said else made


def _figures(path: Path) -> Iterator[Chiffre]:
    for said in _read(path).get("chiffres", []):
        shared = {name: said[name] for name in ("code", "libelle", "unite")}
        for year in said["annees"]:
            valeur = year.get("valeur")
            yield Chiffre(
                **shared,
                exercice=year["exercice"],
                valeur=None if valeur is None else Decimal(str(valeur)),
                source=year.get("source", ""),
                surete=year.get("surete", "M"),
                natures=tuple(said.get("natures", ())),
            )


def _checked(made: Definition, folder: Path) -> Definition:
    """Every computed field and line only needs what is there.

    :raises DefinitionError: naming the term that nothing gives
    """
    fields = [c.code for g in (*made.activite, *made.financier) for c in g.champs]
    figures = {figure.code for figure in _figures(folder / "baremes.toml")}
    known = {*fields, *(ligne.code for ligne in made.lignes), *figures, *made.seuils}
    formulas = {
        **{c.code: c.calcul for g in (*made.activite, *made.financier) for c in g.champs if c.calcul},
        **{ligne.code: ligne.expression for ligne in made.lignes},
        **{controle.code: controle.expression for controle in made.controles},
    }
    for code, formula in formulas.items():
        for term in formula.terms:
            if term.removeprefix("n1_").removeprefix("precedent_") not in known:
                raise DefinitionError(f"{made.version} : {code} demande « {term} », que rien ne donne.")
    if len(set(fields)) != len(fields):
        twice = sorted({code for code in fields if fields.count(code) > 1})
        raise DefinitionError(f"{made.version} : champs écrits deux fois : {', '.join(twice)}.")
    return made


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path} ne se lit pas : {error}")
