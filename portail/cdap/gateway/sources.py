"""What every keeper of files answers, and which one keeps those of a Caf."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from portail.cdap.definitions.contenu import NomPartie
from portail.conventions.models import Caf


class UnavailableError(Exception):
    """The keeper of the files does not answer now; its text is the French sentence."""


@dataclass(frozen=True)
class Fiche:
    """A file that exists: nothing of what it holds."""

    numero: int
    closed_on: date | None

    def is_closed(self, on: date) -> bool:
        return self.closed_on is not None and self.closed_on < on


class Trace(Protocol):
    """What the journal will say of a reading: written with it, or before it."""

    def read(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The only row of this statement, if any, given by the base together with the trace or not at all."""

    def write(self) -> None:
        """In the caller's transaction, before what is read elsewhere."""


class Source(Protocol):
    """The files of one Caf; `is_far` when seconds may pass before the answer."""

    is_far: bool

    def fiche(self, numero: int) -> Fiche | None:
        """:raises UnavailableError: when it does not answer"""

    def parties(self, numero: int, names: Collection[NomPartie], trace: Trace | None = None) -> dict[NomPartie, Any]:
        """These parts and no other, decrypted; without `trace`, the caller's transaction holds one of its own.

        :raises UnavailableError: when it does not answer
        :raises LookupError: when the file is no longer there
        """

    def search(self, nom: str, ne_le: date, most: int) -> list[Fiche]:
        """The files in which an adult has this very name and birth date, by number; at most `most`, in one question.

        :raises UnavailableError: when it does not answer
        """


def source_of(caf: Caf) -> Source:
    """Who keeps the files of this Caf: its own system when the operator named one, else the portal."""
    # Each source knows what is written here.
    from portail.cdap.gateway.annuaire import annuaire  # noqa: PLC0415
    from portail.cdap.gateway.http import Http, systeme_of  # noqa: PLC0415
    from portail.cdap.gateway.tables import Tables  # noqa: PLC0415

    acces = annuaire().get(caf.code)
    return Http(caf, systeme_of(acces)) if acces else Tables(caf)
