"""What the run-time role may do with the journal: add to it, and read it (security.md G3)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import Error, connection, transaction

from portail.journal import actions
from portail.journal.events import KINDS, declare, sentence
from portail.journal.models import JournalEntry
from portail.journal.queries.verification import verification

KIND = KINDS["comptes.session.opened"]


@pytest.fixture
def entry(db) -> JournalEntry:
    made = actions.record(KIND, by=actions.SYSTEM, page="essai")
    return JournalEntry.objects.get(pk=made.pk)


@pytest.fixture
def as_app(db) -> Iterator[None]:
    """The connection acts as the role of the web processes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
        yield
        cursor.execute("RESET ROLE")


def run(sql: str, values: tuple = ()) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


FORBIDDEN = [
    "UPDATE journal_journalentry SET facts = '{}'",
    "UPDATE journal_journalentry SET digest = ''",
    "DELETE FROM journal_journalentry",
    "TRUNCATE journal_journalentry",
    "TRUNCATE journal_journalentry CASCADE",
    "ALTER TABLE journal_journalentry DISABLE TRIGGER ALL",
    "ALTER TABLE journal_journalentry DISABLE TRIGGER journal_stamp",
    "DROP TRIGGER journal_stamp ON journal_journalentry",
    "DROP TABLE journal_journalentry",
    "ALTER TABLE journal_journalentry RENAME TO x",
    "CREATE OR REPLACE FUNCTION journal_stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "CREATE TRIGGER z BEFORE INSERT ON journal_journalentry FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
    "CREATE RULE z AS ON INSERT TO journal_journalentry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "SELECT setval('journal_journalentry_id_seq', 1)",
    "ALTER SEQUENCE journal_journalentry_id_seq RESTART",
    "MERGE INTO journal_journalentry e USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    "SELECT * FROM journal_journalentry FOR UPDATE",
    "UPDATE journal_journalseal SET digest = ''",
    "DELETE FROM journal_journalseal",
    "TRUNCATE journal_journalseal",
    "DELETE FROM django_migrations",
    "CREATE TABLE x (y int)",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_run_time_role_cannot(entry, as_app, sql):
    with pytest.raises(Error) as refused:
        run(sql)

    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"  # insufficient privilege


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_journalentry SET facts = '{}'",
        "DELETE FROM journal_journalentry",
        "UPDATE journal_journalseal SET digest = ''",
        "DELETE FROM journal_journalseal",
    ],
)
def test_the_owner_himself_cannot_by_mistake(entry, sql):
    actions.seal()

    with pytest.raises(Error, match="le journal ne se modifie pas"):
        run(sql)


def test_the_run_time_role_adds_and_reads(db, as_app):
    made = actions.record(KIND, by=actions.SYSTEM)

    assert JournalEntry.objects.get(pk=made.pk).kind == KIND.code


def test_the_hour_and_the_digest_are_the_base_s_own(db, as_app):
    forged = JournalEntry.objects.create(
        kind=KIND.code,
        result="fait",
        by="x",
        by_label="x",
        subjects=[],
        recorded_at=datetime(2001, 1, 1, tzinfo=UTC),
        digest=b"forged",
    )

    forged.refresh_from_db()
    assert datetime.now(UTC) - forged.recorded_at < timedelta(minutes=1)
    assert len(forged.digest) == 32
    assert verification().fault is None


def test_the_digest_covers_every_field_and_no_time_zone(entry):
    values = [
        entry.pk,
        round(entry.recorded_at.timestamp() * 1_000_000),
        entry.kind,
        entry.result,
        entry.by,
        entry.by_label,
        entry.organisation,
        entry.address,
        entry.request,
        entry.subjects,
        entry.facts,
    ]
    expected = hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).digest()

    with connection.cursor() as cursor:
        for zone in ("UTC", "Europe/Paris", "Pacific/Apia"):
            cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
            cursor.execute("SELECT journal_digest(e) FROM journal_journalentry e WHERE id = %s", [entry.pk])
            assert bytes(cursor.fetchone()[0]) == bytes(entry.digest) == expected


def test_a_fact_is_written_with_what_makes_it_true_or_not_at_all(db):
    with transaction.atomic():
        actions.record(KIND, by=actions.SYSTEM)
        transaction.set_rollback(True)

    assert not JournalEntry.objects.exists()


def test_a_kind_is_declared_once():
    with pytest.raises(ValueError, match=r"^comptes\.session\.opened est déclaré deux fois$"):
        declare("comptes.session.opened", "x")


@pytest.mark.parametrize("facts", [{}, {"motif": "{by.__class__}"}, {"by": "autre"}, {"motif": "{0}"}])
def test_a_sentence_is_always_told_and_runs_nothing(facts):
    told = sentence("comptes.session.refused", "Le système", facts)

    assert told.startswith("Connexion refusée pour l'identifiant")
    assert "<class" not in told


def test_a_sentence_elides_a_name_and_ends_once():
    facts = {"utilisateur": "Irène Delmas", "closes_on": "22/11/2026", "motif": "Cet accès ne sert plus."}

    told = sentence("habilitations.utilisateur.closed", "Odile Marquand", facts)

    assert told == "Odile Marquand a clôturé l'accès d'Irène Delmas au 22/11/2026 : Cet accès ne sert plus."


def test_a_kind_of_a_later_version_is_shown_by_its_code():
    assert sentence("plus.tard.venu", "X", {}) == "plus.tard.venu"
