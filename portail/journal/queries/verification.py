"""Is the journal what was written? Everything is computed anew, and compared with what is kept outside the base."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from portail.journal import gateway
from portail.journal.gateway import PREFIX, Reprise, Sceau
from portail.journal.models import JournalSeal
from portail.journal.queries import chain

# The digest as the trigger makes it, written here again: a function changed in the base would deceive nobody.
_ENTRIES = """
SELECT entry.id, entry.digest, sha256(convert_to(jsonb_build_array(
    entry.id, (extract(epoch FROM entry.recorded_at) * 1000000)::bigint, entry.kind, entry.result, entry.by,
    entry.by_label, entry.organisation, entry.address, entry.request, to_jsonb(entry.subjects), entry.facts
  )::text, 'UTF8'))
FROM journal_journalentry entry WHERE entry.id > %s ORDER BY entry.id LIMIT %s
"""
_PAGE = 10_000


@dataclass(frozen=True)
class Fault:
    """The first entry that is not what was written, and what happened to it in French."""

    entry: int
    sentence: str


@dataclass(frozen=True)
class Verification:
    """What was found. `outside` counts the seals kept outside the base, `unsealed` the entries no seal covers yet."""

    entries: int
    unsealed: int
    outside: int
    kept_until: datetime | None
    resumed: list[Reprise]
    fault: Fault | None
    is_unproved: bool = False

    @property
    def sentence(self) -> str:
        """What is wrong; nothing when all holds. Without any seal outside, the base could tell whatever it likes."""
        if self.fault:
            return self.fault.sentence
        return f"aucun sceau n'est gardé dans {gateway.folder()}, alors que la base en a" if self.is_unproved else ""


@dataclass(frozen=True)
class Written:
    """An entry as the base holds it: the digest it carries, and the one its content gives now."""

    number: int
    carried: bytes
    computed: bytes

    @property
    def is_sound(self) -> bool:
        return self.carried == self.computed


@dataclass
class _Reading:
    """The entries of the base, taken in order and once."""

    source: Iterator[Written]
    taken: int = 0
    ahead: Written | None = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = next(self.source, None)

    def up_to(self, number: int) -> dict[int, Written]:
        entries = {}
        while self.ahead is not None and self.ahead.number <= number:
            entries[self.ahead.number] = self.ahead
            self.taken += 1
            self.ahead = next(self.source, None)
        return entries

    def rest(self) -> Iterator[Written]:
        while self.ahead is not None:
            yield self.ahead
            self.taken += 1
            self.ahead = next(self.source, None)


class InBase(NamedTuple):
    """A seal as the base holds it."""

    first_entry: int
    last_entry: int
    digest: bytes


class _Seals:
    """The seals that the base holds at this moment, taken in order and once: a year has half a million."""

    def __init__(self) -> None:
        self.newest = JournalSeal.objects.aggregate(newest=Max("last_entry"))["newest"]
        held = JournalSeal.objects.filter(last_entry__lte=self.newest or 0).order_by("last_entry")
        rows = held.values_list("first_entry", "last_entry", "digest").iterator(_PAGE)
        self.source = (InBase(first, last, bytes(digest)) for first, last, digest in rows)
        self.ahead = next(self.source, None)

    def digest_at(self, number: int) -> bytes | None:
        """The digest of the seal that ends at this entry; `number` only grows."""
        self._skip(number - 1)
        return self.ahead.digest if self.ahead is not None and self.ahead.last_entry == number else None

    def after(self, number: int) -> Iterator[InBase]:
        self._skip(number)
        while self.ahead is not None:
            yield self.ahead
            self.ahead = next(self.source, None)

    def _skip(self, number: int) -> None:
        while self.ahead is not None and self.ahead.last_entry <= number:
            self.ahead = next(self.source, None)


def verification() -> Verification:
    """Reads the whole journal once, while it may be written; stops at the first fault."""
    lines, resumed = 0, []
    for line in gateway.lines():
        lines += 1
        if isinstance(line, Reprise):
            resumed.append(line)
    in_base = _Seals()
    reading = _Reading(_entries())
    before, last, outside, kept_until = b"", 0, 0, None
    fault = None
    for sceau in _in_force(lines, resumed):
        if fault := _fault_under(sceau, reading, before) or _fault_of_seal(sceau, in_base.digest_at(sceau.last_entry)):
            break
        before, last, outside, kept_until = sceau.digest, sceau.last_entry, outside + 1, sceau.sealed_at
    fault = fault or _fault_after(before, in_base.after(last), reading)
    sealed = reading.taken
    fault = fault or next((_altered(entry) for entry in reading.rest() if not entry.is_sound), None)
    unproved = in_base.newest is not None and not outside
    return Verification(reading.taken, reading.taken - sealed, outside, kept_until, resumed, fault, unproved)


def _entries() -> Iterator[Written]:
    last = -(2**63)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, (last, _PAGE))
            page = [Written(number, bytes(carried), bytes(computed)) for number, carried, computed in cursor]
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].number


def _in_force(lines: int, resumed: list[Reprise]) -> Iterator[Sceau]:
    """The seals among the first `lines` kept outside, without those that a base put back on purpose has lost."""
    to_come = list(resumed)
    for line in islice(gateway.lines(), lines):
        if isinstance(line, Reprise):
            to_come.pop(0)
        elif all(line.last_entry <= reprise.last_entry for reprise in to_come):
            yield line


def _fault_under(sceau: Sceau, reading: _Reading, before: bytes) -> Fault | None:
    """What is wrong among the entries that this seal covers."""
    found = reading.up_to(sceau.last_entry)
    for number in sorted(found.keys() | sceau.entries.keys()):
        if number not in found:
            return _missing(number, is_tail=reading.ahead is None and not any(n > number for n in found))
        if number not in sceau.entries:
            return Fault(number, f"la ligne {number} a été ajoutée après coup")
        entry = found[number]
        if not entry.is_sound or entry.computed[:PREFIX] != sceau.entries[number]:
            return _altered(entry)
    if chain(before, (entry.computed for entry in found.values())) != sceau.digest:
        first = min(found, default=sceau.last_entry)
        return Fault(first, f"le sceau des lignes {first} à {sceau.last_entry} ne correspond plus")
    return None


def _fault_of_seal(sceau: Sceau, in_base: bytes | None) -> Fault | None:
    if in_base == sceau.digest:
        return None
    first = min(sceau.entries)
    return Fault(first, f"le sceau des lignes {first} à {sceau.last_entry} a été changé ou retiré de la base")


def _fault_after(before: bytes, seals: Iterable[InBase], reading: _Reading) -> Fault | None:
    """The seals that only the base holds yet: they say that something changed, not always which entry."""
    for seal in seals:
        found = reading.up_to(seal.last_entry)
        if fault := next((_altered(entry) for entry in found.values() if not entry.is_sound), None):
            return fault
        before = chain(before, (entry.computed for entry in found.values()))
        if before != seal.digest:
            span = f"entre {seal.first_entry} et {seal.last_entry}"
            return Fault(seal.first_entry, f"une ligne a été changée, ajoutée ou retirée {span}")
    return None


def _altered(entry: Written) -> Fault:
    return Fault(entry.number, f"la ligne {entry.number} a été modifiée")


def _missing(number: int, *, is_tail: bool) -> Fault:
    if is_tail:
        return Fault(
            number,
            f"la fin du journal manque à partir de la ligne {number} : elle a été coupée, ou la base vient "
            "d'une copie plus ancienne",
        )
    return Fault(number, f"la ligne {number} a été retirée")
