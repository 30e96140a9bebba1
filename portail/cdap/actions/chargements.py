"""Files loaded by slices: each is one transaction, which also tells what became of its lines."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from psycopg import sql

from config.workers import begin
from portail.cdap import events
from portail.cdap.gateway.coffre import coffre_of
from portail.cdap.gateway.lignes import ROW, ROW_TYPES, Rangee, Refus, Tranche
from portail.cdap.models import ChargementDossiers, TrancheChargement
from portail.cdap.queries.chargements import counts_of
from portail.conventions.models import Caf
from portail.journal import actions as journal
from portail.ui.rules import Refused

LINES = 5_000  # of a slice
LOADING = 7203011  # advisory lock: one loading at a time
_AHEAD = 2  # slices read in advance for each process

Advance = Callable[[int], object]


class Lot(Protocol):
    """What is loaded at once: a file, or synthetic files."""

    @property
    def nom(self) -> str: ...
    def empreinte(self) -> str: ...
    def tranches(self, size: int) -> Iterable[Tranche]: ...


@dataclass(frozen=True)
class Workers:
    """Processes that write slices, for as many lots as there are."""

    pool: Executor
    count: int


@contextmanager
def working(processes: int) -> Iterator[Workers | None]:
    """None for one process only: the one that asks does it all."""
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), begin, (os.getpid(),)) as pool:
        yield Workers(pool, processes)


def load(
    lot: Lot,
    *,
    workers: Workers | None = None,
    lines: int = LINES,
    again: bool = False,
    advance: Advance = lambda _: None,
) -> ChargementDossiers:
    """Every line loaded, replaced or refused; one stopped before goes on with the slices that are not done.

    What was loaded whole is not loaded twice, unless `again`. `advance` is told how many lines were done.

    :raises Refused: when another loading runs
    """
    with _alone():
        chargement = _begun(lot, lines, again=again)
        if chargement.ended_at is not None:
            return chargement
        done = Counter[int](dict(chargement.tranches.values_list("rang").annotate(Sum("lues"))))
        advance(done.total())
        partitions = _Partitions()
        todo = (each for each in lot.tranches(chargement.par_tranche) if each.rang not in done)
        tasks = ((chargement.pk, each, partitions.of(each.cafs())) for each in todo)
        for lues in _spread(tasks, workers):
            advance(lues)
        return _ended(chargement)


@contextmanager
def _alone() -> Iterator[None]:
    """Held by this connection: gone when its process is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOADING])
        if not cursor.fetchone()[0]:
            raise Refused("Un chargement de dossiers est déjà en cours : attendez sa fin, puis relancez.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOADING])


@transaction.atomic
def _begun(lot: Lot, lines: int, *, again: bool) -> ChargementDossiers:
    empreinte = lot.empreinte()
    known = ChargementDossiers.objects.filter(empreinte=empreinte).order_by("-pk").first()
    if known is not None and (known.ended_at is None or not again):
        return known
    chargement = ChargementDossiers.objects.create(fichier=lot.nom[:200], empreinte=empreinte, par_tranche=lines)
    journal.record(
        events.CHARGEMENT_STARTED, by=journal.SYSTEM, about=[chargement], fichier=lot.nom, empreinte=empreinte[:8]
    )
    return chargement


@transaction.atomic
def _ended(chargement: ChargementDossiers) -> ChargementDossiers:
    chargement.ended_at = timezone.now()
    chargement.save(update_fields=["ended_at"])
    counts = counts_of(chargement)
    cafs = Caf.objects.filter(pk__in=chargement.tranches.values("caf"))
    journal.record(
        events.CHARGEMENT_ENDED,
        by=journal.SYSTEM,
        about=[chargement, *cafs],
        fichier=chargement.fichier,
        lues=counts["lues"],
        chargees=counts["chargees"],
        remplacees=counts["remplacees"],
        refusees=counts["refusees"],
    )
    return chargement


class _Partitions:
    """The partition of each Caf met, made when it has none: by the process that reads, before any slice needs it."""

    def __init__(self) -> None:
        self._pks = dict(Caf.objects.values_list("code", "pk"))
        self._made: dict[str, tuple[int, str]] = {}

    def of(self, codes: Iterable[str]) -> Mapping[str, tuple[int, str]]:
        """Code → number of the Caf and name of its partition; without those that are not registered."""
        for code in codes:
            if code in self._pks and code not in self._made:
                self._made[code] = (self._pks[code], self._partition(code))
        return dict(self._made)

    def _partition(self, code: str) -> str:
        coffre_of(code)  # no key, no loading: said before anything is written
        with connection.cursor() as cursor:
            cursor.execute("SELECT cdap_caf_partition(%s)", [self._pks[code]])
            return str(cursor.fetchone()[0])


# Across processes

Task = tuple[int, Tranche, Mapping[str, tuple[int, str]]]


def _spread(tasks: Iterable[Task], workers: Workers | None) -> Iterator[int]:
    """How many lines each slice had, as they are done; at most a few are read in advance."""
    if workers is None:
        yield from (write_tranche(*task) for task in tasks)
        return
    base, pending = str(connection.settings_dict["NAME"]), set[Future[int]]()
    for task in tasks:
        pending.add(workers.pool.submit(_write_in, base, task))
        if len(pending) >= workers.count * _AHEAD:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    yield from (each.result() for each in pending)


def _write_in(base: str, task: Task) -> int:
    """In a process of its own, on the base of the process that asked."""
    connection.settings_dict["NAME"] = base
    return write_tranche(*task)


# One slice


def write_tranche(pk: int, tranche: Tranche, known: Mapping[str, tuple[int, str]]) -> int:
    """Its rows, and what became of its lines, or nothing; how many lines it has. Written already, it stays so."""
    rows: dict[str, list[Rangee]] = defaultdict(list)
    refus: dict[str, list[Refus]] = defaultdict(list)
    for each in tranche.rangees(known):
        if isinstance(each, Rangee):
            rows[each.caf].append(each)
        else:
            refus[each.caf].append(each)
    lues = sum(map(len, rows.values())) + sum(map(len, refus.values()))
    with transaction.atomic(), connection.cursor() as cursor:
        # Another process may still be writing it, orphan of a loading that was killed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [pk, tranche.rang])
        if TrancheChargement.objects.filter(chargement=pk, rang=tranche.rang).exists():
            return lues
        told = [_told(cursor, known.get(caf), rows[caf], refus[caf]) for caf in sorted({*rows, *refus})]
        TrancheChargement.objects.bulk_create(
            TrancheChargement(chargement_id=pk, rang=tranche.rang, **each) for each in told
        )
    return lues


def _told(cursor: Any, caf: tuple[int, str] | None, rows: list[Rangee], refus: list[Refus]) -> dict[str, Any]:
    """Writes the rows of one Caf; what its `TrancheChargement` says of them."""
    replaced = _replace(cursor, *caf, rows) if caf and rows else 0
    return {
        "caf_id": caf[0] if caf else None,
        "lues": len(rows) + len(refus),
        "chargees": len(rows) - replaced,
        "remplacees": replaced,
        "refusees": len(refus),
        "refus": [[each.ligne, each.raison] for each in refus],
    }


def _replace(cursor: Any, caf: int, partition: str, rows: list[Rangee]) -> int:
    """Puts these rows in the place of those that had their numbers; how many had."""
    table = sql.Identifier(partition)
    remove = sql.SQL("DELETE FROM {} WHERE caf_id = %s AND numero = ANY(%s)").format(table)
    cursor.execute(remove, [caf, [row.numero for row in rows]])
    replaced = int(cursor.rowcount)
    names = sql.SQL(", ").join(map(sql.Identifier, ("caf_id", *ROW)))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, names)) as copy:
        copy.set_types(("int8", *ROW_TYPES))
        for row in rows:
            copy.write_row((caf, *row.valeurs))
    return replaced
