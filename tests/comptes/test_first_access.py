"""Règles d'usage, then own password: before that, no page answers (S3; security.md A5)."""

from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from portail.comptes.actions import publish_regle
from portail.comptes.models import AcceptationRegle, RegleUsage, Session, Utilisateur
from portail.journal.models import JournalEntry

BEFORE_ACCESS = {
    "comptes:regles_accept",
    "comptes:regles_refuse",
    "comptes:password_choose",
    "comptes:session_keepalive",
}


@pytest.fixture
def newcomer(cast, anonymous, sign_in, secret_of):
    """Bollie has just typed her provisional password."""
    bollie = cast.people["bollie"]
    assert sign_in(anonymous, bollie.identifiant, secret_of(bollie)).status_code == 302
    return anonymous


def every_view(resolver=None, space: str = ""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from every_view(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry.callback


def test_only_these_pages_answer_before_the_access_is_complete():
    """And those that a stranger may see."""
    behind_the_door = {name: view for name, view in every_view() if callable(getattr(view, "rule", None))}

    assert {name for name, view in behind_the_door.items() if hasattr(view, "is_before_access")} == BEFORE_ACCESS
    assert len(behind_the_door) > 30


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/mon-profil/",
        "/mon-profil/mot-de-passe/",
        "/mon-profil/adresse-mail/",
        "/conventions/",
        "/conventions/1/",
        "/conventions/1/utilisateurs/",
        "/supervision/journal/",
        "/consulter-dossier/",
        "/brouillons/?path=/x/",
        "/organisation/",
    ],
)
def test_every_page_leads_to_the_regles_first(newcomer, path):
    for response in (newcomer.get(path), newcomer.post(path)):
        assert response.status_code == 302
        assert response.headers["Location"] == "/regles-usage/"
        assert response.content == b""


def test_the_password_is_not_chosen_before_the_regles_are_accepted(newcomer, cast):
    response = newcomer.post("/mot-de-passe/", {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"})

    assert response.headers["Location"] == "/regles-usage/"
    assert not Utilisateur.objects.get(pk=cast.people["bollie"].pk).has_usable_password()


def test_then_every_page_leads_to_the_password(newcomer):
    newcomer.post("/regles-usage/accepter/", {"version": "1"})

    for path in ("/", "/mon-profil/", "/mon-profil/mot-de-passe/", "/conventions/"):
        assert newcomer.get(path).headers["Location"] == "/mot-de-passe/"


def test_then_the_home_page_opens(newcomer, cast):
    newcomer.post("/regles-usage/accepter/", {"version": "1"})
    response = newcomer.post("/mot-de-passe/", {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"})

    assert response.headers["Location"] == "/"
    assert newcomer.get("/").status_code == 200
    assert newcomer.get("/mot-de-passe/").headers["Location"] == "/mon-profil/mot-de-passe/"
    told = JournalEntry.objects.filter(by=cast.people["bollie"].identifiant).order_by("pk")
    kinds = list(told.values_list("kind", flat=True))
    assert kinds == ["comptes.provisional.used", "comptes.regle.accepted", "comptes.password.chosen"]


def test_refusing_signs_out_and_is_journalled(newcomer, cast):
    response = newcomer.post("/regles-usage/refuser/")

    assert response.headers["Location"] == "/connexion/"
    assert "Vous avez refusé les règles d&#x27;usage : l&#x27;accès vous est fermé." in (
        newcomer.get("/connexion/").content.decode()
    )
    assert newcomer.get("/").headers["Location"] == "/connexion/?next=/"
    assert not AcceptationRegle.objects.filter(utilisateur=cast.people["bollie"]).exists()
    assert not Session.objects.filter(utilisateur=cast.people["bollie"]).exists()
    assert JournalEntry.objects.filter(kind="comptes.regle.refused", result="refuse").count() == 1


def test_a_new_version_is_asked_at_the_next_request(client_of):
    client = client_of("bruet")
    assert client.get("/").status_code == 200

    publish_regle(sections=[{"title": "Objet", "paragraphs": ["Nouveau texte."], "points": []}])

    assert client.get("/").headers["Location"] == "/regles-usage/"
    assert client.post("/regles-usage/accepter/", {"version": "2"}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_version_to_come_is_not_asked_yet(client_of):
    client = client_of("bruet")
    RegleUsage.objects.create(version=9, published_at=timezone.now() + timedelta(hours=1), sections=[])

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("version", ["1", "3", "", "2 ", "-2", "2\0", "9" * 400])
def test_accepting_another_version_than_the_one_shown_accepts_nothing(client_of, version):
    client = client_of("bruet")
    publish_regle(sections=[])

    client.post("/regles-usage/accepter/", {"version": version})

    assert client.get("/").headers["Location"] == "/regles-usage/"


def test_accepting_twice_is_one_acceptance(newcomer, cast):
    newcomer.post("/regles-usage/accepter/", {"version": "1"})
    newcomer.post("/regles-usage/accepter/", {"version": "1"})

    assert AcceptationRegle.objects.filter(utilisateur=cast.people["bollie"]).count() == 1
    assert JournalEntry.objects.filter(kind="comptes.regle.accepted").count() == 1


def test_the_regles_are_always_readable(anonymous, client_of):
    assert anonymous.get("/regles-usage/").status_code == 200
    assert client_of("bruet").get("/regles-usage/").status_code == 200
