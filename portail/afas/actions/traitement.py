"""The queue of the Caf: a declaration is received, given to somebody, taken."""

from django.db import transaction

from portail.afas import events
from portail.afas.actions.common import held, move
from portail.afas.actions.complements import close_answered
from portail.afas.models import Declaration
from portail.afas.queries.traitement import gestionnaires_of, hints_of
from portail.afas.rules import traitement as rules
from portail.comptes.models import Utilisateur
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused

_NOT_THERE = "Cette personne n'est pas gestionnaire action sociale de votre Caf aujourd'hui."


def received(declaration: Declaration, *, by: Acteur) -> None:
    """To be called by who transmits, in his transaction, once the version is kept.

    Notes the hints of the queue and closes the complement that the new version answers.
    """
    note_hints(declaration)
    close_answered(declaration, by=by)


def note_hints(declaration: Declaration) -> None:
    """Writes beside the declaration what its last version tells the queue: alerts, variations, first declaration."""
    hints = hints_of(declaration)
    for name, value in vars(hints).items():
        setattr(declaration, name, value)
    declaration.save(update_fields=list(vars(hints)))


@transaction.atomic
def take(*, by: Acteur, declaration: Declaration) -> None:
    """Begins to process it: it is his from now on.

    :raises Refused: when a rule forbids it, or somebody else has taken it meanwhile
    """
    declaration = held(declaration)
    allow(rules.refuse_taking(by, declaration))
    declaration.traitant = by.utilisateur
    declaration.save(update_fields=["traitant"])
    move(declaration, "prendre", by=by)


@transaction.atomic
def assign(*, by: Acteur, declaration: Declaration, traitant: Utilisateur | None) -> None:
    """Gives it to a gestionnaire of the Caf, or takes it from whoever had it (None); its state does not change.

    :raises Refused: when a rule forbids it
    """
    declaration = held(declaration)
    allow(rules.refuse_assigning(by, declaration))
    if traitant is not None and not gestionnaires_of(declaration.caf, by.on).filter(pk=traitant.pk).exists():
        raise Refused(_NOT_THERE)
    if declaration.traitant_id == (traitant and traitant.pk):
        return
    declaration.traitant = traitant
    declaration.edition += 1
    declaration.save(update_fields=["traitant", "edition"])
    journal.record(
        events.ASSIGNED,
        by=by,
        about=[declaration, declaration.activite, declaration.activite.organisme],
        declaration=str(declaration),
        traitant=traitant.nom_complet if traitant else "personne",
    )
