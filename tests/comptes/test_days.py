"""Days are written into the statements that ask who is open (ADR 0026)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F

from portail.comptes.models import Utilisateur
from portail.comptes.models.dates import columns_of
from portail.conventions.models import Rattachement

DAY = date(2026, 2, 28)


@pytest.mark.parametrize(
    "asked",
    [
        Utilisateur.objects.open_on(DAY),
        Rattachement.objects.filter(utilisateur__period__contains=DAY),
        Rattachement.objects.exclude(period__contains=DAY),
    ],
)
def test_the_base_is_told_the_day_not_a_parameter(asked) -> None:
    statement, values = asked.query.sql_with_params()
    assert "@> DATE '2026-02-28'" in statement
    assert DAY not in values


@pytest.mark.parametrize("other", [datetime(2026, 2, 28, 12, tzinfo=UTC), F("opens_on")])
def test_nothing_but_a_day_is_written(other) -> None:
    statement, _ = Utilisateur.objects.filter(period__contains=other).query.sql_with_params()
    assert "DATE '" not in statement
    assert "::date" in statement


def test_what_the_base_works_out_is_not_read_with_hot_rows() -> None:
    names, columns = columns_of(Utilisateur, "t")
    assert "opens_on" in names
    assert not {"period", "sort_key"} & set(names)
    assert "t.period" not in columns


@pytest.mark.django_db
def test_both_ends_are_open_and_the_days_beside_them_are_not() -> None:
    person = Utilisateur.objects.create(
        identifiant="ENF01302ZZ", nom="Robine", prenom="Paul", opens_on=DAY, closes_on=DAY + timedelta(days=2)
    )
    told = {n: Utilisateur.objects.open_on(DAY + timedelta(days=n)).contains(person) for n in range(-1, 4)}
    assert told == {-1: False, 0: True, 1: True, 2: True, 3: False}


@pytest.mark.django_db
def test_a_range_is_still_compared_as_a_range() -> None:
    person = Utilisateur.objects.create(identifiant="ENF01302ZY", nom="Guy", prenom="Anne", opens_on=DAY)
    assert Utilisateur.objects.filter(period__contains=(DAY, DAY + timedelta(days=9))).contains(person)
    assert not Utilisateur.objects.filter(period__contains=(DAY - timedelta(days=1), DAY)).contains(person)
