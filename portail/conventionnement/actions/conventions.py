"""The life of a validated convention, in the hands of its Caf: suspended, resumed, closed."""

from datetime import date, timedelta

from django.db import transaction
from psycopg.types.range import DateRange

from portail.conventionnement import events, rules
from portail.conventions.models import Convention, Suspension
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, lock, told
from portail.journal import actions as journal
from portail.ui.rules import Refused


def _locked(convention: Convention) -> Convention:
    lock(convention)
    return Convention.objects.select_related("organisme", "caf_pivot").get(pk=convention.pk)


def _about(convention: Convention) -> list[object]:
    return [convention, convention.organisme]


@transaction.atomic
def suspend_convention(
    *, by: Acteur, convention: Convention, opens_on: date, closes_on: date | None, motif: str
) -> Suspension:
    """On these days the convention opens nothing.

    :raises Refused: when a rule forbids it, or the days are wrong
    """
    convention = _locked(convention)
    allow(rules.refuse_suspending(by, convention))
    if opens_on < by.on:
        raise Refused("Une suspension ne commence pas dans le passé : ce qui a été fait l'a été.")
    if closes_on is not None and closes_on < opens_on:
        raise Refused("La suspension finit avant de commencer : corrigez l'une des deux dates.")
    if held := convention.suspensions.filter(period__overlap=DateRange(opens_on, closes_on, "[]")).first():
        raise Refused(
            f"Une suspension est déjà enregistrée{told(held.opens_on, held.closes_on)} : choisissez d'autres dates, "
            "ou mettez-y d'abord fin."
        )
    suspension = Suspension.objects.create(
        convention=convention, opens_on=opens_on, closes_on=closes_on, motif=motif, decided_by=by.utilisateur
    )
    journal.record(
        events.SUSPENDED,
        by=by,
        about=_about(convention),  # type: ignore[arg-type]
        convention=convention.libelle,
        dates=told(opens_on, closes_on),
        motif=motif,
    )
    return suspension


@transaction.atomic
def resume_convention(*, by: Acteur, convention: Convention, motif: str) -> None:
    """Ends what suspends the convention today, and takes back what would later: its rights act again at once."""
    convention = _locked(convention)
    allow(rules.refuse_resuming(by, convention))
    for suspension in convention.suspensions.not_ended_on(by.on):
        suspension.closes_on = max(by.on - timedelta(days=1), suspension.opens_on - timedelta(days=1))
        suspension.save(update_fields=["closes_on"])
    journal.record(
        events.RESUMED,
        by=by,
        about=_about(convention),  # type: ignore[arg-type]
        convention=convention.libelle,
        motif=motif,
    )


@transaction.atomic
def close_convention(*, by: Acteur, convention: Convention, closes_on: date, motif: str) -> None:
    """The convention opens nothing after that day; its people, groups and bulletins stay as they are, to be read."""
    convention = _locked(convention)
    allow(rules.refuse_closing(by, convention))
    if closes_on < by.on - timedelta(days=1):
        raise Refused("Une convention ne se clôture pas dans le passé.")
    if convention.closes_on is not None and convention.closes_on <= closes_on:
        raise Refused(f"La convention se clôture déjà le {convention.closes_on:%d/%m/%Y}.")
    convention.closes_on = max(closes_on, convention.opens_on - timedelta(days=1))
    convention.save(update_fields=["closes_on"])
    journal.record(
        events.CLOSED,
        by=by,
        about=_about(convention),  # type: ignore[arg-type]
        convention=convention.libelle,
        closes_on=f"{closes_on:%d/%m/%Y}",
        motif=motif,
    )
