"""The world of the rights, built once for a file: what each test does is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.permissions.world import World, build_world
from tests.stage import Stage


@pytest.fixture(scope="module")
def world(stage: Stage, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    stage.close()
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
