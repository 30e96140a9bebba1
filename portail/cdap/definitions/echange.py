"""What a Caf's own system and the portal tell each other: JSON objects, as docs/exploitation/api-dossiers.yaml says.

The parts have the fields of `contenu.py`, each by its name: a field that this version does not know is left out.
"""

from datetime import date
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from portail.cdap.definitions.contenu import PARTIES, NomPartie, Partie

UNKNOWN_FILE = "urn:mon-compte-partenaire:dossier-inconnu"
Numero = Annotated[int, Meta(ge=1, le=9_999_999)]


class FicheDite(Struct, kw_only=True):
    """A file that exists; `numero` is the one that was asked for, told again."""

    numero: Numero
    closed_on: date | None


class PartiesDites(Struct, kw_only=True):
    """The parts asked for, all of them and no other; `numero` as above."""

    numero: Numero
    parties: dict[str, msgspec.Raw]


class Recherche(Struct, kw_only=True):
    """The name and birth date of an adult of the household; no more than `most` numbers are wanted."""

    nom: str
    ne_le: date
    most: Annotated[int, Meta(ge=1, le=100)]


class Trouves(Struct, kw_only=True):
    """The numbers of the files of that person."""

    numeros: list[Numero]


class Probleme(Struct, kw_only=True):
    """An error as RFC 9457 tells it; nothing else of it is read, nor written anywhere."""

    type: str = "about:blank"


# Months and years that no calendar has would stop a page later on.
_BOUNDS: dict[tuple[str, str], Any] = {
    ("Ressource", "mois"): Annotated[int, Meta(ge=0, le=12)],
    ("Ressource", "annee"): Annotated[int, Meta(ge=1900, le=2999)],
}


@cache
def told(shape: type[Partie]) -> type[Struct]:
    """The same fields, told by their names."""
    fields = []
    for field in msgspec.structs.fields(shape):
        spelled = _BOUNDS.get((shape.__name__, field.name)) or _told_type(field.type)
        fields.append((field.name, spelled) if field.required else (field.name, spelled, field.default))
    return msgspec.defstruct(shape.__name__, fields, kw_only=True)


def _told_type(kind: Any) -> Any:
    return list[told(get_args(kind)[0])] if get_origin(kind) is list else kind  # type: ignore[misc]


def read_partie(name: NomPartie, content: bytes | msgspec.Raw) -> Partie:
    """:raises msgspec.ValidationError: when it has not the shape of this part"""
    shape = PARTIES[name]
    return msgspec.convert(msgspec.json.decode(content, type=told(shape)), shape, from_attributes=True)


def written_partie(name: NomPartie, partie: Partie) -> bytes:
    """As a Caf's own system must tell it."""
    return msgspec.json.encode(msgspec.convert(partie, told(PARTIES[name]), from_attributes=True))
