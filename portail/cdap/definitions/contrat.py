"""What a Caf's own system and the portal tell each other: JSON objects, as docs/exploitation/api-dossiers.yaml says.

The parts have the fields of `contenu.py`, each by its name: a field that this version does not know is left out.
"""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from portail.cdap.definitions.contenu import PARTIES, NomPartie, Partie
from portail.cdap.definitions.echange import named

UNKNOWN_FILE = "urn:mon-compte-partenaire:dossier-inconnu"
Numero = Annotated[int, Meta(ge=1, le=9_999_999)]


class FicheDite(Struct, kw_only=True):
    """A file that exists; `numero` is the one that was asked for, told again, or the one that was found."""

    numero: Numero
    closed_on: date | None


class PartiesDites(Struct, kw_only=True):
    """The parts asked for, all of them and no other; `numero` as above."""

    numero: Numero
    parties: dict[str, msgspec.Raw]


class Recherche(Struct, kw_only=True):
    """The name and birth date of an adult of the household; no more than `most` files are wanted."""

    nom: str
    ne_le: date
    most: Annotated[int, Meta(ge=1, le=100)]


class Trouves(Struct, kw_only=True):
    """The files of that person."""

    dossiers: list[FicheDite]


class Probleme(Struct, kw_only=True):
    """An error as RFC 9457 tells it; nothing else of it is read, nor written anywhere."""

    type: str = "about:blank"


def told(shape: type[Partie]) -> type[Struct]:
    """The same fields, told by their names; others are left out."""
    return named(shape, is_strict=False)


def read_partie(name: NomPartie, content: bytes | msgspec.Raw) -> Partie:
    """:raises msgspec.ValidationError: when it has not the shape of this part"""
    shape = PARTIES[name]
    return msgspec.convert(msgspec.json.decode(content, type=told(shape)), shape, from_attributes=True)


def written_partie(name: NomPartie, partie: Partie) -> bytes:
    """As a Caf's own system must tell it."""
    return msgspec.json.encode(msgspec.convert(partie, told(PARTIES[name]), from_attributes=True))
