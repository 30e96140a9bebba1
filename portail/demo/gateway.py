"""The mailbox of the demo: mails become files that everybody here may read."""

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as ReadMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{8}")


def folder() -> Path:
    """Where the mails lie, one file each; a name sorts by the instant its mail left."""
    return settings.DATA_DIR / "mails"


class MailboxBackend(BaseEmailBackend):
    """Keeps each mail as a file `.eml`, whole or not at all."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        return sum(_keep(message.message().as_bytes()) for message in email_messages)


def _keep(content: bytes) -> bool:
    name = f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
    partial = folder() / f".{name}.partial"
    with partial.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder() / f"{name}.eml")
    return True


@dataclass(frozen=True)
class Mail:
    """One mail of the mailbox; `name` is its address in the page."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str

    @property
    def has_html(self) -> bool:
        return bool(self.html)


def mail_names() -> list[str]:
    """The names of all mails, newest first."""
    if not folder().is_dir():
        return []
    return sorted((path.stem for path in folder().glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)


def read_mail(name: str) -> Mail | None:
    """The mail of that name; None when there is none, or the name is not one that the mailbox gave."""
    if not _NAME.fullmatch(name):
        return None
    try:
        content = (folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = BytesParser(policy=policy.default).parsebytes(content)
    return Mail(
        name=name,
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        sent_at=_date(message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _date(message: ReadMessage) -> datetime | None:
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)  # « -0000 » is UTC too


def _part(message: ReadMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
