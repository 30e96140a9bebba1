"""Sessions: begun anew, ended by time, by their owner, by what happens to him, never brought back (security.md C)."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.utils import timezone

from portail.comptes import actions, queries
from portail.comptes.adapters import SessionStore
from portail.comptes.models import Session, Utilisateur
from portail.courriels.models import Courriel
from portail.habilitations.actions import close_utilisateur, edit_utilisateur
from portail.habilitations.actions.utilisateurs import Fiche
from portail.journal.models import JournalEntry
from tests.cast import PASSWORD
from tests.client import PortailClient
from tests.comptes.conftest import at_once

SIGN_IN = "/connexion/?next=/"
MINUTE = timedelta(minutes=1)


def back_date(**fields: timedelta) -> None:
    """As if that much time had passed since then."""
    Session.objects.update(**{name: F(name) - ago for name, ago in fields.items()})


def with_key(key: str) -> PortailClient:
    """The same cookie in another browser."""
    client = PortailClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def plain_with_key(key: str) -> Client:
    """One that does not mind a GET removing a session that is over."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def is_in(client: PortailClient) -> bool:
    return client.get("/").status_code == 200


def test_nothing_is_stored_for_a_visitor(db, anonymous, sign_in):
    anonymous.get("/connexion/")
    sign_in(anonymous, "ENF01302ZZ", "Faux*Essai77")

    assert not Session.objects.exists()
    assert list(anonymous.cookies) == ["csrf"]


def test_a_planted_key_is_not_kept_at_sign_in(cast, sign_in):
    attacker = PortailClient()
    sign_in(attacker, "ENF01302XA")
    attacker.post("/deconnexion/")
    planted = SessionStore()
    planted["pwn"] = 1
    planted.save()
    victim = with_key(planted.session_key)

    sign_in(victim, "ENF01302SM")

    assert victim.cookies["session"].value not in (planted.session_key, "")
    assert not is_in(with_key(planted.session_key))


def test_a_made_up_key_is_not_adopted(cast, sign_in):
    victim = with_key("a" * 32)

    sign_in(victim, "ENF01302SM")

    assert victim.cookies["session"].value != "a" * 32
    assert not Session.objects.filter(pk="a" * 32).exists()


def test_keys_are_long_and_never_twice_the_same(db):
    keys = {SessionStore()._get_new_session_key() for _ in range(2000)}

    assert len(keys) == 2000
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize(
    ("ago", "lives"), [(29 * MINUTE + timedelta(seconds=55), True), (30 * MINUTE + timedelta(seconds=1), False)]
)
def test_30_minutes_without_an_act_end_it(client_of, ago, lives):
    client = client_of("bruet")
    back_date(last_seen_at=ago)

    assert is_in(client) is lives


@pytest.mark.parametrize(
    ("ago", "lives"), [(timedelta(hours=11, minutes=59), True), (timedelta(hours=12, seconds=1), False)]
)
def test_12_hours_end_it_whatever_its_owner_does(client_of, ago, lives):
    client = client_of("bruet")
    back_date(created_at=ago)

    assert is_in(client) is lives


def test_the_expired_are_told_where_to_go_and_their_cookie_is_removed(client_of):
    client = client_of("bruet")
    back_date(last_seen_at=31 * MINUTE)

    response = client.get("/mon-profil/")

    assert response.headers["Location"] == "/connexion/?next=/mon-profil/"
    assert client.cookies["session"].value == ""


@pytest.mark.parametrize(
    ("act", "is_act"),
    [
        (lambda c: c.get("/"), True),
        (lambda c: c.get("/conventions/999999/"), True),
        (lambda c: c.post("/session/prolonger/"), True),
        (lambda c: c.post("/brouillons/?path=/x/", '{"data": {"nom": "B"}}', content_type="application/json"), True),
        (lambda c: c.get("/brouillons/?path=/x/"), False),
        (lambda c: c.delete("/brouillons/?path=/x/"), False),
        (lambda c: c.get("/static/ui/session.js"), False),
        (lambda c: c.get("/livez"), False),
        (lambda c: c.get("/readyz"), False),
        (lambda c: c.get("/favicon.ico"), False),
    ],
)
def test_only_its_owner_s_acts_keep_it_alive(client_of, act, is_act):
    client = client_of("bruet")
    back_date(last_seen_at=20 * MINUTE)

    act(client)

    back_date(last_seen_at=11 * MINUTE)
    assert is_in(client) is is_act


def test_an_act_is_written_at_most_every_five_seconds(client_of):
    client = client_of("bruet")
    back_date(last_seen_at=timedelta(seconds=10))
    client.get("/")
    first = Session.objects.get().last_seen_at

    client.get("/")

    assert Session.objects.get().last_seen_at == first


def test_signing_out_ends_it_for_every_browser(client_of):
    client = client_of("bruet")
    key = client.session.session_key

    response = client.post("/deconnexion/")

    assert response.headers["Location"] == "/connexion/"
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert response.cookies["session"].value == ""
    assert not is_in(with_key(key))
    assert JournalEntry.objects.filter(kind="comptes.session.closed", by="ENF01302SM").count() == 1


def test_signing_out_is_not_done_by_a_link(client_of):
    client = client_of("bruet")

    assert client.get("/deconnexion/").status_code == 405
    assert is_in(client)


def test_signing_out_without_a_session_is_harmless(db, anonymous):
    assert anonymous.post("/deconnexion/").headers["Location"] == "/connexion/"
    assert not JournalEntry.objects.exists()


def closed(cast) -> None:
    close_utilisateur(
        by=cast.acteur("bruet"),
        rattachement=cast.rattachement("guy"),
        closes_on=timezone.localdate() - timedelta(days=1),
        motif="Départ",
    )


def not_open_any_more(cast) -> None:
    Utilisateur.objects.filter(nom="Guy").update(closes_on=timezone.localdate() - timedelta(days=1))


def not_open_yet(cast) -> None:
    Utilisateur.objects.filter(nom="Guy").update(opens_on=timezone.localdate() + timedelta(days=1))


def password_chosen_elsewhere(cast) -> None:
    guy = cast.people["guy"]
    actions.choose_password(by=guy, utilisateur=guy, password="Neuve*Ruche88", keep_session=None)


def password_written_by_another_way(cast) -> None:
    Utilisateur.objects.filter(nom="Guy").update(password="!")


def revoked(cast) -> None:
    actions.revoke_all_sessions()


@pytest.mark.parametrize(
    "happens",
    [closed, not_open_any_more, not_open_yet, password_chosen_elsewhere, password_written_by_another_way, revoked],
)
def test_it_ends_at_once_with_what_gave_it(cast, client_of, happens):
    key = client_of("guy").session.session_key
    assert is_in(with_key(key))

    happens(cast)

    for browser in (plain_with_key(key), plain_with_key(key)):
        assert browser.get("/").headers["Location"] == SIGN_IN
        assert browser.post("/mon-profil/mot-de-passe/").status_code == 302


def test_an_administrator_s_change_of_address_leaves_no_way_in(cast, client_of, secret_of, mailoutbox):
    """Whoever edits the address cannot have the next reset sent there on the same day."""
    fiche = Fiche(
        nom="Guy", prenom="Valérie", courriel="pirate@example.com", opens_on=cast.rattachements["guy"].opens_on
    )
    edit_utilisateur(
        by=cast.acteur("bruet"), rattachement=cast.rattachement("guy"), fiche=fiche, edition=cast.people["guy"].edition
    )

    secret_of(cast.people["guy"])

    assert mailoutbox[-1].to == ["Valérie Guy <guy@example.fr>"]


def test_three_at_once_the_oldest_ends(cast, sign_in):
    browsers = [PortailClient() for _ in range(4)]

    for browser in browsers:
        sign_in(browser, "ENF01302SM")

    assert [is_in(browser) for browser in browsers] == [False, True, True, True]


@pytest.mark.django_db(transaction=True)
def test_six_sign_ins_at_once_leave_three(cast, sign_in, monkeypatch):
    monkeypatch.setattr(settings, "PORTAIL", settings.PORTAIL | {"HASHES_AT_ONCE": 64})
    browsers = [PortailClient() for _ in range(6)]
    for browser in browsers:
        sign_in(browser, "ENF01302SM")
        browser.post("/deconnexion/")

    answers = at_once(6, lambda number: sign_in(browsers[number], "ENF01302SM").status_code)

    assert answers == [302] * 6
    assert Session.objects.filter(utilisateur=cast.people["bruet"]).count() == 3


def test_one_ends_his_own_sessions_only(cast, client_of):
    mine, mine_too, other = client_of("bruet"), client_of("bruet"), client_of("robine")
    handles = {client: Session.objects.get(pk=client.session.session_key).handle for client in (mine_too, other)}

    assert mine.post(f"/mon-profil/sessions/{handles[other]}/fermer/").status_code == 404
    assert mine.post(f"/mon-profil/sessions/{other.session.session_key}/fermer/").status_code == 404
    assert mine.post(f"/mon-profil/sessions/{handles[mine_too]}/fermer/").status_code == 302

    assert (is_in(mine), is_in(mine_too), is_in(other)) == (True, False, True)
    assert JournalEntry.objects.filter(kind="comptes.session.ended", by="ENF01302SM").count() == 1


def test_no_page_shows_the_key_of_a_session(cast, client_of):
    here, there = client_of("bruet"), client_of("bruet")

    page = here.get("/mon-profil/").content.decode()

    assert here.session.session_key not in page
    assert there.session.session_key not in page


def test_the_profile_lists_living_sessions_only(cast, client_of):
    client_of("bruet")
    back_date(last_seen_at=31 * MINUTE)
    client_of("bruet")

    assert len(queries.sessions_for(cast.acteur("bruet"))) == 1


def test_where_and_with_what_it_was_opened_stays_known_after_a_change_of_password(cast, anonymous, sign_in):
    sign_in(anonymous, "ENF01302SM", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    data = {"current": PASSWORD, "password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"}
    anonymous.post("/mon-profil/mot-de-passe/", data)

    session = Session.objects.get(utilisateur=cast.people["bruet"])

    assert (session.browser_label, session.address) == ("Firefox, Windows", "127.0.0.1")


def test_a_slow_request_does_not_bring_back_a_session_ended_meanwhile(cast, client_of):
    key = client_of("bruet").session.session_key
    browser = plain_with_key(key)

    def slow(acteur, stops):
        plain_with_key(key).post("/deconnexion/")
        return []

    with patch("portail.accueil.views.tiles_for", slow):
        response = browser.get("/")

    assert response.status_code == 200  # it changed nothing in the session
    assert not Session.objects.exists()
    assert not is_in(with_key(key))


def test_a_slow_request_that_writes_in_its_session_does_not_bring_it_back(cast, client_of):
    key = client_of("bruet").session.session_key
    browser = plain_with_key(key)

    def slow(utilisateur, password):
        Session.objects.filter(pk=key).delete()
        return True

    with patch("portail.comptes.actions.check_password", slow):
        address = {"courriel": "neuf@example.fr", "confirmation": "neuf@example.fr"}
        response = browser.post("/mon-profil/adresse-mail/", {"cle": str(uuid4()), "current": "x", **address})

    assert response.headers["Location"] == "/connexion/"
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_of_password_does_not_bring_back_a_session_ended_meanwhile(cast, client_of):
    client = client_of("bruet")
    real = actions.choose_password

    def ended_meanwhile(**arguments):
        real(**arguments)
        at_once(1, lambda _: Session.objects.all().delete())

    with patch("portail.comptes.actions.choose_password", ended_meanwhile):
        data = {"current": PASSWORD, "password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"}
        response = client.post("/mon-profil/mot-de-passe/", data)

    assert response.status_code == 400
    assert not Session.objects.exists()
    assert Utilisateur.objects.get(identifiant="ENF01302SM").check_password(PASSWORD)


def test_a_session_unreadable_or_tampered_with_is_nobody_s(cast, client_of):
    client = client_of("bruet")
    Session.objects.update(session_data="x" + Session.objects.get().session_data)

    assert client.get("/").headers["Location"] == SIGN_IN


@pytest.mark.parametrize("key", ["", "x", "a" * 400, "é", "../../etc", "' OR 1=1 --", "\x01"])
def test_any_cookie_is_answered(db, key):
    assert with_key(key).get("/").headers["Location"] == SIGN_IN


def test_the_night_removes_what_is_over(cast, client_of):
    client_of("bruet")
    client_of("robine")
    Session.objects.filter(utilisateur=cast.people["bruet"]).update(expire_date=timezone.now() - MINUTE)

    assert actions.purge_ended_sessions() == 1
    assert Session.objects.count() == 1


def test_a_browser_never_seen_is_told_by_mail(cast, sign_in):
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(last_login=None)
    known = PortailClient()
    for _ in range(2):
        assert sign_in(known, "ENF01302SM").status_code == 302
        known.post("/deconnexion/")
    assert not Courriel.objects.filter(kind="appareil_inconnu").exists()  # his first one, then the same one

    sign_in(PortailClient(), "ENF01302SM", "Autre*Chose7")
    sign_in(PortailClient(), "ENF01302SM", headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"})

    [told] = Courriel.objects.filter(kind="appareil_inconnu")
    assert told.to == cast.people["bruet"].courriel
    assert told.facts["browser"] == "Firefox, Windows"
    assert told.facts["refused"] == 1
