"""A mail owed leaves once, is kept while the server refuses it, and stores no secret (security.md Q8, I8, F4)."""

import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from unittest.mock import patch

import pytest
from django.core import mail
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import MotDePasseProvisoire, Utilisateur
from portail.courriels import actions
from portail.courriels.models import Courriel, Statut
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.comptes.conftest import SECRET, at_once, make_due

DELIVER = "portail.courriels.gateway.deliver"


class MailServer:
    """A server of tests: keeps what it is handed, then may fail."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.texts: list[str] = []

    def __call__(self, *, text: str, **_: object) -> None:
        self.texts.append(text)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    @property
    def secrets(self) -> list[str]:
        return [SECRET.findall(text)[0] for text in self.texts]


@pytest.fixture
def reset(cast) -> Courriel:
    """Bruet is owed a provisional password, and nobody anything else."""
    Courriel.objects.all().delete()
    comptes.send_reset("ENF01302SM")
    return Courriel.objects.get()


def enters(secret: str) -> bool:
    try:
        comptes.sign_in(identifiant="ENF01302SM", password=secret, address="192.0.2.9", known_device="")
    except Refused:
        return False
    return True


def refused() -> smtplib.SMTPResponseException:
    return smtplib.SMTPDataError(451, b"4.3.0 try later, canari-de-texte")


def test_a_mail_leaves_once(reset):
    with patch(DELIVER, server := MailServer()):
        first, second = actions.send_due(), actions.send_due()

    reset.refresh_from_db()
    assert (first, second, len(server.texts)) == (1, 0, 1)
    assert (reset.statut, reset.tries) == (Statut.SENT, 1)
    assert not SECRET.search(reset.subject)


@pytest.mark.parametrize(
    "failure",
    [refused(), smtplib.SMTPServerDisconnected("x"), ConnectionRefusedError(), TimeoutError(), ValueError("x")],
    ids=lambda failure: type(failure).__name__,
)
def test_a_refused_mail_stays_owed_and_leaves_later_with_another_secret(reset, failure):
    with patch(DELIVER, server := MailServer(failure)):
        assert actions.send_due() == 0
        reset.refresh_from_db()
        assert (reset.statut, reset.tries, reset.sent_at) == (Statut.TO_SEND, 1, None)
        assert timedelta(minutes=1, seconds=50) < reset.due_at - timezone.now() <= timedelta(minutes=2)
        assert actions.send_due() == 0  # not yet
        make_due()
        assert actions.send_due() == 1

    old, new = server.secrets
    assert old != new
    assert not enters(old)
    assert enters(new)


def test_the_reason_kept_is_no_text_of_the_server(reset, caplog):
    with patch(DELIVER, MailServer(refused(), ConnectionRefusedError())):
        actions.send_due()
        first = Courriel.objects.get().last_error
        make_due()
        actions.send_due()

    assert first == "Le serveur de messagerie a répondu 451."
    assert Courriel.objects.get().last_error == "Envoi impossible (ConnectionRefusedError)."
    assert "canari" not in caplog.text


def test_the_wait_doubles_and_the_mail_is_given_up_in_the_journal(reset):
    waits = []
    with patch(DELIVER, MailServer(*[refused() for _ in range(9)])):
        for _ in range(9):
            make_due()
            actions.send_due()
            waits.append(round((Courriel.objects.get().due_at - timezone.now()).total_seconds() / 60))

    reset.refresh_from_db()
    assert waits[:7] == [2, 4, 8, 16, 32, 64, 128]
    assert (reset.statut, reset.tries) == (Statut.FAILED, 8)
    told = JournalEntry.objects.get(kind="courriels.courriel.failed")
    assert told.facts == {
        "courriel": "Mot de passe provisoire (mot de passe oublié)",
        "to_label": "Stéphane Bruet",
        "error": "Le serveur de messagerie a répondu 451.",
    }


def test_a_refused_mail_leaves_the_secret_before_it_alive(reset):
    earlier = comptes.issue_provisional(Utilisateur.objects.get(identifiant="ENF01302SM"))

    with patch(DELIVER, MailServer(refused())):
        actions.send_due()

    assert enters(earlier)


@pytest.mark.django_db(transaction=True)
def test_a_crash_after_the_server_took_it_sends_again_with_another_secret(reset):
    class Killed(BaseException):
        """The worker is killed: nothing of ours runs any more."""

    with patch(DELIVER, server := MailServer(Killed())), pytest.raises(Killed):
        actions.send(reset.pk)
    reset.refresh_from_db()
    assert reset.statut == Statut.TO_SEND

    with patch(DELIVER, server):
        assert actions.send_due() == 1

    old, new = server.secrets
    assert not enters(old)
    assert enters(new)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_once(reset):
    with patch(DELIVER, server := MailServer()):
        results = at_once(4, lambda _: actions.send_due())

    assert sorted(results) == [0, 0, 0, 1]
    assert len(server.texts) == 1


def test_the_closed_are_sent_nothing(reset):
    Utilisateur.objects.filter(identifiant="ENF01302SM").update(closes_on=timezone.localdate() - timedelta(days=1))

    with patch(DELIVER, server := MailServer()):
        assert actions.send_due() == 0

    reset.refresh_from_db()
    assert server.texts == []
    assert (reset.statut, reset.last_error) == (Statut.FAILED, "Ce courriel n'a plus lieu d'être.")
    assert not MotDePasseProvisoire.objects.filter(utilisateur__identifiant="ENF01302SM").exists()


def test_one_broken_mail_does_not_hold_up_the_others(reset):
    Courriel.objects.create(
        kind="inconnu", to="x@example.fr", to_label="X", enqueued_at=timezone.now(), due_at=reset.due_at
    )
    comptes.send_reset("ENF01302SM")

    with patch(DELIVER, server := MailServer()):
        assert actions.send_due() == 2

    assert len(server.texts) == 2


@pytest.mark.parametrize(
    "label",
    [
        "Bruet\r\nBcc: pirate@example.com",
        "Bruet\u2028Bcc: pirate@example.com",
        'Bruet, "Stéphane" <pirate@example.com>',
        "Bruet; pirate@example.com",
    ],
)
def test_a_name_cannot_add_a_header_or_a_recipient(cast, mailoutbox, label):
    Courriel.objects.all().delete()
    actions.enqueue(
        comptes.connexion.events.PASSWORD_CHANGED, to="bruet@example.fr", to_label=label, about=[cast.people["bruet"]]
    )

    assert actions.send_due() == 1

    message = message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=default)
    assert mail.outbox[-1].recipients() == mail.outbox[-1].to
    assert [address.addr_spec for address in message["To"].addresses] == ["bruet@example.fr"]
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_number_of_a_mail_is_the_same_at_each_try(reset):
    numbers = []

    def deliver(*, message_id: str, **_: object) -> None:
        numbers.append(message_id)
        if len(numbers) == 1:
            raise refused()

    with patch(DELIVER, deliver):
        actions.send_due()
        make_due()
        actions.send_due()

    assert numbers == [f"<courriel-{reset.pk}@testserver>"] * 2
