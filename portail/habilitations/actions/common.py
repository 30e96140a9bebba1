"""What every action of this app does first, and how it tells dates."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction
from django.utils import timezone

from portail.comptes.models import Dated, Opened, Utilisateur
from portail.conventions.actions import next_identifiant
from portail.conventions.models import Convention, Rattachement
from portail.habilitations import roles, rules
from portail.habilitations.actions.batch import CURRENT
from portail.ui.rules import Refused

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
logger = logging.getLogger(__name__)
_AT_ONCE = 5_000


def allow(refusal: str | None) -> None:
    """Goes on when the rule said nothing.

    :raises Refused: with the rule's sentence otherwise
    """
    if refusal:
        raise Refused(refusal)


def act(function: Callable[P, R]) -> Callable[P, R]:
    """An action is one transaction; in a batch, one part of its line, which is taken back as a whole."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if CURRENT.get() is not None:
            return function(*args, **kwargs)
        with transaction.atomic():
            return function(*args, **kwargs)

    return wrapped


@dataclass
class _Together:
    """What many acts of one transaction do once: the locks held, the quotas to look at in the end."""

    locked: set[int] = field(default_factory=set)
    quotas: dict[int, Convention] = field(default_factory=dict)


_TOGETHER: ContextVar[_Together | None] = ContextVar("acts_together", default=None)


@contextmanager
def together(conventions: Collection[Convention], on: date, *, is_trial: bool = False) -> Iterator[None]:
    """Acts carried out one after the other under these conventions, locked once; quotas are looked at in the end.

    A trial, whose caller takes everything back, holds nobody up: it locks nothing.

    :raises Refused: when a bulletin would have more people than it allows
    """
    for convention in [] if is_trial else sorted(conventions, key=lambda c: c.pk):
        lock(convention)
    here = _Together(locked={convention.pk for convention in conventions})
    token = _TOGETHER.set(here)
    try:
        yield
    finally:
        _TOGETHER.reset(token)
    for convention in here.quotas.values():
        keep_quota(convention, on)


def lock(convention: Convention, *rows: models.Model | None) -> None:
    """One change at a time under a convention: it and these rows of it, read before, are then as they now are.

    A batch, or acts carried out together, hold it already, and read them after.
    """
    acts = _TOGETHER.get()
    if CURRENT.get() is None and not (acts and convention.pk in acts.locked):
        _reread(convention, Convention.objects.select_for_update(of=("self",)))
        for row in rows:
            if row is not None:
                _reread(row)


def _reread(row: models.Model, rows: models.QuerySet[Any] | None = None) -> None:
    """Its own fields; what it leads to stays as it was read."""
    row.refresh_from_db(
        fields=[each.name for each in row._meta.concrete_fields if not each.is_relation], from_queryset=rows
    )


def insert(row: models.Model) -> None:
    """Writes a new row; in a batch, together with many others."""
    if batch := CURRENT.get():
        batch.insert(row)
    else:
        row.save(force_insert=True)


def update(row: models.Model, fields: Sequence[str]) -> None:
    """Writes these fields of a row; in a batch, together with those of many others."""
    if batch := CURRENT.get():
        batch.update(row, fields)
    else:
        row.save(update_fields=fields)


def take_identifiant(convention: Convention) -> str:
    """The next identifiant of the convention, which the caller holds."""
    batch = CURRENT.get()
    return batch.identifiant() if batch else next_identifiant(convention)


def person_with(courriel: str) -> Utilisateur | None:
    """Who has this mail address, here or elsewhere."""
    if batch := CURRENT.get():
        return batch.known.get(courriel.lower())
    return Utilisateur.objects.with_courriel(courriel).first()


def held(rattachement: Rattachement) -> Rattachement:
    """The access and its person as they now are, that nobody else changes meanwhile."""
    batch = CURRENT.get()
    if batch and rattachement.pk in batch.people:
        return batch.people[rattachement.pk]
    fresh = (
        Rattachement.objects.select_for_update(of=("self",))
        .select_related("convention__caf_pivot")
        .get(pk=rattachement.pk)
    )
    fresh.utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(pk=fresh.utilisateur_id)
    return fresh


def keep_quota(convention: Convention, on: date) -> None:
    """Not more people than the bulletins allow. A batch counts at the end of each line, acts together in the end."""
    if batch := CURRENT.get():
        batch.gains = True
    elif acts := _TOGETHER.get():
        acts.quotas[convention.pk] = convention
    else:
        allow(rules.refuse_quota(convention, on))


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
    mark_end(row, by=by, closes_on=closes_on, motif=motif)
    row.save(update_fields=ENDING)
    return True


def mark_end(row: Opened, *, by: Utilisateur | None, closes_on: date, motif: str) -> None:
    """What `end` writes, for whoever writes many rows together."""
    row.closes_on = max(closes_on, row.opens_on - timedelta(days=1))
    row.closed_by, row.closed_at, row.closing_reason = by, timezone.now(), motif


CLOSING = ("closed_by", "closed_at", "closing_reason")
ENDING = (*CLOSING, "closes_on")


def each_apart(things: Iterable[T], act: Callable[[T], R]) -> list[R]:
    """What the act gives for each: one that fails is logged and stops no other, and then fails the whole.

    :raises ExceptionGroup: of what failed, once every other is done
    """
    done, failures = list[R](), list[Exception]()
    for thing in things:
        try:
            done.append(act(thing))
        except Exception as failure:
            logger.exception("left undone", extra={"thing": str(thing)})
            failures.append(failure)
    if failures:
        raise ExceptionGroup("left undone", failures)
    return done


def slices(rows: Sequence[R]) -> Iterator[Sequence[R]]:
    """Some thousands at a time, for statements that name each: they take 65,535 values."""
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def write_ends(marked: Sequence[Opened]) -> None:
    """Writes rows of one model that `mark_end` ended for one act, by one statement for those that end alike."""
    alike: dict[date | None, list[Opened]] = {}
    for row in marked:
        alike.setdefault(row.closes_on, []).append(row)
    for rows in alike.values():
        for some in slices(rows):
            values = {name: getattr(some[0], name) for name in ENDING}
            type(some[0])._default_manager.filter(pk__in=[row.pk for row in some]).update(**values)


def forget_closing(row: Opened) -> tuple[str, ...]:
    """What somebody had decided about the end no longer holds once another date is set; the fields to save."""
    row.closed_by, row.closed_at, row.closing_reason = None, None, ""
    return CLOSING
