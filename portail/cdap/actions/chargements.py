"""Files loaded by slices: each is one transaction, which also tells what became of its lines."""

import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
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
from portail.cdap.gateway.fichiers import GROUP
from portail.cdap.gateway.lignes import ROW, ROW_TYPES, Rangee, Refus, Tranche
from portail.cdap.models import ChargementDossiers, TrancheChargement
from portail.cdap.queries.chargements import counts_of
from portail.conventions.models import Caf
from portail.journal import actions as journal
from portail.ui.rules import Refused

LINES = GROUP  # of a slice
LOADING = 7203011  # advisory lock: one loading at a time
_AHEAD = 2  # slices read in advance for each process


class Lot(Protocol):
    """What is loaded at once: a file, or synthetic files."""

    @property
    def nom(self) -> str: ...
    def empreinte(self) -> str: ...
    def tranches(self, size: int) -> Iterable[Tranche]: ...


Advance = Callable[[int], object]
Ended = Callable[[Any, ChargementDossiers, bool], object]


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
    lots: Iterable[Lot],
    *,
    workers: Workers | None = None,
    lines: int = LINES,
    again: bool = False,
    advance: Advance = lambda _: None,
    ended: Ended = lambda *_: None,
) -> None:
    """Every line loaded, replaced or refused; a lot stopped before goes on with the slices that are not done.

    What was loaded whole is not loaded twice, unless `again`. `advance` is told how many lines were done, `ended` each
    lot in its order, what became of it, and whether it had been before.

    :raises Refused: when another loading runs
    """
    with _alone():
        suite = _Suite(workers, advance, ended)
        try:
            for lot in lots:
                suite.take(lot, lines, again=again)
        finally:  # a lot that cannot be read undoes nothing of those before it
            suite.settle(ALL_COMPLETED)


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
def _begun(lot: Lot, empreinte: str, lines: int, *, again: bool) -> ChargementDossiers:
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


# Lots, across processes

Task = tuple[int, Tranche, Mapping[str, tuple[int, str]]]


@dataclass
class _Entame:
    """A lot that was begun: `left` slices are given and not written yet."""

    lot: Lot
    chargement: ChargementDossiers
    left: int = 0
    is_read: bool = False


class _Suite:
    """Lots one after the other, whose slices are written side by side: nobody waits for the last slice of a lot."""

    def __init__(self, workers: Workers | None, advance: Advance, ended: Ended) -> None:
        self._workers, self._advance, self._told = workers, advance, ended
        self._base = str(connection.settings_dict["NAME"])
        self._partitions = _Partitions()
        self._lots = deque[_Entame]()
        self._pending: dict[Future[int], _Entame] = {}

    def take(self, lot: Lot, lines: int, *, again: bool) -> None:
        """Read whole; its last slices may still be being written."""
        empreinte = lot.empreinte()
        if any(each.chargement.empreinte == empreinte for each in self._lots):
            self.settle(ALL_COMPLETED)  # the same file twice: the second is already loaded
        entame = _Entame(lot, _begun(lot, empreinte, lines, again=again))
        self._lots.append(entame)
        if entame.chargement.ended_at is None:
            self._read(entame)
        entame.is_read = True
        self._tell()

    def settle(self, until: str) -> None:
        """Waits for slices. One that failed leaves its lot unended, to be gone on with."""
        done, _ = wait(self._pending, return_when=until)
        for future in done:
            entame = self._pending.pop(future)
            self._advance(future.result())
            entame.left -= 1
        self._tell()

    def _read(self, entame: _Entame) -> None:
        chargement = entame.chargement
        done = Counter[int](dict(chargement.tranches.values_list("rang").annotate(Sum("lues"))))
        self._advance(done.total())
        for each in entame.lot.tranches(chargement.par_tranche):
            if each.rang not in done:
                self._write(entame, (chargement.pk, each, self._partitions.of(each.cafs())))

    def _write(self, entame: _Entame, task: Task) -> None:
        if self._workers is None:
            self._advance(write_tranche(*task))
            return
        self._pending[self._workers.pool.submit(_write_in, self._base, task)] = entame
        entame.left += 1
        if len(self._pending) >= self._workers.count * _AHEAD:
            self.settle(FIRST_COMPLETED)

    def _tell(self) -> None:
        while self._lots and self._lots[0].is_read and not self._lots[0].left:
            entame = self._lots.popleft()
            was_before = entame.chargement.ended_at is not None
            self._told(entame.lot, entame.chargement if was_before else _ended(entame.chargement), was_before)


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
