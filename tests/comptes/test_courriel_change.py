"""« Modifier mon adresse mail » (S0): asked with the password, confirmed from the new mailbox (security.md A7)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from portail.comptes.models import ChangementCourriel, Utilisateur
from portail.courriels.actions import send_due
from portail.courriels.models import Courriel
from portail.journal.models import JournalEntry
from tests.cast import PASSWORD
from tests.comptes.conftest import LINK, all_tables

NEW = "neuf@example.fr"
OVER = "Ce lien n&#x27;est plus valable : recommencez depuis « Mon profil »."


@pytest.fixture
def ask(client_of):
    client = client_of("bruet")

    def typed(courriel: str = NEW, current: str = PASSWORD, confirmation: str | None = None):
        data = {"current": current, "courriel": courriel, "confirmation": confirmation or courriel}
        return client.post("/mon-profil/adresse-mail/", data)

    return typed


@pytest.fixture
def link(ask, mailoutbox) -> str:
    """The path of the link in the mail that confirms."""
    Courriel.objects.all().delete()
    assert ask().status_code == 302
    return sent_links()[-1]


def sent_links() -> list[str]:
    send_due()
    return [found for message in mail.outbox for found in LINK.findall(message.body)]


def address() -> str:
    return Utilisateur.objects.get(identifiant="ENF01302SM").courriel


def test_both_addresses_are_written_to_and_nothing_changes_yet(ask, mailoutbox):
    Courriel.objects.all().delete()

    response = ask()
    send_due()

    assert response.headers["Location"] == "/mon-profil/"
    assert [m.to for m in mailoutbox] == [["Stéphane Bruet <neuf@example.fr>"], ["Stéphane Bruet <bruet@example.fr>"]]
    assert not LINK.search(mailoutbox[1].body)
    assert address() == "bruet@example.fr"


def test_the_password_is_asked(ask):
    response = ask(current="Faux*Essai77")

    assert response.status_code == 422
    assert "Ce n&#x27;est pas votre mot de passe actuel." in response.content.decode()
    assert not ChangementCourriel.objects.exists()


def test_both_typed_addresses_must_agree(ask):
    response = ask(confirmation="nuef@example.fr")

    assert response.status_code == 422
    assert "Les deux adresses saisies sont différentes." in response.content.decode()


def test_opening_the_link_changes_nothing(link, anonymous):
    response = anonymous.get(link)

    assert response.status_code == 200
    assert "Confirmez que cette adresse mail est bien la vôtre." in response.content.decode()
    assert address() == "bruet@example.fr"


def test_confirming_changes_it_and_tells_the_old_address(link, anonymous, mailoutbox):
    response = anonymous.post(link)
    send_due()

    person = Utilisateur.objects.get(identifiant="ENF01302SM")
    assert "Votre nouvelle adresse est enregistrée" in response.content.decode()
    assert (person.courriel, person.previous_courriel, person.edition) == (NEW, "bruet@example.fr", 2)
    assert mailoutbox[-1].to == ["Stéphane Bruet <bruet@example.fr>"]
    assert JournalEntry.objects.filter(kind="comptes.courriel.changed").count() == 1


def test_the_next_reset_goes_to_the_old_address(link, anonymous, secret_of, mailoutbox, cast):
    anonymous.post(link)

    secret_of(cast.people["bruet"])

    assert mailoutbox[-1].to == ["Stéphane Bruet <bruet@example.fr>"]


def test_the_link_serves_once(link, anonymous):
    anonymous.post(link)

    response = anonymous.post(link)

    assert response.status_code == 409
    assert OVER in response.content.decode()


def test_the_link_is_dead_after_a_day(link, anonymous):
    ChangementCourriel.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert anonymous.post(link).status_code == 409
    assert address() == "bruet@example.fr"


def test_a_newer_wish_kills_the_older_link(link, ask, anonymous):
    ask("autre@example.fr")
    newer = sent_links()[-1]

    assert anonymous.post(link).status_code == 409
    assert anonymous.post(newer).status_code == 200
    assert address() == "autre@example.fr"


def test_the_link_of_somebody_closed_meanwhile_is_dead(link, anonymous):
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(closes_on=timezone.localdate() - timedelta(days=1))

    assert anonymous.post(link).status_code == 409


@pytest.mark.parametrize("taken", ["robine@example.fr", "ROBINE@Example.FR", "bruet@example.fr"])
def test_a_taken_address_is_answered_the_same_and_never_written_to(ask, mailoutbox, taken):
    Courriel.objects.all().delete()
    free = ask()
    as_told = [(m.kind, m.statut) for m in Courriel.objects.order_by("pk")]
    Courriel.objects.all().delete()

    response = ask(taken)

    assert (response.status_code, response.headers["Location"]) == (free.status_code, free.headers["Location"])
    assert [(m.kind, m.statut) for m in Courriel.objects.order_by("pk")] == as_told
    send_due()
    assert [m.to for m in mailoutbox] == [["Stéphane Bruet <bruet@example.fr>"]]


def test_an_address_taken_between_the_mail_and_the_link_is_not_shared(link, anonymous, cast):
    Utilisateur.objects.filter(pk=cast.people["robine"].pk).update(courriel=NEW.upper())

    assert anonymous.post(link).status_code == 409
    assert address() == "bruet@example.fr"


def test_the_secret_of_the_link_stands_nowhere_in_the_base(link, caplog, anonymous):
    secret = link.split("/")[-2]
    anonymous.get(link)
    anonymous.post(link)

    assert [table for table, row in all_tables() if secret in row] == []
    assert secret not in caplog.text


def test_strangers_mailboxes_are_not_flooded(ask, mailoutbox):
    answers = [ask(f"victime{n}@example.com") for n in range(5)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 422, 422]
    assert "Vous avez demandé trop de changements d&#x27;adresse : réessayez dans une heure." in (
        answers[-1].content.decode()
    )


@pytest.mark.parametrize("secret", ["x", "é", "%00", "a" * 500, "..%2f", "%ff"])
def test_a_made_up_link_is_refused(db, anonymous, secret):
    assert anonymous.get(f"/adresse-mail/confirmer/{secret}/").status_code in (200, 404)
    assert anonymous.post(f"/adresse-mail/confirmer/{secret}/").status_code in (404, 409)


@pytest.mark.parametrize(
    "courriel", ["x@example.fr\r\nBcc: y@example.fr", "x@example.fr, y@example.fr", "\0@example.fr", "x"]
)
def test_a_strange_address_is_refused(ask, courriel):
    assert ask(courriel).status_code == 422
