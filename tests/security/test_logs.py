"""Logs: one JSON object per line, found again by the number of the request, without secret nor person (G5)."""

import json
import logging

import pytest
from django.conf import settings
from django.test import Client

from portail.journal.events import CURRENT, NO_REQUEST
from portail.journal.models import JournalEntry
from tests.cast import PASSWORD
from tests.client import PortailClient

PERSONAL = ("Bruet", "Stéphane", "bruet@example.fr", "ENF01302SM", "198.51.100.7", PASSWORD, "Canari*Secret77")


@pytest.fixture
def lines():
    """What the portal's own handler writes."""
    written: list[str] = []
    handler = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    stream, handler.stream = handler.stream, type("Stream", (), {"write": written.append, "flush": lambda self: None})()
    handler.stream.write = lambda text: written.append(text)
    yield lambda: [line for line in "".join(written).splitlines() if line]
    handler.stream = stream


def test_a_request_is_one_line_of_json_with_its_number(db, anonymous, lines):
    response = anonymous.get("/connexion/?next=/mon-profil/")

    (line,) = [json.loads(line) for line in lines() if "portail.request" in line]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert (line["method"], line["view"], line["status"], line["levelname"]) == ("GET", "account_login", 200, "INFO")
    assert isinstance(line["ms"], float)
    assert "/mon-profil/" not in json.dumps(line)


def test_the_journal_has_the_same_number(cast, anonymous, sign_in):
    response = sign_in(anonymous, "ENF01302SM", headers={"User-Agent": "x"}, REMOTE_ADDR="198.51.100.7")

    entry = JournalEntry.objects.get(kind="comptes.session.opened")
    assert (entry.request, entry.address) == (response.headers["X-Request-Id"], "198.51.100.7")
    assert CURRENT.get() == NO_REQUEST


def test_a_number_given_by_the_client_is_not_taken(db, anonymous):
    response = anonymous.get("/connexion/", headers={"X-Request-Id": "mien"})

    assert len(response.headers["X-Request-Id"]) == 32


def test_no_line_names_a_person_or_a_secret(cast, sign_in, client_of, lines):
    browser = PortailClient(REMOTE_ADDR="198.51.100.7")
    sign_in(browser, "ENF01302SM", "Canari*Secret77")
    sign_in(browser, "ENF01302SM")
    browser.get("/mon-profil/")
    browser.get("/conventions/?libelle=Bruet")
    browser.get("/Bruet/ENF01302SM/")
    browser.post(
        "/mon-profil/mot-de-passe/", {"current": "Canari*Secret77", "password": PASSWORD, "confirmation": PASSWORD}
    )
    browser.post("/mot-de-passe-oublie/", {"identifiant": "ENF01302SM"})
    browser.post("/deconnexion/")

    written = "\n".join(lines())
    assert written
    assert [word for word in PERSONAL if word in written] == []


def test_a_line_cannot_be_forged(db, lines):
    Client().get("/connexion/", headers={"User-Agent": "x\r\ny", "Host": "evil\r\n{}"})
    Client().get("/%0d%0a{%22levelname%22:%22INFO%22}")

    for line in lines():
        assert json.loads(line)["levelname"]


def test_a_token_that_fails_does_not_write_the_secret_of_the_link(db, lines):
    Client(enforce_csrf_checks=True).post("/adresse-mail/confirmer/canari-du-lien/")

    assert "canari-du-lien" not in "\n".join(lines())


def test_an_error_is_logged_with_the_number_of_its_request_and_nothing_of_the_person(
    cast, client_of, lines, monkeypatch
):
    def broken(acteur, stops):
        raise RuntimeError("cassé")

    client = client_of("bruet")
    client.raise_request_exception = False
    monkeypatch.setattr("portail.accueil.views.tiles_for", broken)

    response = client.get("/?nom=Bruet")

    (line,) = [json.loads(line) for line in lines() if "django.request" in line]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert "RuntimeError" in line["exc_info"]
    assert "nom=Bruet" not in json.dumps(line)


def test_the_journal_holds_no_secret_and_no_raw_line_end(cast, sign_in, client_of):
    browser = PortailClient()
    sign_in(browser, "ENF01302SM\r\ncanari", "Canari*Secret77")
    sign_in(browser, "ENF01302SM")
    browser.post("/mon-profil/mot-de-passe/", {"current": PASSWORD, "password": "Canari", "confirmation": "Canari"})

    told = "\n".join(str([e.facts, e.by, e.by_label, e.subjects]) for e in JournalEntry.objects.all())
    assert "anari" not in told
    assert settings.SECRET_KEY not in told
