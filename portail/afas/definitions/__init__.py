"""What each type of activité declares, and how its right is worked out: data, one folder per type.

`<type>/type.toml` names the type and its natures; `<type>/<year>/` holds what applies from that exercice on:
`champs.toml` (fields), `controles.toml` (checks), `formule.toml` (the right); `reprend = <year>` at the head of the
first two says that they only write what changes. `<type>/baremes.toml` are the published figures, with their source
and how sure they are; `<type>/scenarios.yaml` are calculations worked by hand, that the tests play. `commun/` is
shared. Everything is read once, and checked, at start.
"""

from functools import cache

from portail.afas.definitions.reading import HERE, type_in
from portail.afas.definitions.shapes import (
    ALL_PHASES,
    SURETE,
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

__all__ = [
    "ALL_PHASES",
    "HERE",
    "SURETE",
    "Champ",
    "Chiffre",
    "Controle",
    "Definition",
    "DefinitionError",
    "Groupe",
    "Ligne",
    "Seuil",
    "TypeActivite",
    "definition_of",
    "type_of",
    "types",
]


@cache
def types() -> dict[str, TypeActivite]:
    """Every type by its code, in the order of their labels."""
    found = [type_in(path.parent) for path in HERE.glob("*/type.toml")]
    return {each.code: each for each in sorted(found, key=lambda each: each.libelle)}


def type_of(code: str) -> TypeActivite:
    return types()[code]


def definition_of(version: str) -> Definition:
    """« alsh/2023 » as it was kept with a declaration."""
    code, _, since = version.partition("/")
    return types()[code].definitions[int(since)]
