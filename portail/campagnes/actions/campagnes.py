"""The life of a campaign: prepared, launched, closed, given up; what a worker carries on."""

import logging
from datetime import date
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.campagnes import events, queries, rules
from portail.campagnes.actions.application import apply_batch, plan_application, undo_batch
from portail.campagnes.actions.preparation import about, prepare
from portail.campagnes.actions.rappels import tell_launch, tell_to_apply
from portail.campagnes.enums import AT_WORK, EtatCampagne
from portail.campagnes.models import Campagne
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused
from portail.ui.templatetags.ui import counted

logger = logging.getLogger(__name__)
_BROKEN = "Le travail n'a pas pu aboutir. Recommencez ; si cela se reproduit, contactez l'exploitant du portail."
_NO_LONGER = "La personne qui l'a demandé n'administre plus ce périmètre."
# Where a campaign goes back to when the work under way fails.
_AFTER_FAILURE = {
    EtatCampagne.PREPARATION: EtatCampagne.ECHEC,
    EtatCampagne.APPLICATION: EtatCampagne.A_APPLIQUER,
    EtatCampagne.ANNULATION: EtatCampagne.APPLIQUEE,
}


@transaction.atomic
def create_campagne(
    *, by: Acteur, libelle: str, perimetre: dict[str, Any], ends_on: date, regle: str, regle_on: date | None
) -> Campagne:
    """Has the lines of a campaign made by a worker; nobody is asked before it is launched.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_launching(by))
    allow(rules.refuse_dates(ends_on, regle_on, by.on))
    conventions = queries.conventions_in(by, perimetre)
    if not conventions:
        raise Refused("Aucune convention que vous administrez ne correspond à ce périmètre.")
    campagne = Campagne.objects.create(
        libelle=libelle,
        caf=by.caf,
        convention_id=None if by.caf else conventions[0],
        perimetre=perimetre,
        conventions=conventions,
        ends_on=ends_on,
        regle=regle,
        regle_on=regle_on,
        to_do=len(conventions),
        asked_by=by.utilisateur,
        decided_by=by.utilisateur,
    )
    _defer(campagne)
    return campagne


def _defer(campagne: Campagne) -> None:
    app.configure_task("campagnes.carry_on_campagne", queue="imports").defer(pk=campagne.pk)


def _taken(by: Acteur, campagne: Campagne) -> Campagne:
    """The campaign as it now is, that nobody else moves meanwhile.

    :raises Refused: when it is not his to decide
    """
    fresh = Campagne.objects.select_for_update(of=("self",)).select_related("convention").get(pk=campagne.pk)
    allow(rules.refuse_deciding(by, fresh))
    return fresh


def _record(kind: Any, by: Any, campagne: Campagne, **facts: Any) -> None:
    journal.record(kind, by=by, about=about(campagne), numero=campagne.pk, campagne=campagne.libelle, **facts)


@transaction.atomic
def launch(*, by: Acteur, campagne: Campagne) -> None:
    """Asks every reviewer, by one mail each.

    :raises Refused: when a rule forbids it
    """
    campagne = _taken(by, campagne)
    allow(rules.refuse_launch(campagne, by.on))
    campagne.etat, campagne.launched_at, campagne.decided_by = EtatCampagne.OUVERTE, timezone.now(), by.utilisateur
    campagne.save(update_fields=["etat", "launched_at", "decided_by", "rappel"])
    tell_launch(campagne, by.on)
    lines = counted(campagne.total, "ligne,lignes")
    _record(events.LAUNCHED, by, campagne, lignes=lines, ends_on=f"{campagne.ends_on:%d/%m/%Y}")


@transaction.atomic
def drop(*, by: Acteur, campagne: Campagne) -> None:
    """Nothing of this campaign will be applied."""
    campagne = _taken(by, campagne)
    allow(rules.refuse_dropping(campagne))
    campagne.etat, campagne.ended_at = EtatCampagne.ABANDONNEE, timezone.now()
    campagne.save(update_fields=["etat", "ended_at"])
    _record(events.DROPPED, by, campagne)


@transaction.atomic
def close_answers(*, by: Acteur, campagne: Campagne) -> None:
    """No more answers, before the deadline: what they change may then be looked at and applied."""
    campagne = _taken(by, campagne)
    _close(by, campagne)


def _close(by: Any, campagne: Campagne) -> None:
    allow(rules.refuse_moving(campagne, EtatCampagne.A_APPLIQUER))
    campagne.etat, campagne.closed_at = EtatCampagne.A_APPLIQUER, timezone.now()
    campagne.save(update_fields=["etat", "closed_at"])
    _record(events.CLOSED, by, campagne)


def close_ended(on: date) -> int:
    """Closes the answers of the campaigns whose deadline is past, and tells who prepared them; how many."""
    ended = Campagne.objects.filter(etat=EtatCampagne.OUVERTE, ends_on__lt=on).order_by("pk")
    return sum(_close_ended(pk, on) for pk in list(ended.values_list("pk", flat=True)))


@transaction.atomic
def _close_ended(pk: int, on: date) -> bool:
    open_one = Campagne.objects.select_for_update(of=("self",), skip_locked=True).select_related("decided_by")
    campagne = open_one.filter(pk=pk, etat=EtatCampagne.OUVERTE).first()
    if campagne is None:
        return False
    _close(journal.SYSTEM, campagne)
    tell_to_apply(campagne)
    return True


@transaction.atomic
def apply_campagne(*, by: Acteur, campagne: Campagne) -> None:
    """Has the answers applied, and the rule chosen for the lines without answer.

    :raises Refused: when a rule forbids it
    """
    campagne = _taken(by, campagne)
    allow(rules.refuse_moving(campagne, EtatCampagne.APPLICATION))
    campagne.etat, campagne.decided_by, campagne.sentence = EtatCampagne.APPLICATION, by.utilisateur, ""
    plan_application(campagne)
    campagne.save(update_fields=["etat", "decided_by", "sentence", "to_do", "done"])
    _defer(campagne)


@transaction.atomic
def undo_campagne(*, by: Acteur, campagne: Campagne) -> None:
    """Has what the campaign changed put back, where nothing else touched it since.

    :raises Refused: when a rule forbids it
    """
    campagne = _taken(by, campagne)
    allow(rules.refuse_undoing(campagne, by.on))
    campagne.etat, campagne.decided_by, campagne.sentence = EtatCampagne.ANNULATION, by.utilisateur, ""
    campagne.to_do, campagne.done = campagne.lignes.filter(effet__in=["limite", "retire"]).count(), 0
    campagne.save(update_fields=["etat", "decided_by", "sentence", "to_do", "done"])
    _defer(campagne)


# the worker

_STEPS = {
    EtatCampagne.PREPARATION: prepare,
    EtatCampagne.APPLICATION: apply_batch,
    EtatCampagne.ANNULATION: undo_batch,
}


def carry_on_all() -> None:
    """Those at work whose worker was stopped."""
    for pk in Campagne.objects.filter(etat__in=AT_WORK).order_by("pk").values_list("pk", flat=True):
        carry_on(pk)


def carry_on(pk: int) -> None:
    """Does what the campaign waits for, batch by batch; another worker would go on from the last batch done."""
    while _carry_on_once(pk):
        pass


def _carry_on_once(pk: int) -> bool:
    """One batch; False when nothing is left to do, or another worker is at it."""
    try:
        with transaction.atomic():
            return _one_batch(pk)
    except OperationalError:
        raise  # the base was away or busy: tried again within a minute
    except Refused as refusal:
        _stop(pk, str(refusal))
    except Exception:
        logger.exception("campaign failed", extra={"campagne": pk})
        _stop(pk, _BROKEN)
    return False


def _one_batch(pk: int) -> bool:
    free = Campagne.objects.select_for_update(of=("self",), skip_locked=True)
    campagne = free.select_related("convention", "decided_by").filter(pk=pk, etat__in=AT_WORK).first()
    if campagne is None:
        return False
    organisme = campagne.convention.organisme_id if campagne.convention else None
    acteur = acteur_for(campagne.decided_by, on=timezone.localdate(), organisme=organisme)  # type: ignore[arg-type]
    if rules.refuse_deciding(acteur, campagne):
        raise Refused(_NO_LONGER)
    _STEPS[EtatCampagne(campagne.etat)](acteur, campagne)
    return True


@transaction.atomic
def _stop(pk: int, sentence: str) -> None:
    """It failed; the batches done before stand, and it may be asked for again."""
    campagne = Campagne.objects.select_for_update(of=("self",)).get(pk=pk)
    if campagne.etat in _AFTER_FAILURE:
        campagne.etat, campagne.sentence = _AFTER_FAILURE[EtatCampagne(campagne.etat)], sentence
        campagne.save(update_fields=["etat", "sentence"])
