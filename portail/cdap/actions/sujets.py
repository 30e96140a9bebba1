"""What a Caf lets partners write about, and within how long it means to answer."""

from datetime import timedelta

from django.db import transaction

from portail.cdap import events
from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.models import DelaiDialogue, SujetDialogue
from portail.cdap.queries.dialogues import sujets_for
from portail.cdap.rules import dialogues as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


@transaction.atomic
def add_sujet(*, by: Acteur, libelle: str) -> SujetDialogue:
    """Offers it from today on. The first time, the list that is shipped becomes the Caf's own.

    :raises Refused: when a rule forbids it
    :raises IntegrityError: when it is offered already
    """
    caf = _held(by)
    _own_list(caf, by)
    sujet = SujetDialogue.objects.create(caf=caf, libelle=libelle, opens_on=by.on)
    journal.record(events.SUJET_ADDED, by=by, about=[sujet], sujet=libelle, caf=caf.nom)
    return sujet


@transaction.atomic
def adopt_sujets(*, by: Acteur) -> None:
    """The list that is shipped becomes the Caf's own, to be changed.

    :raises Refused: when a rule forbids it
    """
    _own_list(_held(by), by)


@transaction.atomic
def end_sujet(*, by: Acteur, sujet: SujetDialogue) -> None:
    """No longer offered; the threads that have it keep it.

    :raises Refused: when a rule forbids it
    """
    caf = _held(by)
    sujet = sujets_for(by).get(pk=sujet.pk)
    allow(rules.refuse_ending_sujet(by, sujet))
    sujet.closes_on = by.on - timedelta(days=1)
    sujet.save(update_fields=["closes_on"])
    journal.record(events.SUJET_ENDED, by=by, about=[sujet], sujet=sujet.libelle, caf=caf.nom)


@transaction.atomic
def set_delai(*, by: Acteur, jours: int) -> None:
    """Within how many days the Caf means to answer from now on.

    :raises Refused: when a rule forbids it
    """
    caf = _held(by)
    DelaiDialogue.objects.update_or_create(caf=caf, defaults={"jours": jours})
    journal.record(events.DELAI_CHANGED, by=by, jours=jours, caf=caf.nom)


def _held(by: Acteur) -> Caf:
    allow(rules.refuse_managing_sujets(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    return Caf.objects.select_for_update().get(pk=by.caf.pk)


def _own_list(caf: Caf, by: Acteur) -> None:
    if SujetDialogue.objects.filter(caf=caf).exists():
        return
    SujetDialogue.objects.bulk_create(SujetDialogue(caf=caf, libelle=libelle, opens_on=by.on) for libelle in SUJETS)
    journal.record(events.SUJETS_ADOPTED, by=by, caf=caf.nom)
