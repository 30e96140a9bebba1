"""The synthetic base is what it says, and every contestant answers alike on it."""

import random
from datetime import date

import pytest
from django.db import connection

from bench import data
from bench.peers import prepared
from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.habilitations.models import Groupe
from portail.habilitations.queries import may_use

TINY = data.Size("tiny", users=400, conventions=60, big=60, little=20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    with connection.cursor() as cursor:
        for statement in data.statements(TINY):
            cursor.execute(statement)


def test_the_base_has_the_people_and_groups_it_says(base):
    assert Utilisateur.objects.count() == 400
    assert Groupe.objects.count() == TINY.groupes == 60 * data.GROUPES
    assert set(Groupe.objects.order_by().values_list("niveau", flat=True)) == {1, 2, 3}
    assert Rattachement.objects.filter(convention=1).count() == 60
    assert Rattachement.objects.filter(convention=2).count() == 20


def test_the_statement_written_by_hand_answers_as_the_product(base):
    chance, seen = random.Random(1), []  # noqa: S311
    served = list(Rattachement.objects.order_by("pk").values_list("utilisateur", "convention"))
    with connection.cursor() as cursor:
        for utilisateur, convention in chance.choices(served, k=150):
            role = chance.choice(data.ROLES)[2]
            values = {"utilisateur": utilisateur, "role": role, "convention": convention, "on": date.today()}
            cursor.execute(prepared.STATEMENT, values)
            seen.append(cursor.fetchone()[0])
            assert seen[-1] == may_use(utilisateur, role, convention, date.today())
    assert True in seen
    assert False in seen


def test_another_database_or_role_of_the_same_server():
    url = "postgresql://portail_owner@:5432/portail?host=/var/pg"
    assert data.address(url, database="other", role="postgres") == "postgresql://postgres@:5432/other?host=/var/pg"
    assert data.app_address(url, TINY) == "postgresql://portail_app@:5432/tiny?host=/var/pg"
