"""The keys change while the service runs: what older ones encrypted is encrypted anew, batch after batch."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg import sql

from portail.cdap import events
from portail.cdap.definitions import decoded
from portail.cdap.definitions.contenu import PARTIES, NomPartie
from portail.cdap.definitions.echange import WrongPartieError
from portail.cdap.gateway.coffre import AlteredError, Coffre, coffre_of
from portail.cdap.gateway.lignes import INDEX, index_of
from portail.cdap.gateway.scelles import SCELLES, Scelle
from portail.conventions.models import Caf
from portail.journal import actions as journal
from portail.ui.templatetags.ui import counted

BATCH = 500
DOSSIER = "dossier,dossiers"
_NAMES = sql.SQL(", ").join(map(sql.Identifier, PARTIES))
_OTHER = sql.SQL(" OR ").join(
    sql.SQL("substring({} FROM 1 FOR 1) <> %(current)s").format(sql.Identifier(name)) for name in PARTIES
)
# Files loaded before their names were kept (`noms`) are given them on this occasion.
_OLD = sql.SQL("FROM cdap_dossier WHERE caf_id = %(caf)s AND numero > %(after)s AND (noms IS NULL OR {})").format(
    _OTHER
)
_COUNT = sql.SQL("SELECT count(*) {}").format(_OLD)
_TAKE = sql.SQL("SELECT numero, {} {} ORDER BY numero LIMIT %(batch)s FOR UPDATE").format(_NAMES, _OLD)
_SET = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in (*INDEX, *PARTIES))
_KEEP = sql.SQL("UPDATE cdap_dossier SET {} WHERE caf_id = %s AND numero = %s").format(_SET)


class Lot(NamedTuple):
    """What became of some rows: the last one, how many were encrypted anew, how many do not open."""

    last: Any
    done: int
    closed: int


def count_old(caf: Caf) -> int:
    """How many contents of this Caf, files and all the rest, another key than the newest encrypted."""
    current = coffre_of(caf.code).current
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _selected(caf, current))
        dossiers = int(cursor.fetchone()[0])
    return dossiers + sum(scelle.old(caf, current).count() for scelle in SCELLES)


def rekey(caf: Caf, advance: Callable[[int], object] = lambda _: None) -> tuple[Counter[str], int]:
    """Encrypts them with the newest key; how many of each were, and how many do not open (left as they are).

    Each batch is one transaction: stopped at any moment, it goes on with what is left.
    """
    coffre, done, closed = coffre_of(caf.code), Counter[str](), 0
    try:
        for noun, lot in _lots(caf, coffre):
            done[noun] += lot.done
            closed += lot.closed
            advance(lot.done + lot.closed)
    finally:
        if done.total():
            _record(caf, done, coffre.current)
    return done, closed


def in_words(done: Counter[str]) -> str:
    """« 1 232 dossiers, 1 attestation »; « rien » when there was nothing."""
    return ", ".join(counted(number, noun) for noun, number in done.items() if number) or "rien"


def _selected(caf: Caf, current: int, after: int = 0) -> dict[str, Any]:
    return {"caf": caf.pk, "after": after, "current": bytes([current]), "batch": BATCH}


def _lots(caf: Caf, coffre: Coffre) -> Iterator[tuple[str, Lot]]:
    """Of files first, then of each column closed elsewhere."""
    takes: dict[str, Callable[[Any], Lot | None]] = {DOSSIER: partial(_rekey_dossiers, caf, coffre)}
    takes |= {scelle.noun: partial(_rekey_scelles, scelle, caf, coffre) for scelle in SCELLES}
    for noun, take in takes.items():
        last = None
        while lot := take(last):
            last = lot.last
            yield noun, lot


@transaction.atomic
def _record(caf: Caf, done: Counter[str], version: int) -> None:
    told = in_words(done)
    journal.record(events.DOSSIERS_REKEYED, by=journal.SYSTEM, about=[caf], contenus=told, caf=caf.nom, version=version)


@transaction.atomic
def _rekey_dossiers(caf: Caf, coffre: Coffre, after: int | None) -> Lot | None:
    """The files after this number; None when nothing is left."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, _selected(caf, coffre.current, after or 0))
        rows = cursor.fetchall()
        if not rows:
            return None
        written = [values for row in rows if (values := _anew(coffre, row[0], row[1:]))]
        cursor.executemany(_KEEP, [(*values, caf.pk, numero) for numero, values in written])
    return Lot(rows[-1][0], len(written), len(rows) - len(written))


def _anew(coffre: Coffre, numero: int, kept: Sequence[Any]) -> tuple[int, tuple[Any, ...]] | None:
    try:
        contents = {name: coffre.open(content, numero, name) for name, content in zip(PARTIES, kept, strict=True)}
        personnes = decoded(NomPartie.FAMILLE, contents[NomPartie.FAMILLE]).personnes
        return numero, (*index_of(coffre, numero, personnes), *coffre.close_all(contents, numero))
    except (AlteredError, WrongPartieError):
        return None


@transaction.atomic
def _rekey_scelles(scelle: Scelle, caf: Caf, coffre: Coffre, after: object) -> Lot | None:
    """The rows after this one; None when nothing is left."""
    old = scelle.old(caf, coffre.current).select_for_update(of=("self",), no_key=True)
    rows = list(old.filter(pk__gt=after)[: scelle.batch] if after is not None else old[: scelle.batch])
    if not rows:
        return None
    written = [row for row in rows if _is_closed_anew(scelle, coffre, row)]
    scelle.model._default_manager.bulk_update(written, [scelle.column])
    return Lot(rows[-1].pk, len(written), len(rows) - len(written))


def _is_closed_anew(scelle: Scelle, coffre: Coffre, row: object) -> bool:
    try:
        scelle.close_anew(coffre, row)
    except AlteredError:
        return False
    return True
