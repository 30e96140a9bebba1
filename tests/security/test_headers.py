"""The headers of every kind of answer (security.md E2-E4, C6, C7)."""

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import PASSWORD
from tests.client import PortailClient

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
BANNERS = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Via")


def assert_safe(response) -> None:
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy == CSP
    for name, value in EXACT.items():
        assert response.headers.get(name) == value, name
    assert not [name for name in BANNERS if name in response.headers]


def assert_not_kept(response) -> None:
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/connexion/", 200),
        ("get", "/", 302),
        ("get", "/nulle-part/", 404),
        ("get", "/deconnexion/", 405),
        ("post", "/connexion/", 422),
        ("get", "/livez", 200),
        ("get", "/readyz", 200),
        ("get", "/static/nulle-part.js", 404),
        ("options", "/connexion/", 405),
        ("get", "/mentions-legales/", 200),
    ],
)
def test_answers_to_a_stranger(db, method, path, status):
    client = PortailClient()

    response = getattr(client, method)(path)

    assert response.status_code == status
    assert_safe(response)
    if not path.startswith("/static/"):
        assert_not_kept(response)


SIGNED_IN = {
    "/": 200,
    "/mon-profil/": 200,
    "/conventions/": 200,
    "/conventions/export/csv/": 200,
    "/conventions/export/xlsx/": 200,
    "/brouillons/?path=/x/": 200,
    "/brouillons/?path=x": 400,
    "/connexion/": 302,
    "/supervision/journal/": 403,
    "/conventions/999999/": 404,
    "/session/prolonger/": 405,
    "/mon-profil/x.css": 404,
    "/mon-profil/;.js": 404,
    "/mon-profil/%2e%2e/static/x.css": 404,
}


def test_answers_to_somebody_signed_in(client_of):
    client = client_of("bruet")

    for path, status in SIGNED_IN.items():
        response = client.get(path)
        assert (path, response.status_code) == (path, status)
        assert_safe(response)
        assert_not_kept(response)


def test_an_answer_409(client_of):
    response = client_of("bruet").post("/mon-profil/mot-de-passe/", {"cle": "pas une clé"})

    assert response.status_code == 409
    assert_safe(response)
    assert_not_kept(response)


def test_an_answer_500_tells_nothing(cast, client_of, monkeypatch):
    client = client_of("bruet")
    client.raise_request_exception = False

    def broken(acteur):
        raise RuntimeError("canari-interne")

    monkeypatch.setattr("portail.accueil.views.tiles_for", broken)
    response = client.get("/")

    page = response.content.decode()
    assert response.status_code == 500
    assert "Le service a rencontré une erreur" in page
    assert "canari" not in page
    assert "Traceback" not in page
    assert_safe(response)
    assert_not_kept(response)


def test_an_answer_403_to_a_form_without_its_token(db):
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"login": "a", "password": "b"})

    assert response.status_code == 403
    assert_safe(response)
    assert_not_kept(response)


def test_an_answer_400_to_a_wrong_host(db):
    response = Client().get("/connexion/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil" not in response.content.decode()
    assert_safe(response)
    assert_not_kept(response)


def test_a_static_file(anonymous):
    (settings.STATIC_ROOT / "essai.js").write_text("// essai")

    response = anonymous.get("/static/essai.js")

    assert response.status_code == 200
    assert_safe(response)


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(cast, anonymous, sign_in):
    anonymous.get("/connexion/")
    response = sign_in(anonymous, "ENF01302SM")

    cookies = {**anonymous.cookies, **response.cookies}
    assert set(cookies) == {"session", "csrf", "appareil"}
    for morsel in cookies.values():
        assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Lax", "/", "")
        assert len(morsel.value) < 4096
    assert cookies["session"]["max-age"] == ""  # ends with the browser
    assert PASSWORD not in str(cookies)


def test_other_methods_are_refused(client_of):
    client = client_of("bruet")

    for path in ("/", "/connexion/", "/mon-profil/", "/conventions/", "/mot-de-passe-oublie/"):
        for method in (client.put, client.patch, client.delete, client.trace, client.options):
            response = method(path)
            assert response.status_code == 405
            assert_safe(response)
