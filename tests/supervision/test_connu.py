"""The memory of rights: kept by the base, closed to everybody, and the same definition as the view."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from portail.comptes.models import Utilisateur
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement, RoleBulletin, Suspension
from portail.habilitations.models import Appartenance, Groupe, Habilitation, Justificatif, RoleGroupe, SuspensionUsage
from portail.supervision.models import HabilitationConnue
from portail.supervision.queries import connu
from tests.habilitations.reference import Model
from tests.habilitations.test_effective_right import DAYS, Written, models

pytestmark = pytest.mark.django_db
TABLES = [Utilisateur, Convention, Suspension, BulletinAdhesion, RoleBulletin, Rattachement, Groupe, RoleGroupe]
TABLES += [Appartenance, Justificatif, SuspensionUsage]
FIELDS = ("appartenance", "role_bulletin", "period", "utilisateur", "rattachement", "service", "role", "groupe")


def _all(model):
    return sorted(map(repr, model.objects.values_list(*FIELDS)))


def _now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@given(model=models(), data=st.data())
@hypothesis(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_known_now_is_the_view_and_known_then_is_what_the_view_said(model: Model, data: st.DataObject) -> None:
    with transaction.atomic():
        Written(model)
        said = [(_now(), _all(Habilitation))]

        for _ in range(3):
            table = data.draw(st.sampled_from(TABLES))
            changed = table.objects.order_by("pk")[: data.draw(st.integers(1, 3))]
            end = data.draw(st.sampled_from([None, *DAYS]))
            for row in changed:
                row.closes_on = end if end is None or end >= row.opens_on else row.opens_on - timedelta(days=1)
                try:
                    with transaction.atomic():
                        row.save(update_fields=["closes_on"])
                except Error:  # the base refuses what would overlap: nothing is then remembered of it
                    continue
            said.append((_now(), _all(Habilitation)))
            assert _all(HabilitationConnue) == _all(Habilitation)

        for instant, rights in said:
            with connu.known_at(instant):
                assert _all(HabilitationConnue) == rights
        transaction.set_rollback(True)


@pytest.fixture
def as_app(cast):
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM versions.habilitations_groupe",
        "UPDATE versions.habilitations_groupe SET known_until = now()",
        "INSERT INTO versions.habilitations_groupe SELECT * FROM versions.habilitations_groupe",
        "DELETE FROM versions.habilitations_rolegroupe",
        "TRUNCATE versions.habilitations_appartenance",
        "UPDATE known.habilitations_groupe SET opens_on = now()",
        "DROP VIEW known.habilitations_habilitation",
        "ALTER TABLE habilitations_groupe DISABLE TRIGGER version_record",
        "DROP TRIGGER version_record_change ON habilitations_groupe",
        "CREATE OR REPLACE FUNCTION version_record() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$",
        "CREATE TRIGGER z AFTER INSERT ON versions.habilitations_groupe EXECUTE FUNCTION version_record()",
        "CREATE TABLE known.x (y int)",
    ],
)
def test_the_run_time_role_cannot(as_app, sql) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert getattr(refused.value.__cause__, "sqlstate", "") in ("42501", "55000")


def test_the_run_time_role_changes_rights_and_the_base_remembers(as_app, cast) -> None:
    before = _now()

    Groupe.objects.filter(pk=cast.groupes["ACCUEIL"].pk).update(closes_on=cast.groupes["ACCUEIL"].opens_on)

    assert (
        HabilitationConnue.objects.filter(role="cdap.t1").count() == Habilitation.objects.filter(role="cdap.t1").count()
    )
    with connu.known_at(before):
        assert HabilitationConnue.objects.filter(role="cdap.t1").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM versions.habilitations_groupe",
        "TRUNCATE versions.habilitations_groupe",
        "UPDATE versions.habilitations_groupe SET opens_on = '2001-01-01'",
        "UPDATE versions.habilitations_groupe SET known_from = now()",
    ],
)
def test_the_owner_himself_cannot_by_mistake(cast, sql) -> None:
    refused = pytest.raises(Error, match="la mémoire des droits ne se modifie pas")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_sign_in_leaves_no_version(cast) -> None:
    def versions() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM versions.comptes_utilisateur")
            return cursor.fetchone()[0]

    before = versions()
    bruet = cast.people["bruet"]
    bruet.last_login = _now()
    bruet.save()

    assert versions() == before


def test_no_secret_is_remembered(cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'versions' ORDER BY 1"
        )
        names = {name for (name,) in cursor.fetchall()}

    assert not names & {"password", "courriel", "telephone", "nom", "prenom"}


def test_a_migration_finds_the_tables_free_and_leaves_the_views_behind(cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT known_forget()")
        cursor.execute("ALTER TABLE habilitations_groupe ADD COLUMN couleur text")
        cursor.execute("SELECT known_rebuild()")
        cursor.execute("SELECT couleur FROM known.habilitations_groupe")
        assert len(cursor.fetchall()) == Groupe.objects.count()

    assert _all(HabilitationConnue) == _all(Habilitation)
