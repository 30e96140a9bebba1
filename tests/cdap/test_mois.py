"""The consultations of each month lie in its partition, made before it begins; none is lost, none may be changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import Error, connection, transaction

from portail.cdap import tasks
from portail.cdap.models import Consultation
from portail.cdap.queries.mois import months_apart
from tests.cdap.gardes import PARIS, consulted
from tests.cdap.scene import Scene

pytestmark = pytest.mark.django_db
LATER = datetime(2031, 5, 20, 6, tzinfo=PARIS)
_PARTITION = "SELECT tableoid::regclass::text FROM cdap_consultation WHERE id = %s"


@pytest.fixture
def as_app(dossiers: Scene) -> Iterator[Scene]:
    """The base acts for the role of the processes, which owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
        yield dossiers
        cursor.execute("RESET ROLE")


def placed(row: Consultation) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_PARTITION, [row.id])
        return cursor.fetchone()[0]


def run_as(role: str, sql: str, row: Consultation) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(sql, [row.id])


def prepared() -> None:
    with time_machine.travel(LATER, tick=False):
        tasks.prepare_months(timestamp=0)


def test_the_month_and_the_three_after_it_are_ready(as_app: Scene) -> None:
    prepared()
    prepared()

    made = [consulted(as_app, at=LATER + timedelta(days=31 * n)) for n in range(5)]
    assert [placed(row)[-6:] for row in made] == ["203105", "203106", "203107", "203108", "autres"]


def test_months_begin_at_midnight_in_paris(as_app: Scene) -> None:
    prepared()

    june = datetime(2031, 6, 1, tzinfo=PARIS)
    assert placed(consulted(as_app, at=june)).endswith("203106")
    assert placed(consulted(as_app, at=june - timedelta(microseconds=1))).endswith("203105")


def test_what_came_before_its_month_was_ready_joins_it_whole(as_app: Scene) -> None:
    """The job had failed for three months: those of the current month and of a past one lie apart."""
    rows = [consulted(as_app, at=LATER - timedelta(days=31 * n)) for n in (0, 2)]
    kept = list(Consultation.objects.order_by("at").values())
    assert len(months_apart()) == 2

    prepared()

    assert [placed(row)[-6:] for row in rows] == ["203105", "203103"]
    assert list(Consultation.objects.order_by("at").values()) == kept
    assert months_apart() == []


@pytest.mark.parametrize("sql", ["UPDATE cdap_consultation SET motif = ''", "DELETE FROM cdap_consultation"])
@pytest.mark.parametrize("months", [0, 9], ids=["moved", "apart"])
def test_nobody_changes_a_consultation_afterwards(as_app: Scene, sql: str, months: int) -> None:
    consulted(as_app, at=LATER)
    prepared()
    row = consulted(as_app, at=LATER + timedelta(days=31 * months))

    for role in (settings.DATABASE_APP_ROLE, "NONE"):
        with pytest.raises(Error, match="ne se modifie pas"):
            run_as(role, f"{sql} WHERE id = %s", row)


def test_the_operator_is_told_of_what_lies_apart(dossiers: Scene, client_of: Any) -> None:
    def told() -> str:
        return client_of("marchand").get("/supervision/etat/").content.decode()

    assert "En retard" not in told()
    consulted(dossiers, at=LATER)
    assert "depuis mai 2031" in told()
