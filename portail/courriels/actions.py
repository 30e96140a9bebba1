"""Owes mails and sends them."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.courriels import events, gateway
from portail.courriels.models import Courriel, Statut
from portail.journal import actions as journal

logger = logging.getLogger(__name__)
_GATHERED: ContextVar[list[Courriel] | None] = ContextVar("portail_courriels_gathered", default=None)


@contextmanager
def gathered() -> Iterator[list[Courriel]]:
    """Mails enqueued inside are owed together at the end; one taken out of the list is not owed."""
    owed: list[Courriel] = []
    token = _GATHERED.set(owed)
    try:
        yield owed
    finally:
        _GATHERED.reset(token)
    Courriel.objects.bulk_create(owed, batch_size=1000)
    now = timezone.now()
    by_instant: defaultdict[datetime, list[Any]] = defaultdict(list)
    for courriel in owed:
        by_instant[max(courriel.due_at, now)].append({"pk": courriel.pk})
    for due_at, jobs in by_instant.items():
        app.configure_task("courriels.send_courriel", queue="courriels", schedule_at=due_at).batch_defer(*jobs)


def enqueue(
    kind: events.Kind,
    *,
    to: str,
    to_label: str,
    about: Iterable[models.Model],
    facts: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Courriel:
    """Owes a mail, in the caller's transaction; a worker sends it once that is committed, and the time has come."""
    now = timezone.now()
    courriel = Courriel(
        kind=kind.code,
        to=to,
        to_label=to_label,
        subjects=[journal.subject(thing) for thing in about],
        facts=facts or {},
        enqueued_at=now,
        due_at=max(now, not_before) if not_before else now,
    )
    gathering = _GATHERED.get()
    if gathering is not None:
        gathering.append(courriel)
        return courriel
    courriel.save(force_insert=True)
    job = app.configure_task("courriels.send_courriel", queue="courriels", schedule_at=courriel.due_at)
    job.defer(pk=courriel.pk)
    return courriel


def send_due() -> int:
    """Sends every mail due before now; how many left. Safe to run twice, or by two workers at once."""
    return sum(send(pk) for pk in Courriel.objects.due(timezone.now()).values_list("pk", flat=True))


def send(pk: int) -> bool:
    """Sends one mail, unless it was sent, is not due yet, or another worker has it. True when it left."""
    try:
        with transaction.atomic():
            courriel = Courriel.objects.due(timezone.now()).select_for_update(skip_locked=True).filter(pk=pk).first()
            return courriel is not None and _send(courriel)
    except Exception as error:
        # Whatever broke, the mail stays owed: the reason is kept and the next try is later.
        logger.warning("courriel not sent", extra={"courriel": pk, "error": type(error).__name__})
        _postpone(pk, error)
        return False


def _send(courriel: Courriel) -> bool:
    kind = events.KINDS[courriel.kind]
    context = events.prepared(kind.code, courriel.facts)
    if context is None:
        courriel.statut, courriel.last_error = Statut.FAILED, "Ce courriel n'a plus lieu d'être."
        courriel.save(update_fields=["statut", "last_error"])
        return False
    context |= {"to_label": courriel.to_label, "portail_url": settings.PUBLIC_URL}
    subject, _, text = render_to_string(f"courriels/{kind.code}.txt", context).partition("\n")
    courriel.statut, courriel.sent_at, courriel.subject = Statut.SENT, timezone.now(), subject.strip()[:200]
    courriel.tries += 1
    courriel.save(update_fields=["statut", "sent_at", "subject", "tries"])
    gateway.deliver(
        to=courriel.to,
        to_label=courriel.to_label,
        subject=courriel.subject,
        text=text.strip() + "\n",
        html=render_to_string(f"courriels/{kind.code}.html", context | {"subject": courriel.subject}),
        message_id=gateway.message_id(courriel.pk),
    )
    return True


@transaction.atomic
def _postpone(pk: int, error: Exception) -> None:
    courriel = Courriel.objects.select_for_update().get(pk=pk)
    if courriel.statut != Statut.TO_SEND:
        return  # another worker has sent it meanwhile
    courriel.tries += 1
    courriel.last_error = _reason(error)
    courriel.due_at = timezone.now() + timedelta(minutes=2**courriel.tries)
    if courriel.tries >= settings.PORTAIL["COURRIEL_TRIES"]:
        courriel.statut = Statut.FAILED
        journal.record(
            events.FAILED,
            by=journal.SYSTEM,
            courriel=events.KINDS[courriel.kind].label if courriel.kind in events.KINDS else courriel.kind,
            to_label=courriel.to_label,
            error=courriel.last_error,
        )
    courriel.save(update_fields=["tries", "last_error", "due_at", "statut"])


def _reason(error: Exception) -> str:
    """Why it failed, for the administrator: no server text, which may quote the message."""
    code = getattr(error, "smtp_code", None)
    return f"Le serveur de messagerie a répondu {code}." if code else f"Envoi impossible ({type(error).__name__})."
