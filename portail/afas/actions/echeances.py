"""The only writers of the calendar: an échéance, a whole exercice, its dates."""

from datetime import date
from typing import Any

from django.db import transaction

from portail.afas import events
from portail.afas.actions.appels import tell_moved
from portail.afas.models import Echeance
from portail.afas.queries.echeances import proposed
from portail.afas.rules import echeances as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale


@transaction.atomic
def create_echeance(
    *,
    by: Acteur,
    exercice: int,
    type: str,
    phase: str,
    opens_on: date,
    due_on: date,
) -> Echeance:
    """Adds an échéance to the calendar of the Caf; its declarations open on its day.

    :raises Refused: when a rule forbids it
    """
    made = Echeance(caf=_caf(by), exercice=exercice, type=type, phase=phase, opens_on=opens_on, due_on=due_on)
    allow(rules.refuse_dates(made, opens_on, due_on))
    made.save(force_insert=True)
    _record(events.ECHEANCE_CREATED, by, made, dates=_dates(opens_on, due_on))
    return made


@transaction.atomic
def create_exercice(*, by: Acteur, exercice: int, types: list[str], origine: str, expected: int) -> list[Echeance]:
    """Adds what the calendar does not have of this exercice: `expected` is how many were shown before.

    :raises Refused: when a rule forbids it, or the calendar changed meanwhile
    """
    rows = proposed(_caf(by), exercice, types, origine)
    allow("Le calendrier a changé depuis l'aperçu : revoyez-le." if len(rows) != expected else None)
    with journal.gathered():
        for row in rows:
            row.save(force_insert=True)
            _record(events.ECHEANCE_CREATED, by, row, dates=_dates(row.opens_on, row.due_on))
    return rows


def _caf(by: Acteur) -> Caf:
    """The Caf of who keeps its calendar.

    :raises Refused: when he does not
    """
    allow(rules.refuse_keeping_calendar(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    return by.caf


def _held(echeance: Echeance) -> Echeance:
    return Echeance.objects.select_for_update(of=("self",)).select_related("caf").get(pk=echeance.pk)


@transaction.atomic
def edit_echeance(*, by: Acteur, echeance: Echeance, opens_on: date, due_on: date, edition: int) -> int:
    """Other dates; who was called is told of another due date. How many are told.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else changed them since the form was opened
    """
    echeance = _held(echeance)
    allow(rules.refuse_editing_echeance(by, echeance))
    if echeance.edition != edition:
        raise Stale(_differences(echeance, opens_on, due_on))
    allow(rules.refuse_dates(echeance, opens_on, due_on))
    before = echeance.due_on
    echeance.opens_on, echeance.due_on, echeance.edition = opens_on, due_on, edition + 1
    echeance.save(update_fields=["opens_on", "due_on", "edition"])
    _record(events.ECHEANCE_EDITED, by, echeance, dates=_dates(opens_on, due_on))
    return tell_moved(echeance, before, by.on) if due_on != before else 0


def _differences(echeance: Echeance, opens_on: date, due_on: date) -> list[Difference]:
    typed = {"Ouverte le": (echeance.opens_on, opens_on), "À rendre le": (echeance.due_on, due_on)}
    return [
        Difference(label, f"{now:%d/%m/%Y}", f"{wanted:%d/%m/%Y}")
        for label, (now, wanted) in typed.items()
        if now != wanted
    ]


@transaction.atomic
def remove_echeance(*, by: Acteur, echeance: Echeance) -> None:
    """Takes out of the calendar an échéance that opened nothing; the journal keeps that it was there.

    :raises Refused: when a rule forbids it
    """
    echeance = _held(echeance)
    allow(rules.refuse_removing(by, echeance))
    _record(events.ECHEANCE_REMOVED, by, echeance)
    echeance.delete()


def _dates(opens_on: date, due_on: date) -> str:
    return f"ouverte le {opens_on:%d/%m/%Y}, à rendre le {due_on:%d/%m/%Y}"


def _record(kind: Any, by: journal.Author, echeance: Echeance, **facts: Any) -> None:
    journal.record(kind, by=by, about=[echeance, echeance.caf], echeance=echeance.label, **facts)
