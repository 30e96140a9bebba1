"""How files travel: the parts as JSON objects, every field named, before they are kept as arrays (`contenu`)."""

import re
import typing
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from portail.cdap.definitions.contenu import PARTIES, NomPartie, Partie

COLUMNS = ("caf", "numero", "closed_on", *PARTIES)
_AS_ARRAYS = msgspec.msgpack.Encoder()
_values = msgspec.structs.astuple
_PATH = re.compile(r"at `\$\.?([\w.\[\]]*)`$")


class WrongPartieError(Exception):
    """What a part is given as cannot be read; its text tells where, never what."""


# Months and years that no calendar has would stop a page later on.
_BOUNDS: dict[tuple[str, str], Any] = {
    ("Ressource", "mois"): typing.Annotated[int, msgspec.Meta(ge=0, le=12)],
    ("Ressource", "annee"): typing.Annotated[int, msgspec.Meta(ge=1900, le=2999)],
}


@cache
def named(shape: type[Partie], *, is_strict: bool = True) -> type[msgspec.Struct]:
    """The same shape with its fields named; with `is_strict` it refuses those it does not know."""
    hints = typing.get_type_hints(shape)
    fields: list[Any] = [
        (
            field.name,
            _BOUNDS.get((shape.__name__, field.name)) or _named_type(hints[field.name], is_strict),
            *(() if field.required else (field.default,)),
        )
        for field in msgspec.structs.fields(shape)
    ]
    # Read, written, gone: no part refers to itself.
    return msgspec.defstruct(shape.__name__, fields, forbid_unknown_fields=is_strict, gc=False)


def _named_type(hint: Any, is_strict: bool) -> Any:
    if typing.get_origin(hint) is list:
        return list[_named_type(typing.get_args(hint)[0], is_strict)]  # type: ignore[misc]
    is_shape = isinstance(hint, type) and issubclass(hint, Partie)
    return named(hint, is_strict=is_strict) if is_shape else hint


_DECODERS = {name: msgspec.json.Decoder(named(shape)) for name, shape in PARTIES.items()}
_ENCODER = msgspec.json.Encoder()


def read(name: NomPartie, text: str | bytes) -> Any:
    """The part, its fields named.

    :raises WrongPartieError: telling the field that is wrong
    """
    try:
        return _DECODERS[name].decode(text)
    except msgspec.ValidationError as wrong:
        found = _PATH.search(str(wrong))
        where = f" au champ {found[1]}" if found and found[1] else ""
        raise WrongPartieError(f"la partie {name} n'a pas la forme attendue{where}") from None
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise WrongPartieError(f"la partie {name} n'est pas du JSON") from None


_READERS = [decoder.decode for decoder in _DECODERS.values()]


def read_all(texts: Iterable[str | bytes | None]) -> list[Any]:
    """Every part of a line, in their order, each as `read` would; an absent text is an empty one.

    :raises WrongPartieError: telling the part and the field that are wrong
    """
    written = [text or "" for text in texts]
    try:
        return [decode(text) for decode, text in zip(_READERS, written, strict=True)]
    except (msgspec.DecodeError, UnicodeEncodeError):
        return [read(name, text) for name, text in zip(PARTIES, written, strict=True)]


def kept(partie: msgspec.Struct) -> bytes:
    """What `contenu.encoded` gives of the same part, without making it twice."""
    values = _values(partie)
    if type(values[0]) is not list:  # a part is either fields, or lists of lines
        return _AS_ARRAYS.encode(values)
    return _AS_ARRAYS.encode([[*map(_values, lignes)] for lignes in values])


def written(partie: Partie) -> str:
    """The JSON object that `read` reads."""
    return _ENCODER.encode(msgspec.convert(partie, named(type(partie)), from_attributes=True)).decode()


def schema() -> dict[str, Any]:
    """JSON Schema of a line: the columns, and of each part what its JSON holds."""
    shapes, components = msgspec.json.schema_components(
        [named(shape) for shape in PARTIES.values()], ref_template="#/$defs/{name}"
    )
    properties = {
        "caf": {"type": "string", "pattern": "^[0-9]{3}$"},
        "numero": {"type": "integer", "minimum": 1, "maximum": 9_999_999},
        "closed_on": {"type": ["string", "null"], "format": "date"},
    } | {str(name): shape for name, shape in zip(PARTIES, shapes, strict=True)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dossier",
        "type": "object",
        "properties": properties,
        "required": ["caf", "numero", *map(str, PARTIES)],
        "additionalProperties": False,
        "$defs": components,
    }
