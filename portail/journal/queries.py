"""Reads of the journal."""

import hashlib
from collections.abc import Iterable

from django.db import connection, models

from portail.journal.models import JournalEntry, JournalSeal


def entries_about(*things: models.Model) -> models.QuerySet[JournalEntry]:
    """What the journal says of any of these rows, newest first."""
    return JournalEntry.objects.filter(subjects__overlap=[f"{t._meta.model_name}:{t.pk}" for t in things]).order_by(
        "-pk"
    )


def entries_about_both(one: models.Model, other: models.Model) -> models.QuerySet[JournalEntry]:
    """What the journal says of these two rows together, newest first."""
    names = [f"{thing._meta.model_name}:{thing.pk}" for thing in (one, other)]
    return JournalEntry.objects.filter(subjects__contains=names).order_by("-pk")


def digests_after(pk: int) -> list[tuple[int, bytes]]:
    """(pk, digest) of the entries after `pk`, in order."""
    rows = JournalEntry.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", "digest")
    return [(number, bytes(digest)) for number, digest in rows]


def first_broken_entry() -> int | None:
    """The pk of the first entry that is not what was written, or that a seal no longer finds; None when all holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM journal_journalentry entry WHERE digest <> journal_digest(entry)")
        altered = cursor.fetchone()[0]
    return min((pk for pk in (altered, _first_broken_seal()) if pk is not None), default=None)


def _first_broken_seal() -> int | None:
    before, last = b"", 0
    for seal in JournalSeal.objects.order_by("last_entry"):
        entries = JournalEntry.objects.filter(pk__gt=last, pk__lte=seal.last_entry).order_by("pk")
        digests = [bytes(digest) for digest in entries.values_list("digest", flat=True)]
        if chain(before, digests) != bytes(seal.digest):
            return seal.first_entry
        before, last = bytes(seal.digest), seal.last_entry
    return None


def chain(before: bytes, digests: Iterable[bytes]) -> bytes:
    """The digest of a seal: the seal before, then each entry's digest in order."""
    whole = hashlib.sha256(before)
    for digest in digests:
        whole.update(digest)
    return whole.digest()
