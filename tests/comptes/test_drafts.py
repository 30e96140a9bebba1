"""What was being typed outlives the session, for its owner only (security.md C8)."""

import json

import pytest

from portail.comptes.actions import keep_brouillon
from portail.comptes.models import Brouillon, Session
from tests.cast import PASSWORD

PATH = "/conventions/1/utilisateurs/creer/"


def keep(client, data: object, path: str = PATH):
    body = json.dumps({"data": data}) if not isinstance(data, bytes) else data
    return client.post(f"/brouillons/?path={path}", body, content_type="application/json")


def kept(client, path: str = PATH):
    return client.get(f"/brouillons/?path={path}").json()["draft"]


def test_a_draft_comes_back_after_the_session_is_over(cast, anonymous, sign_in):
    sign_in(anonymous, "ENF01302SM")
    assert keep(anonymous, {"nom": "Martin", "roles": ["a", "b"]}).status_code == 204
    Session.objects.all().delete()
    assert anonymous.get("/").status_code == 302

    sign_in(anonymous, "ENF01302SM")

    assert kept(anonymous)["data"] == {"nom": "Martin", "roles": ["a", "b"]}


def test_nobody_else_reads_it_or_removes_it(client_of):
    owner, other = client_of("bruet"), client_of("robine")
    keep(owner, {"nom": "Martin"})

    assert kept(other) is None
    assert other.delete(f"/brouillons/?path={PATH}").status_code == 204
    keep(other, {"nom": "Autre"})

    assert kept(owner)["data"] == {"nom": "Martin"}


def test_a_stranger_gets_nothing(db, anonymous):
    for response in (anonymous.get(f"/brouillons/?path={PATH}"), keep(anonymous, {"nom": "x"})):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/connexion/")
    assert not Brouillon.objects.exists()


def test_its_owner_gives_it_up(client_of):
    client = client_of("bruet")
    keep(client, {"nom": "Martin"})

    client.delete(f"/brouillons/?path={PATH}")

    assert kept(client) is None


def test_sending_the_form_drops_it(client_of):
    client = client_of("bruet")
    path = "/mon-profil/mot-de-passe/"
    keep(client, {"x": "y"}, path)
    data = {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"}

    client.post(path, {"current": "Faux*Essai77", **data})
    assert kept(client, path) is not None
    client.post(path, {"current": PASSWORD, **data})

    assert kept(client, path) is None


def test_fifty_kilobytes_at_most(client_of):
    client = client_of("bruet")

    assert keep(client, {"a": "x" * 49_900}).status_code == 204
    assert keep(client, {"a": "x" * 50_000}).status_code == 400
    assert len(kept(client)["data"]["a"]) == 49_900


def test_the_last_twenty_forms_are_kept(cast, client_of):
    client = client_of("bruet")
    other = cast.people["robine"]
    keep_brouillon(utilisateur=other, path="/x/", data={})

    for number in range(25):
        keep(client, {"a": "b"}, f"/p/{number}/")

    assert Brouillon.objects.filter(utilisateur=cast.people["bruet"]).count() == 20
    assert kept(client, "/p/24/") is not None
    assert kept(client, "/p/4/") is None
    assert Brouillon.objects.filter(utilisateur=other).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"data": []}',
        b'{"data": null}',
        b'{"data": {"a": 1}}',
        b'{"data": {"a": NaN}}',
        b'{"data": {"a": 1e400}}',
        b'{"data": {"a": null}}',
        b'{"data": {"a": {"b": "c"}}}',
        b'{"data": {"a": ["b", ["c"]]}}',
        b'{"data": {"a": "\\u0000"}}',
        b'{"data": {"\\u0000": "a"}}',
        b'{"data": {"a": "\\ud800"}}',
        b'{"data": {"\\udc00": "a"}}',
        b'{"data": {"a": "\xff"}}',
        b"[" * 40_000,
        b'{"data": {"a": ' + b"9" * 5000 + b"}}",
    ],
    ids=range(19),
)
def test_anything_else_is_refused(client_of, body):
    assert keep(client_of("bruet"), body).status_code == 400
    assert not Brouillon.objects.exists()


@pytest.mark.parametrize("path", ["", "x", "//evil.example/%00", "/%00", "/" + "x" * 300, "http://evil.example/"])
def test_a_path_that_is_none_is_refused(client_of, path):
    client = client_of("bruet")

    assert keep(client, {"a": "b"}, path).status_code == 400
    assert client.get(f"/brouillons/?path={path}").status_code == 400
    assert client.delete(f"/brouillons/?path={path}").status_code == 400


def test_a_draft_is_given_back_as_data_never_as_a_page(client_of):
    client = client_of("bruet")
    keep(client, {"nom": "<script>alert(1)</script>"})

    response = client.get(f"/brouillons/?path={PATH}")

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
