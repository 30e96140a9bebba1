"""Hosts, redirections, tokens: what a request may not obtain (security.md E1, E5, E6)."""

import hashlib
import re
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from portail.courriels.actions import send_due
from portail.ui.models import SubmittedForm
from tests.cast import PASSWORD
from tests.client import PortailClient
from tests.comptes.conftest import all_tables, run_jobs

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "hTTp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://evil.example",
    "http://testserver@evil.example",
    "http://testserver:80@evil.example",
    "http://evil.example#@testserver",
    "http://evil.example\\@testserver",
    "//testserver.evil.example",
    "//evil.example/%2f..",
    "//%65vil.example",
    "//ⓔvil.example",
    "//evil。example",
    "http://[::1]evil.example",
    "http://testserver:99999999",
    "x:y",
    "\0//evil.example",
    "//" + "e" * 3000,
]


def led_to(wanted: str) -> str:
    """Where signing in leads."""
    browser = PortailClient()
    response = browser.post("/connexion/", {"login": "ENF01302SM", "password": PASSWORD, "next": wanted})
    return response.headers.get("Location", str(response.status_code))


def test_signing_in_leads_nowhere_else(cast):
    assert {wanted: led_to(wanted) for wanted in ELSEWHERE} == dict.fromkeys(ELSEWHERE, "/")


def test_signing_in_leads_where_one_was_going(cast):
    for wanted in ("/mon-profil/", "/conventions/?nom=a&page=2", "/conventions/#x"):
        assert led_to(wanted) == wanted


@pytest.mark.parametrize("wanted", ["/a\r\nSet-Cookie: x=y", "/a%0d%0aSet-Cookie:%20x=y", "/a\x00b"])
def test_a_new_line_in_next_adds_no_header(cast, anonymous, wanted):
    response = anonymous.post("/connexion/", {"login": "ENF01302SM", "password": PASSWORD, "next": wanted})

    assert "Set-Cookie: x" not in response.serialize_headers().decode()
    assert "x" not in response.cookies
    assert "\n" not in response.headers["Location"]


@pytest.mark.parametrize("wanted", ['"><script>alert(1)</script>', "//evil.example"])
def test_next_is_shown_harmless_in_the_page(db, anonymous, wanted):
    page = anonymous.get("/connexion/", {"next": wanted}).content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "/\\evil.example", "/%2f/evil.example/", "/%5cevil.example", "/nulle-part", "/connexion"],
)
def test_no_path_is_turned_into_a_redirection(db, anonymous, path):
    response = anonymous.get("/", PATH_INFO=path)

    assert response.status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.evil.example",
        "testserver:80@evil.example",
        "testserver, evil.example",
        "",
        "[::1",
        "a b",
    ],
)
def test_another_host_is_refused(db, host):
    assert Client().get("/connexion/", headers={"Host": host}).status_code == 400
    assert Client().post("/mot-de-passe-oublie/", {"identifiant": "x"}, headers={"Host": host}).status_code == 400


def test_mails_never_follow_the_request(cast):
    for headers in (
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"Host": "localhost:8000"},
    ):
        Client(headers=headers).post("/mot-de-passe-oublie/", {"identifiant": "ENF01302SM"})
    run_jobs()
    send_due()

    assert len(mail.outbox) >= 3
    for message in mail.outbox:
        texts = message.body + message.alternatives[0].content
        assert set(re.findall(r"https?://([^/\s\"<]+)", texts)) == {"testserver"}
        assert "evil.example" not in message.message().as_string()


NOBODYS = UUID(int=1)


def all_paths(resolver=None, prefix: str = "/"):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_paths(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            path = re.sub(r"<uuid:[^>]+>", str(NOBODYS), prefix + str(entry.pattern))
            yield re.sub(r"<[^>]+>", "1", path), entry.callback


def token_of(client: Client) -> str:
    page = client.get("/connexion/").content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


POSTS = [path for path, view in all_paths() if "POST" in getattr(view, "methods", ())]


def test_there_are_forms_to_protect():
    assert len(POSTS) > 25


@pytest.mark.parametrize("attack", ["no token", "made-up token", "somebody else's token", "text/plain"])
def test_every_form_wants_its_token(cast, client_of, attack):
    client = Client(enforce_csrf_checks=True)
    client.cookies["session"] = client_of("bruet").session.session_key
    client.cookies["csrf"] = "a" * 32
    data = {"cle": str(uuid4()), "csrfmiddlewaretoken": "ab" * 16 + "Zy" * 16}
    if attack == "no token":
        del data["csrfmiddlewaretoken"]
    if attack == "somebody else's token":
        data["csrfmiddlewaretoken"] = token_of(PortailClient())
    body = ("cle=x&csrfmiddlewaretoken=x", "text/plain") if attack == "text/plain" else (data,)

    answers = {path: client.post(path, *body) for path in POSTS}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(POSTS, 403)
    assert all("Ce formulaire a expiré" in answer.content.decode() for answer in answers.values())


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"]
)
def test_a_form_of_another_site_is_refused_even_with_the_token(db, origin):
    client = Client(enforce_csrf_checks=True)
    token = token_of(client)

    response = client.post(
        "/connexion/", {"csrfmiddlewaretoken": token, "login": "a", "password": "b"}, headers={"Origin": origin}
    )

    assert response.status_code == 403


def test_the_token_changes_at_sign_in(cast):
    client = Client(enforce_csrf_checks=True)
    token = token_of(client)
    before = client.cookies["csrf"].value

    client.post("/connexion/", {"csrfmiddlewaretoken": token, "login": "ENF01302SM", "password": PASSWORD})

    assert client.cookies["csrf"].value != before
    assert client.post("/deconnexion/", {"csrfmiddlewaretoken": token}).status_code == 403


def test_a_key_of_one_person_serves_nobody_else(cast, client_of):
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    regle = {"version": "1", "cle": key}

    mine = client_of("bruet").post("/regles-usage/accepter/", regle)
    other = client_of("robine").post("/regles-usage/accepter/", {**regle, "version": "7"})

    assert (mine.status_code, other.status_code) == (302, 302)
    assert SubmittedForm.objects.filter(key=key).count() == 2


def test_what_is_kept_of_a_form_does_not_give_its_password_away(cast, client_of):
    """A digest without a key lets who has the base try passwords at full speed, beside Argon2id."""
    path, new = "/mon-profil/mot-de-passe/", "Neuve*Ruche88"
    client_of("bruet").post(path, {"current": PASSWORD, "password": new, "confirmation": new})

    fields = [(name, [value]) for name, value in (("confirmation", new), ("current", PASSWORD), ("password", new))]
    guess = hashlib.sha256(repr((path, fields)).encode()).hexdigest()
    assert [table for table, row in all_tables() if guess in row] == []


NO_DOORS = [
    "/accounts/login/",
    "/accounts/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/reauthenticate/",
    "/accounts/confirm-email/x/",
    "/admin/",
    "/.well-known/change-password",
    "/.git/config",
    "/.env",
    "/static/../config/settings.py",
    "/static/%2e%2e/%2e%2e/config/settings.py",
    "/static//etc/passwd",
    "/static/",
    "/__debug__/",
    "/server-status",
]


def test_no_other_door(client_of):
    for client in (PortailClient(), client_of("bruet")):
        assert {path: client.get(path).status_code for path in NO_DOORS} == dict.fromkeys(NO_DOORS, 404)
        assert {path: client.post(path).status_code for path in NO_DOORS} == dict.fromkeys(NO_DOORS, 404)
