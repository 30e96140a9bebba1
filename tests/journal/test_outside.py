"""The drill: whoever owns the base changes the journal, and makes it coherent again; the seals kept outside tell."""

import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portail.journal import actions, gateway, queries, tasks
from portail.journal.events import BROKEN, KINDS, VERIFIED
from portail.journal.models import JournalEntry, JournalSeal
from portail.journal.queries import chain, last_common_seal, last_verification
from portail.journal.queries import verification as verifying
from portail.journal.queries.verification import verification
from portail.ui.rules import Refused
from tests.journal import broken, tampered

KIND = KINDS["comptes.session.opened"]
COLUMNS = "kind, result, by, by_label, organisation, address, request, subjects, facts, recorded_at"


def written(count: int = 6) -> list[int]:
    numbers = [actions.record(KIND, by=actions.SYSTEM, number=number).pk for number in range(count)]
    actions.seal_and_keep()
    return numbers


def made_coherent() -> None:
    """Digests and seals are computed again, so that the base alone shows nothing."""
    tampered("UPDATE journal_journalentry e SET digest = journal_digest(e) WHERE digest <> journal_digest(e)")
    before, last, seals = b"", 0, []
    for seal in JournalSeal.objects.order_by("last_entry"):
        entries = list(JournalEntry.objects.filter(pk__gt=last, pk__lte=seal.last_entry).order_by("pk"))
        last = seal.last_entry
        before = chain(before, (bytes(entry.digest) for entry in entries))
        seals.append(f"UPDATE journal_journalseal SET digest = '\\x{before.hex()}' WHERE id = {seal.pk}")
    tampered(*seals)


def edited(numbers: list[int]) -> int:
    tampered(f"UPDATE journal_journalentry SET by = 'autre' WHERE id = {numbers[2]}")
    return numbers[2]


def deleted(numbers: list[int]) -> int:
    tampered(f"DELETE FROM journal_journalentry WHERE id = {numbers[3]}")
    return numbers[3]


def first_deleted(numbers: list[int]) -> int:
    tampered(f"DELETE FROM journal_journalentry WHERE id = {numbers[0]}")
    return numbers[0]


def tail_cut(numbers: list[int]) -> int:
    tampered(f"DELETE FROM journal_journalentry WHERE id >= {numbers[4]}")
    return numbers[4]


def tail_cut_with_its_seals(numbers: list[int]) -> int:
    last = JournalSeal.objects.get(first_entry=numbers[0])
    tampered(
        f"DELETE FROM journal_journalentry WHERE id >= {numbers[0]}",
        f"DELETE FROM journal_journalseal WHERE id >= {last.pk}",
    )
    return numbers[0]


def swapped(numbers: list[int]) -> int:
    one, other = numbers[1], numbers[4]
    tampered(
        f"UPDATE journal_journalentry SET id = -1 WHERE id = {one}",
        f"UPDATE journal_journalentry SET id = {one} WHERE id = {other}",
        f"UPDATE journal_journalentry SET id = {other} WHERE id = -1",
    )
    return one


def slipped_in(numbers: list[int]) -> int:
    """An entry between two sealed ones, at a number that nobody had used."""
    made = numbers[0] - 1
    tampered(
        f"INSERT INTO journal_journalentry (id, {COLUMNS}, digest)"
        f" SELECT {made}, {COLUMNS}, '' FROM journal_journalentry WHERE id = {numbers[2]}"
    )
    return made


def old_dump_put_back(numbers: list[int]) -> int:
    """The base of before, in which people went on working: the numbers are given again to other facts."""
    cut = tail_cut_with_its_seals(numbers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('journal_journalentry_id_seq', %s, false)", [numbers[0]])
    for number in range(8):
        actions.record(KIND, by=actions.System(journal_label="Un autre"), number=number)
    return cut


ACTS: list[Callable[[list[int]], int]] = [
    edited,
    deleted,
    first_deleted,
    tail_cut,
    tail_cut_with_its_seals,
    swapped,
    slipped_in,
    old_dump_put_back,
]


@pytest.mark.parametrize("covers_up", [False, True], ids=["plainly", "coherently"])
@pytest.mark.parametrize("act", ACTS)
def test_every_tampering_is_found_at_its_first_entry(db, act, covers_up):
    written()
    with connection.cursor() as cursor:  # a number that no entry has: transactions given up leave such holes
        cursor.execute("SELECT nextval('journal_journalentry_id_seq')")
    middle = written()
    if act not in (tail_cut, tail_cut_with_its_seals, old_dump_put_back):
        written()
    assert broken() is None

    faulty = act(middle)
    if covers_up:
        made_coherent()

    assert broken() == faulty


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (edited, "la ligne {} a été modifiée"),
        (deleted, "la ligne {} a été retirée"),
        (slipped_in, "la ligne {} a été ajoutée après coup"),
        (
            tail_cut_with_its_seals,
            "la fin du journal manque à partir de la ligne {} : elle a été coupée, ou la base vient d'une copie plus "
            "ancienne",
        ),
    ],
)
def test_the_command_says_what_happened(db, act, sentence, capsys):
    written()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('journal_journalentry_id_seq')")
    numbers = written()
    call_command("verify_journal")
    assert "Journal intact : 12 lignes vérifiées, dont 0 pas encore scellées ; 2 sceaux" in capsys.readouterr().out

    faulty = act(numbers)

    with pytest.raises(CommandError) as said:
        call_command("verify_journal")
    told = sentence.format(faulty)
    assert str(said.value) == f"Le journal a été altéré : première ligne fautive {faulty} ({told})."


def test_a_function_changed_in_the_base_deceives_nobody(db):
    numbers = written()

    edited(numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_digest(entry journal_journalentry) RETURNS bytea"
            " LANGUAGE sql STABLE AS 'SELECT entry.digest'"
        )

    assert broken() == numbers[2]


def test_without_the_folder_the_end_is_not_proved(db, settings, tmp_path):
    written()
    settings.SEALS_DIR = tmp_path / "ailleurs"

    with pytest.raises(CommandError, match=r"^Aucun sceau n'est gardé dans .*ailleurs : le journal n'est pas prouvé"):
        call_command("verify_journal")


def test_an_empty_journal_holds(db, capsys):
    call_command("verify_journal")
    assert "Journal intact : 0 lignes" in capsys.readouterr().out


def test_a_line_cut_short_is_written_again_whole(db, seals_folder):
    first, second = written(), written()
    (path,) = seals_folder.glob("*.jsonl")
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])

    assert actions.seal_and_keep() == 1
    third = written()

    assert path.read_bytes().startswith(whole[:-40] + b"\n")
    assert broken() is None
    assert [line.last_entry for line in gateway.lines()] == [first[-1], second[-1], third[-1]]


def test_a_seal_removed_from_the_folder_is_found(db, seals_folder):
    written()
    middle = written()
    written()
    (path,) = seals_folder.glob("*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])

    assert broken() == middle[0]


def test_the_folder_holds_no_content(db, seals_folder):
    actions.record(KIND, by=actions.System(journal_name="ENF01302SM", journal_label="Une personne"))
    actions.seal_and_keep()

    (path,) = seals_folder.glob("*.jsonl")
    assert set(json.loads(path.read_text())) == {"sceau", "empreinte", "le", "numeros", "lignes"}


def test_a_base_put_back_stops_the_seals_until_somebody_says_why(db, capsys):
    before = written()
    old_dump_put_back(written())

    with pytest.raises(actions.SealsDivergeError):
        actions.seal_and_keep()
    call_command("resume_journal", reason="Panne de disque")
    call_command("seal_journal")
    capsys.readouterr()
    call_command("verify_journal")

    said = capsys.readouterr().out
    assert f"la base a été remise à la ligne {before[-1]}" in said
    assert "Motif : Panne de disque" in said
    assert "Journal intact : 15 lignes vérifiées, dont 0 pas encore scellées" in said
    after = list(JournalEntry.objects.filter(pk__gt=before[-1]).order_by("pk").values_list("pk", flat=True))
    tampered(f"DELETE FROM journal_journalentry WHERE id = {after[3]}")
    assert broken() == after[3]


@pytest.mark.parametrize("reason", ["", "  ", "Pour voir"])
def test_there_is_nothing_to_resume_without_a_loss_or_without_a_reason(db, reason):
    written()

    with pytest.raises(Refused):
        actions.resume(by=actions.SYSTEM, reason=reason)


def test_a_folder_that_lost_its_seals_is_not_filled_again_from_the_base(db, seals_folder):
    numbers = written()
    edited(numbers)
    made_coherent()
    for path in seals_folder.glob("*.jsonl"):
        path.unlink()

    with pytest.raises(actions.AlteredError, match="aucun sceau n'est gardé"):
        tasks.verify(timestamp=0)
    with pytest.raises(CommandError, match="seal_journal --first"):
        call_command("seal_journal")
    assert last_verification().kind == BROKEN.code


def test_a_base_sealed_before_its_seals_were_kept_outside_starts_once(db):
    actions.record(KIND, by=actions.SYSTEM)
    actions.seal()

    call_command("seal_journal", first=True)

    assert verification().outside == 1
    assert verification().sentence == ""


def test_long_spans_are_sealed_in_pieces(db, monkeypatch):
    monkeypatch.setattr(actions, "SEAL_ENTRIES", 4)

    numbers = written(10)

    assert [seal.entries for seal in JournalSeal.objects.order_by("last_entry")] == [4, 4, 2]
    tampered(f"DELETE FROM journal_journalentry WHERE id = {numbers[5]}")
    assert broken() == numbers[5]


def test_the_nightly_verification_is_journalled_and_fails_loudly(db):
    numbers = written()
    tasks.verify(timestamp=0)
    assert last_verification().kind == VERIFIED.code
    assert last_verification().facts == {"entries": 6, "outside": 1}

    tampered(f"UPDATE journal_journalentry SET by = 'autre' WHERE id = {numbers[3]}")

    with pytest.raises(actions.AlteredError, match=f"la ligne {numbers[3]} a été modifiée"):
        tasks.verify(timestamp=0)
    assert last_verification().kind == BROKEN.code


def test_what_is_written_meanwhile_is_not_a_fault(db, monkeypatch):
    """The seals and entries made while the journal is read are left for the next time."""
    written()
    read = gateway.lines
    asked = []

    def lines():
        yield from read()
        if not asked:
            asked.append(True)
            written()

    monkeypatch.setattr(gateway, "lines", lines)

    assert verification().fault is None


SEALS = 10_000


def _sealed_one_by_one(folder) -> None:
    """A journal of SEALS entries, each with its own seal, in the base and outside."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO journal_journalentry ({COLUMNS.removesuffix(', recorded_at')}, digest)"
            " SELECT 'comptes.session.opened', 'fait', 'essai', 'Essai', '', '', '', '{}', '{}', ''"
            " FROM generate_series(1, %s)",
            [SEALS],
        )
    before, seals, at = b"", [], datetime(2026, 1, 1, tzinfo=UTC)
    with (folder / "sceaux-2026-01.jsonl").open("w") as file:
        for number, digest in queries.digests_between(0, SEALS):
            before = chain(before, [digest])
            seals.append(JournalSeal(first_entry=number, last_entry=number, entries=1, digest=before))
            sceau = gateway.Sceau(number, before, at, {number: digest[: gateway.PREFIX]})
            file.write(json.dumps(gateway._written(sceau)) + "\n")
    JournalSeal.objects.bulk_create(seals, batch_size=5000)


def _peak(act: Callable[[], object]) -> tuple[object, int]:
    tracemalloc.start()
    try:
        return act(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_as_many_seals_as_one_likes_take_little_memory(db, monkeypatch, seals_folder):
    """What is held is a page of entries and of seals; 10,000 seals as instances take 5 MB."""
    monkeypatch.setattr(verifying, "_PAGE", 500)
    seals_folder.mkdir(parents=True, exist_ok=True)
    _sealed_one_by_one(seals_folder)

    found, verified = _peak(verification)
    (last, _), compared = _peak(last_common_seal)

    assert (found.fault, found.outside, found.unsealed) == (None, SEALS, 0)
    assert last == JournalSeal.objects.latest("last_entry").last_entry
    assert verified < 2_000_000
    assert compared < 2_000_000
