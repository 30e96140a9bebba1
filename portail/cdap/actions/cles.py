"""The keys change while the service runs: what older ones encrypted is encrypted anew, batch after batch."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from portail.cdap import events
from portail.cdap.definitions import decoded
from portail.cdap.definitions.contenu import PARTIES, NomPartie
from portail.cdap.definitions.echange import WrongPartieError
from portail.cdap.gateway.coffre import AlteredError, Coffre, coffre_of
from portail.cdap.gateway.lignes import empreintes_of
from portail.conventions.models import Caf
from portail.journal import actions as journal

BATCH = 500
_NAMES = sql.SQL(", ").join(map(sql.Identifier, PARTIES))
# The parts of a file are always closed together: the key of one is the key of all.
_OLD = sql.SQL("FROM cdap_dossier WHERE caf_id = %s AND numero > %s AND get_byte(identite, 0) <> %s")
_COUNT = sql.SQL("SELECT count(*) {}").format(_OLD)
_TAKE = sql.SQL("SELECT numero, {} {} ORDER BY numero LIMIT %s FOR UPDATE").format(_NAMES, _OLD)
_SET = sql.SQL(", ").join(
    sql.SQL("{} = %s").format(sql.Identifier(name)) for name in ("empreinte_1", "empreinte_2", *PARTIES)
)
_KEEP = sql.SQL("UPDATE cdap_dossier SET {} WHERE caf_id = %s AND numero = %s").format(_SET)


def count_old(caf: Caf) -> int:
    """How many files of this Caf another key than the newest encrypted."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [caf.pk, 0, coffre_of(caf.code).current])
        return int(cursor.fetchone()[0])


def rekey(caf: Caf, advance: Callable[[int], object] = lambda _: None) -> tuple[int, int]:
    """Encrypts them with the newest key; how many were, and how many do not open (left as they are).

    Each batch is one transaction: stopped at any moment, it goes on with what is left.
    """
    coffre, last, done, closed = coffre_of(caf.code), 0, 0, 0
    while batch := _rekey_batch(caf.pk, coffre, last):
        last, opened, not_opened = batch
        done, closed = done + opened, closed + not_opened
        advance(opened + not_opened)
    if done:
        _record(caf, done, coffre.current)
    return done, closed


@transaction.atomic
def _record(caf: Caf, done: int, version: int) -> None:
    journal.record(events.DOSSIERS_REKEYED, by=journal.SYSTEM, about=[caf], count=done, caf=caf.nom, version=version)


@transaction.atomic
def _rekey_batch(caf: int, coffre: Coffre, after: int) -> tuple[int, int, int] | None:
    """The last number seen, how many were encrypted anew, how many do not open; None when nothing is left."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [caf, after, coffre.current, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return None
        written = [values for row in rows if (values := _anew(coffre, row[0], row[1:]))]
        cursor.executemany(_KEEP, [(*values, caf, numero) for numero, values in written])
    return rows[-1][0], len(written), len(rows) - len(written)


def _anew(coffre: Coffre, numero: int, kept: Sequence[Any]) -> tuple[int, tuple[Any, ...]] | None:
    try:
        contents = {name: coffre.open(content, numero, name) for name, content in zip(PARTIES, kept, strict=True)}
        personnes = decoded(NomPartie.FAMILLE, contents[NomPartie.FAMILLE]).personnes
        return numero, (*empreintes_of(coffre, personnes), *coffre.close_all(contents, numero))
    except (AlteredError, WrongPartieError):
        return None
