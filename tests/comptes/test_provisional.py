"""The provisional password: 24 real hours, one use, one at a time, never kept (domain.md §4.1, security.md A4)."""

from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from portail.comptes import actions
from portail.comptes.models import MotDePasseProvisoire, Session, SignInLane, Utilisateur
from portail.courriels.actions import send_due
from portail.courriels.models import Courriel
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.cast import PASSWORD
from tests.comptes.conftest import SECRET, all_tables, at_once, last_secret, make_due, run_jobs

PARIS = ZoneInfo("Europe/Paris")
DST_NOON = datetime(2027, 3, 27, 12, 0, tzinfo=PARIS)


def enters(utilisateur: Utilisateur, secret: str) -> bool:
    try:
        result = actions.sign_in(
            identifiant=utilisateur.identifiant, password=secret, address="192.0.2.7", known_device=""
        )
    except Refused:
        return False
    return result.must_choose_password


@pytest.mark.parametrize(
    ("later", "lives"),
    [
        (timedelta(hours=23, minutes=59, seconds=50), True),
        (timedelta(hours=24, seconds=1), False),
    ],
)
@pytest.mark.parametrize("issued", [DST_NOON, datetime(2026, 10, 24, 12, 0, tzinfo=PARIS)], ids=["spring", "autumn"])
def test_it_lives_24_real_hours_whatever_the_clocks_do(cast, issued, later, lives):
    bollie = cast.people["bollie"]
    Utilisateur.objects.filter(pk=bollie.pk).update(opens_on="2026-01-01")
    with time_machine.travel(issued, tick=False):
        secret = actions.issue_provisional(bollie)

    with time_machine.travel(issued.astimezone(ZoneInfo("UTC")) + later, tick=False):
        assert enters(bollie, secret) is lives


def test_it_has_80_bits_and_is_not_kept(cast):
    secrets = {actions.issue_provisional(cast.people["bollie"]) for _ in range(200)}

    assert len(secrets) == 200
    assert all(SECRET.fullmatch(secret) for secret in secrets)
    assert len(set("".join(secrets)) - {"-"}) == 32


def test_it_is_used_once(cast):
    secret = actions.issue_provisional(cast.people["bollie"])

    assert enters(cast.people["bollie"], secret)
    assert not enters(cast.people["bollie"], secret)


@pytest.mark.django_db(transaction=True)
def test_ten_uses_at_once_open_one_session(cast):
    secret = actions.issue_provisional(cast.people["bollie"])

    results = at_once(10, lambda _: enters(cast.people["bollie"], secret))

    assert sorted(results) == [False] * 9 + [True]


@pytest.mark.django_db(transaction=True)
def test_one_being_replaced_is_refused_without_waiting(cast):
    bruet = cast.people["bruet"]
    old = actions.issue_provisional(bruet)
    Courriel.objects.all().delete()
    actions.send_reset("ENF01302SM")
    during: list[object] = []

    with patch(
        "portail.courriels.gateway.deliver",
        lambda **_: during.extend(at_once(1, lambda _: enters(bruet, old))),
    ):
        send_due()

    assert during == [False]
    assert not enters(bruet, old)


def test_a_newer_one_kills_it(cast, secret_of):
    old = secret_of(cast.people["bruet"])

    new = secret_of(cast.people["bruet"])

    assert old != new
    assert not enters(cast.people["bruet"], old)
    assert enters(cast.people["bruet"], new)


def test_it_stands_nowhere_in_the_base(cast, anonymous, sign_in, secret_of, caplog):
    secret = secret_of(cast.people["bruet"])
    run_jobs()
    sign_in(anonymous, "ENF01302SM", secret)
    anonymous.get("/mot-de-passe/")

    found = [(table, row) for table, row in all_tables() if secret in row or secret.upper() in row]

    assert found == []
    assert secret not in caplog.text
    assert {"comptes_session", "courriels_courriel", "procrastinate_jobs", "journal_journalentry"} <= {
        table for table, _ in all_tables()
    }


def test_the_own_password_stands_nowhere_in_the_base(cast, anonymous, sign_in, client_of, caplog):
    canary = "Canari*Secret77"
    client = client_of("bruet")
    client.post("/mon-profil/mot-de-passe/", {"current": PASSWORD, "password": canary, "confirmation": canary})
    sign_in(anonymous, canary, canary)
    sign_in(anonymous, "ENF01302SM", f"{canary}?")
    anonymous.post("/mot-de-passe-oublie/", {"identifiant": canary})

    assert [table for table, row in all_tables() if "canari*secret" in row.lower()] == []
    assert canary not in caplog.text


def test_it_opens_the_choice_of_a_password_only(cast, anonymous, sign_in, secret_of):
    response = sign_in(anonymous, "ENF01302SM", secret_of(cast.people["bruet"]), follow=True)

    assert response.redirect_chain == [("/", 302), ("/mot-de-passe/", 302)]
    for path in ("/", "/mon-profil/", "/conventions/", "/mon-profil/mot-de-passe/", "/mon-profil/adresse-mail/"):
        assert anonymous.get(path).headers["Location"] == "/mot-de-passe/"
    assert anonymous.post("/mon-profil/mot-de-passe/").headers["Location"] == "/mot-de-passe/"


def test_it_cannot_be_kept_as_the_own_password(cast, anonymous, sign_in, secret_of):
    secret = secret_of(cast.people["bruet"])
    sign_in(anonymous, "ENF01302SM", secret)

    for wish in (secret, f" {secret} "):
        response = anonymous.post("/mot-de-passe/", {"password": wish, "confirmation": wish})
        assert response.status_code == 422

    assert Utilisateur.objects.get(identifiant="ENF01302SM").check_password(PASSWORD)


def test_choosing_a_password_kills_it_and_opens_the_portal(cast, anonymous, sign_in, secret_of):
    sign_in(anonymous, "ENF01302SM", secret_of(cast.people["bruet"]))
    unused = actions.issue_provisional(cast.people["bruet"])

    response = anonymous.post("/mot-de-passe/", {"password": "Neuve*Ruche88", "confirmation": "Neuve*Ruche88"})

    assert response.headers["Location"] == "/"
    assert anonymous.get("/").status_code == 200
    assert not enters(cast.people["bruet"], unused)
    assert not MotDePasseProvisoire.objects.filter(utilisateur=cast.people["bruet"]).exists()


def test_it_enters_while_the_lanes_are_closed(cast, anonymous, sign_in, secret_of):
    for _ in range(20):
        sign_in(anonymous, "ENF01302SM", "Faux*Essai77")
    secret = secret_of(cast.people["bruet"])

    response = sign_in(anonymous, "ENF01302SM", secret)

    assert response.status_code == 302
    assert SignInLane.objects.filter(open_at__gt=timezone.now()).exists()  # the attacker still waits


def test_the_closed_and_the_not_yet_open_do_not_enter_with_it(cast):
    rocu, guy = cast.people["rocu"], cast.people["guy"]
    Utilisateur.objects.filter(pk=guy.pk).update(opens_on=timezone.localdate() + timedelta(days=1))

    assert not enters(rocu, actions.issue_provisional(rocu))
    secret = actions.issue_provisional(guy)
    assert not enters(guy, secret)
    assert MotDePasseProvisoire.objects.get(utilisateur=guy).used_at is None


def test_nobody_floods_a_mailbox(cast, anonymous):
    for _ in range(10):
        anonymous.post("/mot-de-passe-oublie/", {"identifiant": "ENF01302SM"})
    run_jobs()
    make_due()
    send_due()

    assert len([m for m in mail.outbox if m.to == ["Stéphane Bruet <bruet@example.fr>"]]) == 3
    assert JournalEntry.objects.filter(kind="comptes.provisional.asked").count() == 3
    with pytest.raises(Refused) as refusal:
        actions.resend_provisional(by=cast.acteur("marchand"), utilisateur=cast.people["bruet"])
    assert str(refusal.value) == (
        "Trop de mots de passe provisoires ont été demandés pour cette personne : réessayez dans une heure."
    )


def test_a_network_that_asks_too_much_is_told_so_whoever_it_asks_for(cast, anonymous):
    for number in range(15):
        anonymous.post("/mot-de-passe-oublie/", {"identifiant": f"ENF{number:05}ZZ"})

    known, unknown = (
        anonymous.post("/mot-de-passe-oublie/", {"identifiant": who}) for who in ("ENF01302SM", "ENF99999ZZ")
    )

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert "réessayez dans un quart d&#x27;heure" in known.content.decode()


def test_the_reset_of_the_last_24_hours_goes_to_the_old_address(cast, mailoutbox):
    bruet = cast.people["bruet"]
    changed = timezone.now() - timedelta(hours=23, minutes=59)
    Utilisateur.objects.filter(pk=bruet.pk).update(
        courriel="neuf@example.fr", previous_courriel="bruet@example.fr", courriel_changed_at=changed
    )
    actions.send_reset("ENF01302SM")
    Utilisateur.objects.filter(pk=bruet.pk).update(courriel_changed_at=changed - timedelta(minutes=2))
    actions.send_reset("ENF01302SM")

    assert list(Courriel.objects.filter(kind="mot_de_passe_oublie").order_by("pk").values_list("to", flat=True)) == [
        "bruet@example.fr",
        "neuf@example.fr",
    ]


def test_a_mistyped_address_is_corrected_at_once_for_who_never_came(cast):
    bollie = cast.people["bollie"]
    Utilisateur.objects.filter(pk=bollie.pk).update(
        courriel="juste@example.fr", previous_courriel="faux@example.fr", courriel_changed_at=timezone.now()
    )

    actions.send_reset(bollie.identifiant)

    assert Courriel.objects.get(kind="mot_de_passe_oublie").to == "juste@example.fr"


def test_a_provisional_session_that_ends_leaves_nothing_open(cast, anonymous, sign_in, secret_of):
    sign_in(anonymous, "ENF01302SM", secret_of(cast.people["bruet"]))
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=31))

    assert anonymous.get("/mot-de-passe/").headers["Location"] == "/connexion/?next=/mot-de-passe/"


def test_the_last_mail_holds_the_valid_secret(cast):
    actions.send_reset("ENF01302SM")
    actions.send_reset("ENF01302SM")

    assert enters(cast.people["bruet"], last_secret())
