"""Anything may be typed or sent: it is answered, never with a 5xx (security.md E8, E9)."""

import uuid

import pytest
from django.test import Client

from tests.client import PortailClient

ODD = [
    "\0",
    "a\0b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\ufffe\uffff",
    "\u202e\u0000",
    "9223372036854775808",
    "-9223372036854775809",
    "1" * 400,
    "1e400",
    "1e999999",
    "NaN",
    "Infinity",
    "0x10",
    "١٢",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "-0044-03-15",
    "31/02/2026",
    "2026-13-45",
    "' OR 1=1 --",
    "'; DROP TABLE comptes_utilisateur; --",
    "%' ESCAPE '",
    "\\",
    "%",
    "_",
    "{{ 7*7 }}",
    "{% debug %}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a" * 20_000,
    "\U0001f41d" * 200,
    "é" * 500,
    "",
    " ",
    "\r\nSet-Cookie: x=y",
]
# Those that reach the base or a converter: tried in each field alone, the others in all fields at once.
WORST = [
    "\0",
    "9223372036854775808",
    "-9223372036854775809",
    "1" * 400,
    "1e400",
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "-0044-03-15",
    "../../etc/passwd",
    "%",
    "\\",
]
RAW = ["%00", "%ff", "%c0%af", "%ed%a0%80", "%f5%80%80%80", "a%", "%zz", "&&&==", "x[]=1&x[y]=2", "=", "%u0041"]
LISTS = {
    "marchand": {
        "/conventions/": ("libelle", "type", "statut", "caf_pivot", "etat", "sort", "page", "per_page"),
        "/supervision/journal/": ("by", "since", "until", "result", "page", "sort"),
        "/supervision/journal/export/csv/": ("by", "since", "until", "result"),
        "/comptes-a-verifier/": ("page", "sort", "statut"),
        "/conventions/{c}/": ("page", "vue"),
        "/conventions/{c}/historique/": ("page", "sort"),
        "/conventions/{c}/courriels/": ("page", "sort", "statut"),
    },
    "bruet": {
        "/conventions/{c}/utilisateurs/": (
            "identifiant",
            "nom",
            "prenom",
            "groupe",
            "statut",
            "sort",
            "page",
            "per_page",
        ),
        "/conventions/{c}/utilisateurs/export/csv/": ("identifiant", "nom", "groupe", "statut", "sort"),
        "/conventions/{c}/groupes/": ("code", "libelle", "niveau", "statut", "sort", "page", "vue"),
        "/conventions/{c}/groupes/export/csv/": ("code", "niveau", "statut", "sort"),
        "/conventions/{c}/groupes/{g}/membres/export/csv/": ("nom", "statut"),
        "/conventions/{c}/groupes/{g}/membres/": ("nom", "statut", "sort", "page"),
        "/conventions/{c}/groupes/{g}/membres/ajouter/": ("nom", "page", "rattachement"),
        "/brouillons/": ("path",),
    },
}
KEYS = ("_connector", "utilisateur__password__startswith", "pk__in", "__class__", "nom__regex", "sort[]", "\0", "é")


def answered(client: Client, path: str, *, method: str = "get", **sent: object) -> int:
    """The status, and nothing raised on the way."""
    client.raise_request_exception = False
    return getattr(client, method)(path, **sent).status_code


def paths_of(cast, paths: dict) -> dict[str, tuple[str, ...]]:
    known = {"c": cast.conventions["farandole"].pk, "g": cast.groupes["ACCUEIL"].pk}
    return {path.format(**known): names for path, names in paths.items()}


@pytest.mark.parametrize("name", LISTS)
def test_filters_of_lists(cast, client_of, name):
    client = Client()
    client.cookies["session"] = client_of(name).session.session_key

    for path, names in paths_of(cast, LISTS[name]).items():
        assert answered(client, path) in (200, 400)
        queries = [{field: value} for field in names for value in WORST]
        queries += [dict.fromkeys(names, value) for value in ODD]
        assert [query for query in queries if answered(client, path, data=query) >= 500] == [], path


@pytest.mark.parametrize("name", LISTS)
def test_queries_that_are_none(cast, client_of, name):
    client = Client()
    client.cookies["session"] = client_of(name).session.session_key

    for path, names in paths_of(cast, LISTS[name]).items():
        queries = ["&".join(f"{field}={raw}" for field in names) for raw in RAW]
        queries += ["&".join(f"{field}=1&{field}=x&{field}=" for field in names)]
        queries += [f"{key}=1" for key in KEYS] + RAW + ["&".join(f"a{n}=1" for n in range(900))]
        assert [q[:40] for q in queries if answered(client, f"{path}?{q}") >= 500] == [], path


@pytest.mark.parametrize(
    "path", ["/connexion/", "/mot-de-passe-oublie/", "/adresse-mail/confirmer/x/", "/deconnexion/"]
)
def test_forms_at_the_door(cast, path):
    browser = Client()
    fields = ("login", "password", "identifiant", "next", "cle", "csrfmiddlewaretoken", "fin")

    sent = [{"login": "ENF01302ZZ", "password": "x", field: value} for field in fields for value in WORST]
    sent += [dict.fromkeys(fields, value) for value in ODD]

    assert [data for data in sent if answered(browser, path, method="post", data=data) >= 500] == []


@pytest.mark.parametrize(
    "path",
    [
        "/mon-profil/mot-de-passe/",
        "/mon-profil/adresse-mail/",
        "/mot-de-passe/",
        "/organisation/",
        "/regles-usage/accepter/",
        "/conventions/{c}/utilisateurs/creer/",
        "/conventions/{c}/groupes/creer/",
        "/conventions/{c}/groupes/{g}/modifier/",
        "/conventions/{c}/groupes/{g}/roles/",
        "/conventions/{c}/groupes/{g}/membres/ajouter/",
        "/conventions/{c}/groupes/{g}/responsables/",
    ],
)
def test_forms_of_somebody_signed_in(cast, client_of, path):
    client = client_of("bruet")
    path = path.format(c=cast.conventions["farandole"].pk, g=cast.groupes["ACCUEIL"].pk)
    fields = {
        "/mon-profil/mot-de-passe/": ("current", "password", "confirmation"),
        "/mon-profil/adresse-mail/": ("courriel", "confirmation"),
        "/organisation/": ("organisme",),
    }.get(
        path,
        ("nom", "prenom", "courriel", "code", "libelle", "opens_on", "closes_on", "roles", "rattachement", "edition"),
    )

    sent = [{"cle": str(uuid.uuid4()), field: value} for field in fields for value in WORST[:5]]
    sent += [{**dict.fromkeys(fields, value), "cle": str(uuid.uuid4())} for value in ODD]
    sent += [
        {**dict.fromkeys(fields, "x"), "cle": key} for key in ("\0", "x", "{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}")
    ]

    assert [data for data in sent if answered(client, path, method="post", data=data) >= 500] == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"login=%ff&password=%00", "application/x-www-form-urlencoded; charset=utf-8"),
        (b"login=a&password=b", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"login=a&password=b", "application/x-www-form-urlencoded; charset=nulle"),
        (b"login=a", "multipart/form-data; boundary=x"),
        (b"login=a", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="login"; filename="a\0b"\r\n\r\nx\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b'{"login": 1}', "application/json"),
        (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
        (b"login=" + b"a" * 2_000_000, "application/x-www-form-urlencoded"),
        (b"login=a", ""),
        (b"login=a", "\xff"),
    ],
    ids=range(12),
)
def test_bodies_that_are_none(db, body, kind):
    for path in ("/connexion/", "/mot-de-passe-oublie/", "/brouillons/?path=/x/"):
        client = Client(raise_request_exception=False)
        assert client.generic("POST", path, body, content_type=kind).status_code < 500


@pytest.mark.parametrize(
    "number", ["0", "-1", "9223372036854775807", "9223372036854775808", "9" * 400, "1e5", "١", "%00"]
)
def test_numbers_in_addresses(client_of, number):
    client = client_of("bruet")

    for path in (
        "/conventions/{}/",
        "/conventions/1/utilisateurs/{}/",
        "/conventions/{}/groupes/{}/",
        "/conventions/1/groupes/{}/roles/",
    ):
        assert client.get(path.replace("{}", number)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff", "/conventions/%c0%af/", "/\ud7ff/", "/" + "a" * 9000, "/connexion/%0d%0aX: y"]
)
def test_addresses_that_are_none(db, path):
    assert answered(PortailClient(), path) in (400, 404)


@pytest.mark.parametrize("value", ["\x7f", "é", "a" * 9000, "gzip;q=NaN", "x" * 100 + ";;;"])
@pytest.mark.parametrize(
    "name", ["Accept", "User-Agent", "Cookie", "X-Forwarded-For", "HX-Request", "Accept-Language", "Referer"]
)
def test_headers_that_are_none(db, name, value):
    assert answered(Client(headers={name: value}), "/connexion/") in (200, 400)


def test_a_browser_with_an_endless_name_signs_in(cast, sign_in):
    browser = PortailClient(headers={"User-Agent": "\x01é" * 5000})

    assert sign_in(browser, "ENF01302SM").status_code == 302
