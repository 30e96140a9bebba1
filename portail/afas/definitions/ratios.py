"""The ratios by which an activité is followed: data, `<type>/ratios.toml`, then `commun/ratios.toml`.

Each is a computed field on the fields of the definition, worked out on what was transmitted.
"""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portail.afas.definitions import HERE, Champ, DefinitionError, TypeActivite, definition_of, types
from portail.afas.definitions.expressions import Expression
from portail.afas.enums import VoletKind


@cache
def ratios_for(version: str, nature: str) -> tuple[Champ, ...]:
    """Those of a definition (« alsh/2023 ») and a nature that have all their terms there, in the order of the files."""
    definition = definition_of(version)
    known = {code for kind in VoletKind.values for code in definition.champs(kind, nature)}
    return tuple(
        ratio
        for ratio in known_ratios(definition.type)
        if ratio.is_for(nature) and ratio.calcul and known.issuperset(ratio.calcul.terms)
    )


@cache
def known_ratios(code: str) -> tuple[Champ, ...]:
    """All ratios of a type, whatever the year and the nature."""
    return (*_read(HERE / code / "ratios.toml"), *_read(HERE / "commun" / "ratios.toml"))


def check_ratios() -> None:
    """Every ratio can be worked out from a definition of its type, and is named once.

    :raises DefinitionError: naming the ratio that nothing gives
    """
    for each in types().values():
        codes = [ratio.code for ratio in known_ratios(each.code)]
        if missing := set(codes) - _worked_out(each):
            raise DefinitionError(f"{each.code} : rien ne donne les ratios {', '.join(sorted(missing))}.")
        if len(set(codes)) != len(codes):
            raise DefinitionError(f"{each.code} : un ratio est écrit deux fois.")


def _worked_out(each: TypeActivite) -> set[str]:
    return {
        ratio.code
        for definition in each.definitions.values()
        for nature in each.natures
        for ratio in ratios_for(definition.version, nature)
    }


def _read(path: Path) -> list[Champ]:
    if not path.exists():
        return []
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{path} ne se lit pas : {error}")
    return [_ratio(each) for each in said["ratios"]]


def _ratio(said: dict[str, Any]) -> Champ:
    return Champ(**said | {"calcul": Expression(said["calcul"]), "natures": tuple(said.get("natures", ()))})
