"""Lines that become rows of files: read, checked, closed in the vault. A wrong line is refused, and alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa

from portail.cdap.calculs.fiction import dossier_fictif
from portail.cdap.definitions import echange, encoded
from portail.cdap.definitions.contenu import PARTIES, NomPartie
from portail.cdap.gateway.coffre import Coffre, coffre_of

MOST_NUMERO = 9_999_999
# What stands for the people of a file (`index_of`), then the columns of a row, in the order of its values; their types
# for a binary COPY.
INDEX = ("empreinte_1", "empreinte_2", "noms")
ROW = ("numero", "closed_on", *INDEX, *map(str, PARTIES))
ROW_TYPES = ("int4", "date", *["bytea"] * (len(INDEX) + len(PARTIES)))
_MOST_ADULTS = 2


@dataclass(frozen=True)
class Rangee:
    """A row ready to be kept: `valeurs` as `ROW` names them."""

    caf: str
    valeurs: tuple[Any, ...]

    @property
    def numero(self) -> int:
        return int(self.valeurs[0])


@dataclass(frozen=True)
class Refus:
    """A line that is not kept: where, and why in French; `caf` is empty where it is not known."""

    caf: str
    ligne: int
    raison: str


class Tranche(Protocol):
    """Some lines that follow each other, the unit of a loading."""

    @property
    def rang(self) -> int: ...

    def cafs(self) -> Collection[str]:
        """The codes that its lines name, known or not."""

    def rangees(self, known: Collection[str]) -> Iterator[Rangee | Refus]:
        """One for each line; those of a Caf that is not among `known` are refused."""


@dataclass(frozen=True)
class TrancheLue:
    """Lines of a file. `fautives`: offset → why the line could not even be read, or came twice."""

    rang: int
    premiere: int
    lignes: pa.RecordBatch | pa.Table
    fautives: dict[int, str] = field(default_factory=dict)

    def cafs(self) -> set[str]:
        return {code_of(value) for value in self.lignes.column("caf").unique().to_pylist()}

    def rangees(self, known: Collection[str]) -> Iterator[Rangee | Refus]:
        columns = (self.lignes.column(name).to_pylist() for name in echange.COLUMNS)
        for offset, (caf, numero, closed_on, *parts) in enumerate(zip(*columns, strict=True)):
            code, ligne = code_of(caf), self.premiere + offset
            try:
                if offset in self.fautives:
                    raise echange.WrongPartieError(self.fautives[offset])
                if code not in known:
                    raise echange.WrongPartieError("la Caf n'est pas enregistrée")
                yield _rangee(code, numero_of(numero), _day_of(closed_on), parts)
            except echange.WrongPartieError as wrong:
                yield Refus(code if code in known else "", ligne, str(wrong))


@dataclass(frozen=True)
class TrancheFictive:
    """Synthetic files of one Caf, whose numbers follow each other."""

    rang: int
    seed: int
    caf: str
    premier: int
    count: int
    on: date

    def cafs(self) -> set[str]:
        return {self.caf}

    def rangees(self, known: Collection[str]) -> Iterator[Rangee | Refus]:
        coffre = coffre_of(self.caf)
        for numero in range(self.premier, self.premier + self.count):
            made = dossier_fictif(self.seed, self.caf, numero, self.on)
            contents = {name: encoded(partie) for name, partie in made.parties.items()}
            adults = made.parties[NomPartie.FAMILLE].personnes  # type: ignore[attr-defined]
            yield Rangee(self.caf, _values(coffre, numero, made.closed_on, adults, contents))


def code_of(value: Any) -> str:
    """« 061 », also when a column of numbers lost its zero."""
    return f"{value:03d}" if isinstance(value, int) else str(value or "").strip()


def numero_of(value: Any) -> int:
    """:raises WrongPartieError: when it is not a number of a file"""
    if type(value) is int and 1 <= value <= MOST_NUMERO:
        return value
    text = str(value if value is not None else "").strip()
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:10]) <= MOST_NUMERO):
        raise echange.WrongPartieError("le numéro n'est pas un nombre de 1 à 9999999")
    return int(text)


def _day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()) if str(value).strip() else None
    except ValueError:
        raise echange.WrongPartieError("closed_on n'est pas une date de la forme aaaa-mm-jj")


_FAMILLE = list(PARTIES).index(NomPartie.FAMILLE)


def _rangee(caf: str, numero: int, closed_on: date | None, parts: list[str | bytes | None]) -> Rangee:
    parties = echange.read_all(parts)
    contents = {name: echange.kept(partie) for name, partie in zip(PARTIES, parties, strict=True)}
    return Rangee(caf, _values(coffre_of(caf), numero, closed_on, parties[_FAMILLE].personnes, contents))


def _values(
    coffre: Coffre, numero: int, closed_on: date | None, personnes: list[Any], contents: dict[NomPartie, bytes]
) -> tuple[Any, ...]:
    return (numero, closed_on, *index_of(coffre, numero, personnes), *coffre.close_all(contents, numero))


def index_of(coffre: Coffre, numero: int, personnes: list[Any]) -> tuple[bytes, bytes | None, bytes]:
    """What finds the allocataire, then the conjoint when there is one; what recognises every name of the household.

    :raises WrongPartieError: when there is not one allocataire, or more than one conjoint
    """
    adults = sorted((who for who in personnes if who.role in ("DEM", "CJT")), key=lambda who: who.role != "DEM")
    if [who.role for who in adults] not in (["DEM"], ["DEM", "CJT"]):
        raise echange.WrongPartieError("la partie famille doit avoir une personne DEM et au plus une CJT")
    found = [coffre.empreinte(who.nom_naissance, who.ne_le) for who in adults]
    noms = coffre.noms(numero, (nom for who in personnes for nom in (who.nom_naissance, who.nom_usage)))
    return found[0], found[1] if len(found) == _MOST_ADULTS else None, noms
