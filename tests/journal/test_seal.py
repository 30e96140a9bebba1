"""The seals of the base alone: what is changed, removed or moved afterwards is found (security.md G4)."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from portail.journal import actions
from portail.journal.events import KINDS
from portail.journal.models import JournalEntry, JournalSeal
from tests.comptes.conftest import at_once
from tests.journal import broken, tampered

KIND = KINDS["comptes.session.opened"]


def written(count: int = 5) -> list[int]:
    return [actions.record(KIND, by=actions.SYSTEM, number=number).pk for number in range(count)]


def test_an_untouched_journal_holds(db):
    assert broken() is None
    assert actions.seal() is None
    first = written()
    seal = actions.seal()
    second = written(3)
    again = actions.seal()

    assert (seal.first_entry, seal.last_entry, seal.entries) == (first[0], first[-1], 5)
    assert (again.first_entry, again.last_entry, again.entries) == (second[0], second[-1], 3)
    assert actions.seal() is None
    assert broken() is None


@pytest.mark.parametrize(
    "column",
    [
        "facts = '{\"number\": 9}'",
        "by = 'autre'",
        "by_label = 'autre'",
        "result = 'refuse'",
        "kind = 'autre'",
        "organisation = 'autre'",
        "address = '1.2.3.4'",
        "request = 'autre'",
        "subjects = '{utilisateur:1}'",
        "recorded_at = recorded_at - interval '1 microsecond'",
        "digest = sha256('x')",
    ],
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_an_edited_entry_is_named(db, column, is_sealed):
    numbers = written()
    if is_sealed:
        actions.seal()

    tampered(f"UPDATE journal_journalentry SET {column} WHERE id = {numbers[2]}")

    assert broken() == numbers[2]


def test_an_entry_edited_with_its_digest_is_found_by_the_seal(db):
    numbers = written()
    actions.seal()
    later = written()
    actions.seal()

    tampered(
        f"UPDATE journal_journalentry SET by = 'autre' WHERE id = {later[2]}",
        f"UPDATE journal_journalentry e SET digest = journal_digest(e) WHERE id = {later[2]}",
    )

    assert broken() == later[0]
    assert numbers[-1] < later[0]


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_entry_is_found(db, place):
    numbers = written()
    actions.seal()
    written()

    tampered(f"DELETE FROM journal_journalentry WHERE id = {numbers[place]}")

    assert broken() == numbers[0]


def test_a_tail_cut_off_after_its_seal_is_found(db):
    first = written()
    actions.seal()
    second = written()
    actions.seal()

    tampered(f"DELETE FROM journal_journalentry WHERE id > {second[1]}")

    assert broken() == second[0]
    assert first[0] < second[0]


def test_entries_that_changed_places_are_found(db):
    numbers = written()
    actions.seal()

    tampered(
        f"UPDATE journal_journalentry SET id = -1 WHERE id = {numbers[1]}",
        f"UPDATE journal_journalentry SET id = {numbers[1]} WHERE id = {numbers[3]}",
        f"UPDATE journal_journalentry SET id = {numbers[3]} WHERE id = -1",
        "UPDATE journal_journalentry e SET digest = journal_digest(e)",
    )

    assert broken() == numbers[0]


def test_an_entry_slipped_in_below_a_seal_is_found(db):
    numbers = written()
    tampered(f"DELETE FROM journal_journalentry WHERE id = {numbers[2]}")
    actions.seal()

    columns = "id, kind, result, by, by_label, organisation, address, request, subjects, facts, recorded_at, digest"
    tampered(
        f"INSERT INTO journal_journalentry ({columns}) VALUES"
        f" ({numbers[2]}, 'x', 'fait', 'x', 'x', '', '', '', '{{}}', '{{}}', now(), '')",
        f"UPDATE journal_journalentry e SET digest = journal_digest(e) WHERE id = {numbers[2]}",
    )

    assert broken() == numbers[0]


def test_a_removed_or_forged_seal_is_found(db):
    written()
    actions.seal()
    middle = written()
    actions.seal()
    last = written()
    actions.seal()

    tampered(f"DELETE FROM journal_journalseal WHERE first_entry = {middle[0]}")

    assert broken() == last[0]


@pytest.mark.django_db(transaction=True)
def test_writers_at_work_while_it_is_sealed_lose_nothing():
    def act(number: int) -> None:
        for _ in range(25):
            if number < 2:
                try:
                    actions.seal()
                except OperationalError:
                    continue  # the next one seals them
            else:
                with transaction.atomic():
                    actions.record(KIND, by=actions.SYSTEM, number=number)
                    time.sleep(0.001)

    results = at_once(8, act)
    actions.seal()

    assert results == [None] * 8
    assert JournalEntry.objects.count() == 150
    assert sum(JournalSeal.objects.values_list("entries", flat=True)) == 150
    assert broken() is None


@pytest.mark.django_db(transaction=True)
def test_a_writer_held_up_between_its_number_and_its_lock_is_not_left_below_a_seal():
    """The number is taken before the trigger runs: a seal made in between must not pass over it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION a_pause() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
            " IF NEW.by_label = 'lent' THEN PERFORM pg_sleep(0.6); END IF; RETURN NEW; END$$;"
            "CREATE TRIGGER a_pause BEFORE INSERT ON journal_journalentry FOR EACH ROW EXECUTE FUNCTION a_pause()"
        )

    def slow() -> None:
        actions.record(KIND, by=actions.System(journal_label="lent"))
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    time.sleep(0.2)
    actions.record(KIND, by=actions.SYSTEM)
    actions.seal()
    thread.join()
    actions.seal()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION a_pause CASCADE")

    assert broken() is None
    assert sum(JournalSeal.objects.values_list("entries", flat=True)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_does_not_finish_delays_the_seal_not_the_people():
    ready, release = threading.Event(), threading.Event()

    def long_act() -> None:
        with transaction.atomic():
            actions.record(KIND, by=actions.SYSTEM)
            ready.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=long_act)
    thread.start()
    ready.wait(10)
    started = time.perf_counter()
    with pytest.raises(OperationalError):
        actions.seal()
    waited = time.perf_counter() - started
    release.set()
    thread.join()

    assert waited < 3
    assert actions.seal().entries == 1
