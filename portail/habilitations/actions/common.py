"""What every action of this app does first, and how it tells dates."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from portail.comptes.models import Dated, Opened, Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import roles, rules
from portail.ui.rules import Refused


def allow(refusal: str | None) -> None:
    """Goes on when the rule said nothing.

    :raises Refused: with the rule's sentence otherwise
    """
    if refusal:
        raise Refused(refusal)


@dataclass
class _Together:
    """What many acts of one transaction do once: the locks held, the quotas to look at in the end."""

    locked: set[int] = field(default_factory=set)
    quotas: dict[int, Convention] = field(default_factory=dict)


_TOGETHER: ContextVar[_Together | None] = ContextVar("acts_together", default=None)


@contextmanager
def together(conventions: Collection[Convention], on: date) -> Iterator[None]:
    """Acts carried out one after the other under these conventions, locked once; quotas are looked at in the end.

    :raises Refused: when a bulletin would have more people than it allows
    """
    for convention in sorted(conventions, key=lambda c: c.pk):
        lock(convention)
    here = _Together(locked={convention.pk for convention in conventions})
    token = _TOGETHER.set(here)
    try:
        yield
    finally:
        _TOGETHER.reset(token)
    for convention in here.quotas.values():
        keep_quota(convention, on)


def lock(convention: Convention) -> None:
    """One change at a time under a convention."""
    acts = _TOGETHER.get()
    if acts and convention.pk in acts.locked:
        return
    Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)


def keep_quota(convention: Convention, on: date) -> None:
    acts = _TOGETHER.get()
    if acts is None:
        allow(rules.refuse_quota(convention, on))
    else:
        acts.quotas[convention.pk] = convention


def is_wider(opens_on: date, closes_on: date | None, *, than: Dated) -> bool:
    """Do these dates hold a day that the dated fact does not?"""
    is_later = than.closes_on is not None and (closes_on is None or closes_on > than.closes_on)
    return is_later or opens_on < than.opens_on


def roles_changed(granted: Collection[str], revoked: Collection[str]) -> str:
    """« ajoutés X, Y ; retirés Z », without the empty half."""
    halves = (("ajoutés", granted), ("retirés", revoked))
    return " ; ".join(f"{verb} {roles.labels(codes)}" for verb, codes in halves if codes)


def shown(value: object) -> str:
    """A field's value as a difference shows it."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value) if value else "(vide)"


def told(opens_on: date, closes_on: date | None) -> str:
    """« , du 01/02/2026 au 30/06/2026 »."""
    end = f" au {closes_on:%d/%m/%Y}" if closes_on else ""
    return f", du {opens_on:%d/%m/%Y}{end}" if end else f", à partir du {opens_on:%d/%m/%Y}"


def end(row: Opened, *, by: Utilisateur, closes_on: date, motif: str) -> bool:
    """Closes a dated fact after that day, unless it ends before anyway (then False).

    One that had not begun covers no day.
    """
    if rules.refuse_ending(row, closes_on):
        return False
    row.closes_on = max(closes_on, row.opens_on - timedelta(days=1))
    row.closed_by, row.closed_at, row.closing_reason = by, timezone.now(), motif
    row.save(update_fields=[*CLOSING, "closes_on"])
    return True


CLOSING = ("closed_by", "closed_at", "closing_reason")


def forget_closing(row: Opened) -> tuple[str, ...]:
    """What somebody had decided about the end no longer holds once another date is set; the fields to save."""
    row.closed_by, row.closed_at, row.closing_reason = None, None, ""
    return CLOSING
