"""The only writers of the journal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, models, transaction

from portail.journal import events
from portail.journal.events import CURRENT
from portail.journal.models import JournalEntry, JournalSeal, Result
from portail.journal.queries import chain, digests_after

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
    """How the journal names a row: `utilisateur:12`."""
    return f"{thing._meta.model_name}:{thing.pk}"


def record(
    kind: events.Kind,
    *,
    by: Author,
    about: Iterable[models.Model] = (),
    result: Result = Result.DONE,
    **facts: Any,
) -> JournalEntry:
    """Writes one fact, in the caller's transaction. `facts` are what its sentence tells: never a secret."""
    info, frame = CURRENT.get(), _FRAME.get()
    if frame is not None:
        about, facts = [*about, frame], facts | {events.FRAME: str(frame)}
    entry = JournalEntry(
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
    gathering = _GATHERED.get()
    if gathering is not None:
        gathering.append(entry)
    else:
        entry.save(force_insert=True)
    return entry


def record_refusals(*, by: Author, page: str, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        record(events.ACT_REFUSED, by=by, result=Result.REFUSED, page=page, motif=sentence)


@transaction.atomic
def seal() -> JournalSeal | None:
    """Chains the new entries to the last seal; None when there is none. Safe to run twice, or by two at once.

    Waits at most a second for those being written, so that it never holds people up.

    :raises OperationalError: when they were not finished by then; the next run seals them
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    last = JournalSeal.objects.order_by("-last_entry").first()
    rows = digests_after(last.last_entry if last else 0)
    if not rows:
        return None
    return JournalSeal.objects.create(
        first_entry=rows[0][0],
        last_entry=rows[-1][0],
        entries=len(rows),
        digest=chain(bytes(last.digest) if last else b"", (digest for _, digest in rows)),
    )
