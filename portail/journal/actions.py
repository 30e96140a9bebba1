"""The only writers of the journal."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from portail.journal import events, gateway
from portail.journal.events import CURRENT
from portail.journal.gateway import PREFIX, Reprise, Sceau
from portail.journal.models import JournalEntry, JournalSeal, Result
from portail.journal.queries import chain, digests_between, last_common_seal, last_seal
from portail.journal.queries.verification import Verification, verification
from portail.ui.rules import Refused

SEAL_ENTRIES = 10_000
SEAL_LOCK = 7203001  # each entry's trigger holds it, shared, until its transaction ends


class Author(Protocol):
    """Who acts: his identifiant, his name, and the organisation he acts for."""

    @property
    def journal_name(self) -> str: ...
    @property
    def journal_label(self) -> str: ...
    @property
    def journal_organisation(self) -> str: ...


@dataclass(frozen=True)
class System:
    journal_name: str = "système"
    journal_label: str = "Le système"
    journal_organisation: str = ""


SYSTEM = System()
_GATHERED: ContextVar[list[JournalEntry] | None] = ContextVar("portail_journal_gathered", default=None)


@contextmanager
def gathered() -> Iterator[list[JournalEntry]]:
    """Facts recorded inside are written together at the end, in their order; one taken out of the list is unsaid."""
    entries: list[JournalEntry] = []
    token = _GATHERED.set(entries)
    try:
        yield entries
    finally:
        _GATHERED.reset(token)
    JournalEntry.objects.bulk_create(entries, batch_size=1000)


_FRAME: ContextVar[models.Model | None] = ContextVar("portail_journal_frame", default=None)


@contextmanager
def framed(thing: models.Model) -> Iterator[None]:
    """Each fact recorded inside is also about this row, and its sentence names it."""
    token = _FRAME.set(thing)
    try:
        yield
    finally:
        _FRAME.reset(token)


def subject(thing: models.Model) -> str:
    """How the journal names a row: `utilisateur:12`; by its `journal_number` when its key has several parts."""
    return f"{thing._meta.model_name}:{getattr(thing, 'journal_number', thing.pk)}"


def record(
    kind: events.Kind,
    *,
    by: Author,
    about: Iterable[models.Model] = (),
    result: Result = Result.DONE,
    **facts: Any,
) -> JournalEntry:
    """Writes one fact, in the caller's transaction. `facts` are what its sentence tells: never a secret."""
    entry = _entry(kind, by, about, result, facts)
    gathering = _GATHERED.get()
    if gathering is not None:
        gathering.append(entry)
    else:
        entry.pk, entry.recorded_at = _only(_WRITE, _values(entry))
    return entry


def recorded_by_reading(
    kind: events.Kind, *, by: Author, about: Iterable[models.Model] = (), **facts: Any
) -> "RecordedByReading":
    """A fact that is written by the very statement that reads what it tells: see `RecordedByReading`."""
    return RecordedByReading(_entry(kind, by, about, Result.DONE, facts))


@dataclass(frozen=True)
class RecordedByReading:
    """Not written yet. One of the two is called, once."""

    entry: JournalEntry

    def read(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The only row of this statement, which the base gives together with the fact written, or not at all.

        None when there is no such row: nothing was read, and nothing is written.
        """
        return _only(_WRITE_AND_READ.format(statement=statement, insert=_INSERT), [*values, *_values(self.entry)])

    def write(self) -> None:
        """In the caller's transaction, when what is read is not in the base."""
        _only(_WRITE, _values(self.entry))


def _entry(
    kind: events.Kind, by: Author, about: Iterable[models.Model], result: Result, facts: dict[str, Any]
) -> JournalEntry:
    info, frame = CURRENT.get(), _FRAME.get()
    if frame is not None:
        about, facts = [*about, frame], facts | {events.FRAME: str(frame)}
    return JournalEntry(
        kind=kind.code,
        result=result,
        by=by.journal_name,
        by_label=by.journal_label,
        organisation=by.journal_organisation,
        address=info.address,
        request=info.request_id,
        subjects=[subject(thing) for thing in about],
        facts=facts,
    )


# Written out in SQL: every act and every tab of a file writes one, and composing it cost more than running it.
_INSERT = """
INSERT INTO journal_journalentry (kind, result, by, by_label, organisation, address, request, subjects, facts, digest)
SELECT %s, %s, %s, %s, %s, %s, %s, %s::text[], %s::jsonb, ''"""
_WRITE = _INSERT + " RETURNING id, recorded_at"
_WRITE_AND_READ = """
WITH found AS ({statement}), written AS ({insert} FROM found RETURNING id) SELECT found.* FROM found, written
"""


def _values(entry: JournalEntry) -> list[Any]:
    author = (entry.by, entry.by_label, entry.organisation, entry.address, entry.request)
    return [entry.kind, entry.result, *author, entry.subjects, Jsonb(entry.facts)]


def _only(statement: str, values: Sequence[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def record_refusals(*, by: Author, page: str, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        record(events.ACT_REFUSED, by=by, result=Result.REFUSED, page=page, motif=sentence)


@transaction.atomic
def seal() -> JournalSeal | None:
    """Chains the new entries to the last seal, at most `SEAL_ENTRIES`; None when there is none.

    Safe to run twice, or by two at once. Waits at most a second for those being written, so that it never holds
    people up.

    :raises OperationalError: when they were not finished by then; the next run seals them
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")  # the short wait is for this lock only
    last = last_seal()
    rows = digests_between(last.last_entry if last else 0, SEAL_ENTRIES)
    if not rows:
        return None
    return JournalSeal.objects.create(
        first_entry=rows[0][0],
        last_entry=rows[-1][0],
        entries=len(rows),
        digest=chain(bytes(last.digest) if last else b"", (digest for _, digest in rows)),
    )


class AlteredError(Exception):
    """The journal is not what was written."""


class SealsDivergeError(Exception):
    """The base no longer holds the last seal that was kept outside."""


def seal_and_keep(*, is_first: bool = False) -> int:
    """Seals all new entries and keeps outside the seals that are not there yet; how many were.

    :param is_first: somebody says that nothing was ever kept in this folder
    :raises SealsDivergeError: when the base is not the one that was sealed, or the folder lost its seals
    """
    had_seals = last_seal() is not None
    while (sealed := seal()) and sealed.entries == SEAL_ENTRIES:
        pass
    with gateway.locked():
        kept = gateway.last_line()
        if kept is not None and not _holds(kept):
            raise SealsDivergeError("La base n'est plus celle qui a été scellée : lancez verify_journal.")
        if kept is None and had_seals and not is_first:
            raise SealsDivergeError(
                f"La base a des sceaux, {gateway.folder()} n'en a aucun : vérifiez PORTAIL_SEALS_DIR. "
                "S'il n'y en a jamais eu, lancez seal_journal --first."
            )
        last = kept.last_entry if kept else 0
        seals = list(JournalSeal.objects.filter(last_entry__gt=last).order_by("last_entry"))
        for made in seals:
            digests = digests_between(last, made.entries)
            prefixes = {number: digest[:PREFIX] for number, digest in digests}
            gateway.keep(Sceau(made.last_entry, bytes(made.digest), made.sealed_at, prefixes))
            last = made.last_entry
    return len(seals)


def _holds(kept: Sceau | Reprise) -> bool:
    if kept.last_entry == 0:
        return True
    return JournalSeal.objects.filter(last_entry=kept.last_entry, digest=kept.digest).exists()


def resume(*, by: Author, reason: str) -> Reprise:
    """Notes, outside and in the journal, that the base was put back on purpose; the entries lost stay told for ever.

    :raises Refused: without a reason, or when the base still holds all that was sealed
    """
    if not reason.strip():
        raise Refused("Dites pourquoi la base a été remise à un état plus ancien.")
    with gateway.locked():
        kept = gateway.last_line()
        if kept is None or _holds(kept):
            raise Refused("La base contient tout ce qui a été scellé : il n'y a pas de reprise à noter.")
        last, digest = last_common_seal()
        reprise = Reprise(last, digest, timezone.now(), reason)
        gateway.keep(reprise)
    record(events.RESUMED, by=by, last_entry=reprise.last_entry, motif=reason)
    return reprise


def verify(*, by: Author) -> Verification:
    """Verifies the whole journal, and records what was found."""
    found = verification()
    if found.sentence:
        record(events.BROKEN, by=by, sentence=found.sentence)
    else:
        record(events.VERIFIED, by=by, entries=found.entries, outside=found.outside)
    return found
