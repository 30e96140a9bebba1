"""The two probes, and what is answered when there is too much to do (security.md I11, I12, B7)."""

import threading

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.comptes.adapters import hash_slot
from portail.comptes.models import Session, SignInLane
from portail.ui.middleware import Probes
from portail.ui.rules import Busy


def test_livez_asks_nothing_of_the_base(db):
    with CaptureQueriesContext(connection) as queries:
        response = Client().get("/livez")

    assert (response.status_code, response.content, len(queries)) == (200, b"ok\n", 0)
    assert response.cookies == {}


def test_readyz_asks_the_base_each_time(db):
    client = Client()
    client.get("/readyz")

    with CaptureQueriesContext(connection) as queries:
        response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert len(queries) >= 1
    assert response.cookies == {}
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_readyz_says_503_while_the_base_is_down_and_livez_200(monkeypatch):
    client = Client()
    assert client.get("/readyz").status_code == 200
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nulle/part")

    down, alive = client.get("/readyz"), client.get("/livez")
    monkeypatch.undo()
    connection.close()

    assert (down.status_code, down.content) == (503, b"indisponible\n")
    assert alive.status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("error", [OperationalError("x"), InterfaceError("connection already closed")])
def test_readyz_never_fails_itself(db, monkeypatch, error):
    def broken(self):
        raise error

    monkeypatch.setattr(Probes, "is_durable", broken)

    assert Client().get("/readyz").status_code == 503


def test_readyz_wants_a_base_that_keeps_what_it_acknowledges(db, monkeypatch):
    """This cluster of tests does not: outside the tests it would be refused."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        is_fast = cursor.fetchone()[0] == "off"
    monkeypatch.setattr(settings, "PROFILE", "production")

    assert Client().get("/readyz").status_code == (503 if is_fast else 200)


def test_readyz_wants_the_migrations(db, monkeypatch):
    monkeypatch.setattr(Probes, "has_migrated", lambda self: False)

    assert Client().get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/livez/", "/livez/x", "/readyz?x=y", "/READYZ"])
def test_probes_have_one_address(db, path):
    assert Client().get(path).status_code == (200 if path.startswith("/readyz?") else 404)


@pytest.fixture
def saturated(monkeypatch):
    """All the places where passwords are hashed are taken."""
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"HASHES_AT_ONCE": 2})
    monkeypatch.setattr("portail.comptes.adapters.hash_slot.__wrapped__.__defaults__", (0.05,))
    release, taken = threading.Event(), threading.Barrier(3)

    def hold() -> None:
        with hash_slot():
            taken.wait()
            release.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    taken.wait()
    yield
    release.set()
    for thread in threads:
        thread.join()


def test_a_saturated_portal_says_so_and_serves_those_who_are_in(cast, client_of, anonymous, sign_in, saturated):
    inside = client_of("bruet")

    response = sign_in(anonymous, "ENF01302SM")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3"
    assert "Le service est momentanément indisponible" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert inside.get("/").status_code == 200
    assert inside.get("/conventions/").status_code == 200


def test_who_was_turned_away_has_lost_no_try(cast, anonymous, sign_in, saturated):
    for _ in range(5):
        assert sign_in(anonymous, "ENF01302SM").status_code == 503

    assert not SignInLane.objects.filter(failures__gt=0).exists()
    assert not SignInLane.objects.filter(open_at__gt=timezone.now()).exists()


def test_a_place_is_free_again_after_an_error(monkeypatch):
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"HASHES_AT_ONCE": 1})

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), hash_slot():
            raise ZeroDivisionError
    with hash_slot(), pytest.raises(Busy), hash_slot(wait=0.01):
        pass


def test_the_alias_of_the_base_is_the_only_one():
    assert list(settings.DATABASES) == [DEFAULT_DB_ALIAS]
