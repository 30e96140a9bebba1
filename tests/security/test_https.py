"""What an https address changes: asked of a portal started apart with one (security.md E3, E6, C6)."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

SCRIPT = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
out = {}
for name, path, secure, headers in (
    ("page", "/connexion/", True, {}),
    ("probe", "/livez", False, {}),
    ("plain", "/connexion/?a=b", False, {}),
    ("claimed", "/connexion/", False, {"X-Forwarded-Proto": "https"}),
    ("wrong host", "/connexion/", False, {"Host": "evil.example"}),
    ("missing", "/nulle-part/", True, {}),
):
    response = Client(headers={"Host": "portail.example", **headers}).get(path, secure=secure)
    cookies = {name: {k: v for k, v in morsel.items() if v} for name, morsel in response.cookies.items()}
    out[name] = {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies}
out["names"] = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME]
out["secure"] = [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE]
out["debug"] = settings.DEBUG
print("JSON" + json.dumps(out))
"""
HOST = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "PORTAIL_PROFILE": "test",
    "PORTAIL_PUBLIC_URL": "https://portail.example",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
}


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env={**kept, "PORTAIL_DATA": str(settings.DATA_DIR), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def https() -> dict:
    said = started(**HOST)
    return json.loads(said.stdout.rpartition("JSON")[2] or said.stderr)


def test_browsers_are_told_to_use_https_for_two_years(https):
    expected = "max-age=63072000; includeSubDomains; preload"

    assert https["page"]["headers"]["Strict-Transport-Security"] == expected
    assert https["missing"]["headers"]["Strict-Transport-Security"] == expected


def test_cookies_belong_to_this_host_alone(https):
    assert https["names"] == ["__Host-session", "__Host-csrf", "__Host-appareil"]
    assert https["secure"] == [True, True, True]
    morsel = https["page"]["cookies"]["__Host-csrf"]
    assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["samesite"]) == (True, True, "/", "Lax")
    assert "domain" not in morsel


def test_plain_http_is_sent_to_https_and_nowhere_else(https):
    assert https["plain"]["status"] == 301
    assert https["plain"]["headers"]["Location"] == "https://portail.example/connexion/?a=b"
    assert https["wrong host"]["status"] == 400


def test_what_a_client_claims_of_https_counts_behind_a_trusted_proxy_only(https):
    behind = json.loads(started(**HOST, PORTAIL_TRUSTED_PROXIES="1").stdout.rpartition("JSON")[2])

    assert https["claimed"]["status"] == 301
    assert behind["claimed"]["status"] == 200


def test_the_probe_answers_without_a_base_nor_https(https):
    assert https["probe"]["status"] == 200


@pytest.mark.parametrize("kind", ["plain", "wrong host", "probe"])
def test_these_answers_too_have_our_headers(https, kind):
    headers = https[kind]["headers"]

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"PORTAIL_PUBLIC_URL": "http://portail.example"}, "PORTAIL_PUBLIC_URL doit commencer par https://"),
        ({"PORTAIL_PUBLIC_URL": ""}, "La variable PORTAIL_PUBLIC_URL est absente"),
        ({"PORTAIL_SECRET_KEY": ""}, "La variable PORTAIL_SECRET_KEY est absente"),
        ({"SMTP_URL": "http://x"}, "La variable SMTP_URL doit s'écrire smtp://"),
        ({"DATABASE_URL": "mysql://x"}, "La variable DATABASE_URL doit commencer par postgresql://"),
    ],
)
def test_production_does_not_start_unsafe(changed, sentence):
    safe = {
        **HOST,
        "PORTAIL_PROFILE": "production",
        "PORTAIL_SECRET_KEY": "x" * 64,
        "SMTP_URL": "smtp://127.0.0.1:1",
        "PORTAIL_EDITEUR": "x",
        "PORTAIL_HEBERGEUR": "x",
    }

    said = started(**{**safe, **changed})

    assert said.returncode != 0
    assert sentence in said.stderr
