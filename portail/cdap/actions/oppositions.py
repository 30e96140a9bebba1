"""A person objects to his file being consulted; later, perhaps, no longer does."""

from django.db import transaction

from portail.cdap import events
from portail.cdap.models import Opposition
from portail.cdap.rules import oppositions as rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


@transaction.atomic
def enter(*, by: Acteur, numero: int, source: str) -> Opposition:
    """From now on no partner reads this file; one that was open closes at the next tab.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_entering(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    allow(rules.refuse_twice(by.caf, numero, by.on))
    made = Opposition.objects.create(
        caf=by.caf, numero=numero, source=source, opens_on=by.on, entered_by=by.utilisateur
    )
    journal.record(events.OPPOSITION_ENTERED, by=by, about=[made])
    return made


@transaction.atomic
def end(*, by: Acteur, opposition: Opposition, motif: str) -> None:
    """From tomorrow on the file may be consulted again; the opposition stays readable.

    :raises Refused: when a rule forbids it, or somebody else has ended it meanwhile
    """
    held = Opposition.objects.select_for_update().get(pk=opposition.pk)
    allow(rules.refuse_ending(by, held))
    held.closes_on, held.ended_by, held.motif = by.on, by.utilisateur, motif
    held.save(update_fields=["closes_on", "ended_by", "motif"])
    journal.record(events.OPPOSITION_ENDED, by=by, about=[held], motif=motif)
