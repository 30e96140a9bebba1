"""What every action of this app does first, and how it tells dates."""

from datetime import date, timedelta

from django.utils import timezone

from portail.comptes.models import Opened, Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import rules
from portail.ui.rules import Refused


def allow(refusal: str | None) -> None:
    """Goes on when the rule said nothing.

    :raises Refused: with the rule's sentence otherwise
    """
    if refusal:
        raise Refused(refusal)


def lock(convention: Convention) -> None:
    """One change at a time under a convention."""
    Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)


def keep_quota(convention: Convention, on: date) -> None:
    allow(rules.refuse_quota(convention, on))


def told(opens_on: date, closes_on: date | None) -> str:
    """« , du 01/02/2026 au 30/06/2026 »."""
    end = f" au {closes_on:%d/%m/%Y}" if closes_on else ""
    return f", du {opens_on:%d/%m/%Y}{end}" if end else f", à partir du {opens_on:%d/%m/%Y}"


def end(row: Opened, *, by: Utilisateur, closes_on: date, motif: str) -> None:
    """Closes a dated fact after that day, unless it ends before anyway; one that had not begun covers no day."""
    if row.closes_on is not None and row.closes_on <= closes_on:
        return
    row.closes_on = max(closes_on, row.opens_on - timedelta(days=1))
    row.closed_by, row.closed_at, row.closing_reason = by, timezone.now(), motif
    row.save(update_fields=["closes_on", "closed_by", "closed_at", "closing_reason"])
