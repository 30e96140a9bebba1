"""Is the journal what was written? Everything is computed anew, and compared with what is kept outside the base."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection

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


def verification() -> Verification:
    """Reads the whole journal once, while it may be written; stops at the first fault."""
    lines, resumed = 0, []
    for line in gateway.lines():
        lines += 1
        if isinstance(line, Reprise):
            resumed.append(line)
    in_base = {seal.last_entry: seal for seal in JournalSeal.objects.order_by("last_entry")}
    reading = _Reading(_entries())
    before, last, outside, kept_until = b"", 0, 0, None
    fault = None
    for sceau in _in_force(lines, resumed):
        if fault := _fault_under(sceau, reading, before) or _fault_of_seal(sceau, in_base.get(sceau.last_entry)):
            break
        before, last, outside, kept_until = sceau.digest, sceau.last_entry, outside + 1, sceau.sealed_at
    fault = fault or _fault_after(before, [seal for number, seal in in_base.items() if number > last], reading)
    sealed = reading.taken
    fault = fault or next((_altered(entry) for entry in reading.rest() if not entry.is_sound), None)
    unproved = bool(in_base) and not outside
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


def _fault_of_seal(sceau: Sceau, in_base: JournalSeal | None) -> Fault | None:
    if in_base is not None and bytes(in_base.digest) == sceau.digest:
        return None
    first = min(sceau.entries)
    return Fault(first, f"le sceau des lignes {first} à {sceau.last_entry} a été changé ou retiré de la base")


def _fault_after(before: bytes, seals: list[JournalSeal], reading: _Reading) -> Fault | None:
    """The seals that only the base holds yet: they say that something changed, not always which entry."""
    for seal in seals:
        found = reading.up_to(seal.last_entry)
        if fault := next((_altered(entry) for entry in found.values() if not entry.is_sound), None):
            return fault
        before = chain(before, (entry.computed for entry in found.values()))
        if before != bytes(seal.digest):
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
