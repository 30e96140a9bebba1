"""The files of a type, read into shapes."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from portail.afas.definitions.checks import checked
from portail.afas.definitions.expressions import Expression, Wrong
from portail.afas.definitions.shapes import (
    Champ,
    Chiffre,
    Controle,
    Definition,
    DefinitionError,
    Groupe,
    Ligne,
    Seuil,
    TypeActivite,
)

HERE = Path(__file__).parent
Said = dict[str, Any]


def type_in(folder: Path) -> TypeActivite:
    """The type that stands in this folder.

    :raises DefinitionError: naming the file, and what is wrong in it
    """
    said = _read(folder / "type.toml")
    years = sorted(int(path.name) for path in folder.iterdir() if path.is_dir() and path.name.isdigit())
    try:
        made = TypeActivite(
            code=folder.name,
            libelle=said["libelle"],
            libelle_activite=said.get("libelle_activite", "Activité"),
            natures=said["natures"],
            definitions={year: _definition(folder, year) for year in years},
            chiffres=tuple(_figures(folder / "baremes.toml")),
            left_out=tuple(said.get("non_calcule", ())),
        )
    except (KeyError, TypeError, Wrong) as error:
        raise DefinitionError(f"{folder.name} : {error}")
    return checked(made, folder)


def _definition(folder: Path, year: int) -> Definition:
    fields = _inherited(folder, year, "champs.toml", ("activite", "financier"))
    checks = _inherited(folder, year, "controles.toml", ("controles", "seuils"))
    shared = _read(HERE / "commun" / "controles.toml")
    accounts = _read(HERE / "commun" / "plan-comptable.toml")["financier"]
    compulsory = set(fields.get("obligatoires", ()))
    return Definition(
        type=folder.name,
        since=year,
        activite=tuple(_groupe(said, compulsory) for said in fields["activite"]),
        financier=tuple(_groupe(said, compulsory) for said in [*accounts, *fields["financier"]]),
        controles=tuple(Controle(**_typed(said, "expression")) for said in checks["controles"] + shared["controles"]),
        lignes=tuple(
            Ligne(**_typed(said, "expression")) for said in _read(folder / str(year) / "formule.toml")["lignes"]
        ),
        thresholds=tuple(_seuil(said) for said in _merged(shared["seuils"], checks["seuils"])),
    )


def _inherited(folder: Path, year: int, name: str, lists: tuple[str, ...]) -> Said:
    """A file of a year; with `reprend = 2023`, what that year said, where a same code takes the place of the old."""
    said = _read(folder / str(year) / name)
    for each in lists:
        codes = [row["code"] for row in said.get(each, [])]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise DefinitionError(f"{folder.name}/{year}/{name} : {', '.join(sorted(twice))} est écrit deux fois")
    before = _inherited(folder, said["reprend"], name, lists) if "reprend" in said else {}
    merged = {each: _merged(before.get(each, []), said.get(each, [])) for each in lists}
    return before | said | merged


def _merged(before: list[Said], now: list[Said]) -> list[Said]:
    by_code = {each["code"]: each for each in before}
    return list((by_code | {each["code"]: each for each in now}).values())


def _groupe(said: Said, compulsory: set[str]) -> Groupe:
    """A group of fields; the type makes compulsory some accounts that all share."""
    champs = [each | {"obligatoire": True} if each["code"] in compulsory else each for each in said["champs"]]
    made = tuple(Champ(**_typed(each, "calcul")) for each in champs)
    return Groupe(said["code"], said["libelle"], made, said.get("aide", ""))


def _seuil(said: Said) -> Seuil:
    return Seuil(said["code"], said["libelle"], said["unite"], Decimal(said["valeur"]))


def _typed(said: Said, expression: str) -> Said:
    """TOML lists as tuples, the formula read."""
    made = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return made | {expression: Expression(said[expression])} if expression in said else made


def _figures(path: Path) -> Iterator[Chiffre]:
    """Every figure of every exercice; one said of several natures stands once for each."""
    for said in _read(path).get("chiffres", []):
        for nature in said.get("natures", [""]):
            for year in said["annees"]:
                valeur = year.get("valeur")
                yield Chiffre(
                    code=said["code"],
                    libelle=said["libelle"],
                    unite=said["unite"],
                    exercice=year["exercice"],
                    valeur=None if valeur is None else Decimal(valeur),
                    source=year.get("source", ""),
                    surete=year.get("surete", ""),
                    nature=nature,
                    is_carried=year.get("reconduit", False),
                )


def _read(path: Path) -> Said:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(f"{path} ne se lit pas : {error}")
