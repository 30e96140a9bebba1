"""Reads of the journal."""

import hashlib
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import models
from django.db.models.expressions import RawSQL

from portail.journal import events, gateway
from portail.journal.models import JournalEntry, JournalSeal

_SEALS = 1_000  # of half a million a year, as many as are looked at together

Lines = Callable[[int | None, bool, int], list[JournalEntry]]  # what a KeyPage reads

# Written into the statement: a plan made for any pattern would not see that the index of acts serves it.
_IS_ACT = "NOT (journal_journalentry.kind::text LIKE '%%.read' OR journal_journalentry.kind::text LIKE '%%.consulted')"


def entries_about(*things: models.Model) -> models.QuerySet[JournalEntry]:
    """What the journal says of any of these rows, newest first."""
    return _sorted(JournalEntry.objects.filter(subjects__overlap=[f"{t._meta.model_name}:{t.pk}" for t in things]))


def acts_about(*things: models.Model) -> models.QuerySet[JournalEntry]:
    """The same without the readings, which the journal has by the million about a convention or an organisation."""
    return entries_about(*things).filter(RawSQL(_IS_ACT, (), output_field=models.BooleanField()))  # noqa: S611 -- a constant


def entries_about_both(one: models.Model, other: models.Model) -> models.QuerySet[JournalEntry]:
    """What the journal says of these two rows together, newest first."""
    names = [f"{thing._meta.model_name}:{thing.pk}" for thing in (one, other)]
    return _sorted(JournalEntry.objects.filter(subjects__contains=names))


def _sorted(entries: models.QuerySet[JournalEntry]) -> models.QuerySet[JournalEntry]:
    # A sum, else the base may walk the whole journal backward rather than sort the few lines that the index finds.
    return entries.alias(rank=models.F("pk") + 0).order_by("-rank")


def by_key(entries: models.QuerySet[JournalEntry]) -> Lines:
    """These entries, newest first, as a KeyPage reads them."""

    def read(key: int | None, newer: bool, limit: int) -> list[JournalEntry]:
        if key is None:
            return list(entries[:limit])
        return list((entries.filter(pk__gt=key).reverse() if newer else entries.filter(pk__lt=key))[:limit])

    return read


def digests_between(after: int, limit: int) -> list[tuple[int, bytes]]:
    """(pk, digest) of at most `limit` entries after the entry `after`, in order."""
    rows = JournalEntry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "digest")[:limit]
    return [(number, bytes(digest)) for number, digest in rows]


def chain(before: bytes, digests: Iterable[bytes]) -> bytes:
    """The digest of a seal: the seal before, then each entry's digest in order."""
    whole = hashlib.sha256(before)
    for digest in digests:
        whole.update(digest)
    return whole.digest()


def last_seal() -> JournalSeal | None:
    return JournalSeal.objects.order_by("-last_entry").first()


def last_common_seal() -> tuple[int, bytes]:
    """(last entry, digest) of the newest seal that the base and the folder outside both hold; (0, b"") when none."""
    common, lines = (0, b""), gateway.lines()
    while kept := [(line.last_entry, line.digest) for line in islice(lines, _SEALS)]:
        held = JournalSeal.objects.filter(last_entry__in=[last for last, _ in kept])
        in_base = {(last, bytes(digest)) for last, digest in held.values_list("last_entry", "digest")}
        common = next((each for each in reversed(kept) if each in in_base), common)
    return common


def last_verification() -> JournalEntry | None:
    """What the last verification of the whole journal found."""
    return JournalEntry.objects.filter(kind__in=[events.VERIFIED.code, events.BROKEN.code]).order_by("-pk").first()
