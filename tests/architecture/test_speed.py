"""What keeps the tests fast still holds with the libraries of today: none of it is an announced interface."""

import gc

import pytest
from django.db import connection, transaction

QUESTION = "SELECT count(*) FROM comptes_utilisateur"
USES = "SELECT custom_plans + generic_plans FROM pg_prepared_statements WHERE statement = %s"


@pytest.mark.django_db
def test_what_is_prepared_stays_so_after_a_rollback() -> None:
    for _ in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            for _ in range(4):
                cursor.execute(QUESTION)
            cursor.execute(USES, [QUESTION])
            (uses,) = cursor.fetchone()
            transaction.set_rollback(True)

    assert uses >= 6


def test_python_does_not_go_through_what_stays() -> None:
    assert gc.get_freeze_count() > 100_000
