"""Talks to the mail server."""

from email.headerregistry import Address

from django.conf import settings
from django.core.mail import EmailMultiAlternatives


def deliver(*, to: str, to_label: str, subject: str, text: str, html: str, message_id: str) -> None:
    """Hands one mail for one person to the server.

    :raises OSError: when the server cannot be reached; smtplib's SMTPException is one
    """
    mailbox, _, domain = to.rpartition("@")
    label = " ".join(to_label.replace("=?", "").split())  # « =? » would be read as an encoded word
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[str(Address(display_name=label, username=mailbox, domain=domain))],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": "fr"},
    )
    message.attach_alternative(html, "text/html")
    message.send()


def message_id(pk: int) -> str:
    """The same for every try of one mail, so that a server can recognise a repetition."""
    return f"<courriel-{pk}@{settings.HOSTNAME}>"
