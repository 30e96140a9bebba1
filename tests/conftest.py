"""Mistakes that can no longer be made: see each fixture."""

import gc
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import pytest_socket
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection
from django.template import engines
from django.test import override_settings
from psycopg._preparing import PrepareManager
from psycopg.pq.abc import PGresult

from tests.cast import Cast
from tests.client import PortailClient
from tests.stage import Stage, in_order


def pytest_configure() -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is not there
    # Each test ends by a rollback, after which psycopg would have every query planned anew: half the time of a page.
    PrepareManager.prepared_max = 5000
    PrepareManager._should_discard = _drops  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = _empty_jobs  # what it grants and lists is not lost when the tables are emptied


def _empty_jobs(*_: object) -> None:
    """Their tables are not Django's: a job would be done in the test that follows."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def _drops(manager: PrepareManager, _: object, results: Sequence[PGresult]) -> bool:
    """A statement stays prepared until a table is altered or dropped."""
    told = [result.command_status or b"" for result in results]
    return any(status.startswith((b"DROP", b"ALTER", b"DISCARD")) for status in told) and manager.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_order(items)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: Python looks for what to free among the rest, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Undefined(str):
    """What a template shows for a variable nobody gave: an error."""

    def __contains__(self, _: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"variable de gabarit inconnue : {name}")


@pytest.fixture(autouse=True)
def undefined_variables_fail():
    engines["django"].engine.string_if_invalid = Undefined("%s")
    yield
    engines["django"].engine.string_if_invalid = ""


@pytest.fixture(autouse=True)
def only_this_machine():
    """No test reaches the network."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory) -> Iterator[Path]:
    """Files that tests write are not those of a demonstration."""
    with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
        yield settings.DATA_DIR


@pytest.fixture(autouse=True)
def seals_folder(settings) -> Path:
    """Each test keeps its own seals."""
    settings.SEALS_DIR = settings.DATA_DIR / "sceaux" / uuid.uuid4().hex
    return settings.SEALS_DIR


@pytest.fixture(scope="session")
def stage(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(django_db_blocker)
    yield stage
    stage.close()


@pytest.fixture
def staged(request: pytest.FixtureRequest, stage: Stage) -> None:
    stage.prepare(request.node)


@pytest.fixture
def _django_db_helper(staged: None, _django_db_helper: None) -> None:
    """pytest-django's: the stage is prepared before its savepoint."""


@pytest.fixture
def cast(db: None, stage: Stage) -> Cast:
    return stage.cast()


@pytest.fixture
def client_of(cast):
    """A signed-in browser for one of the cast."""

    def sign_in(name: str) -> PortailClient:
        client = PortailClient(raise_request_exception=True)
        utilisateur = cast.people[name]
        client.force_login(utilisateur, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def anonymous() -> PortailClient:
    return PortailClient()
