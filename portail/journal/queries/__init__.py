"""Reads of the journal."""

import hashlib
from collections.abc import Iterable

from django.db import models

from portail.journal import events, gateway
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
    in_base = {(last, bytes(digest)) for last, digest in JournalSeal.objects.values_list("last_entry", "digest")}
    common = (0, b"")
    for line in gateway.lines():
        if (line.last_entry, line.digest) in in_base:
            common = (line.last_entry, line.digest)
    return common


def last_verification() -> JournalEntry | None:
    """What the last verification of the whole journal found."""
    return JournalEntry.objects.filter(kind__in=[events.VERIFIED.code, events.BROKEN.code]).order_by("-pk").first()
