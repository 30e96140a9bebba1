"""What every act on a declaration does first, and the one way from a state to another."""

from django.utils import timezone

from portail.afas import events
from portail.afas.enums import TRANSITIONS
from portail.afas.models import Activite, Declaration, EtapeDeclaration
from portail.afas.rules.etapes import refuse_missing_motif, refuse_step
from portail.comptes.models import Utilisateur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


def held(declaration: Declaration) -> Declaration:
    """The declaration as it now is, that nobody else changes meanwhile."""
    return (
        Declaration.objects.select_for_update(of=("self",))
        .select_related("activite__organisme", "echeance", "caf")
        .get(pk=declaration.pk)
    )


def held_activite(pk: int) -> Activite:
    """The activité as it now is, that nobody else changes meanwhile."""
    rows = Activite.objects.select_for_update(of=("self",), no_key=True).select_related("organisme", "caf")
    return rows.get(pk=pk)


def move(declaration: Declaration, code: str, *, by: journal.Author, motif: str = "") -> None:
    """Takes this step of the table of transitions; the caller holds the declaration and has asked who may.

    :raises Refused: when the table does not allow it from here, or it needs a reason
    """
    allow(refuse_step(declaration, code) or refuse_missing_motif(code, motif))
    now = timezone.now()
    declaration.etat, declaration.changed_at = TRANSITIONS[code].vers, now
    declaration.edition += 1
    declaration.save(update_fields=["etat", "changed_at", "edition"])
    utilisateur = getattr(by, "utilisateur", None)
    EtapeDeclaration.objects.create(
        declaration=declaration,
        code=code,
        vers=declaration.etat,
        version=declaration.version,
        by=utilisateur if isinstance(utilisateur, Utilisateur) else None,
        at=now,
        motif=motif,
    )
    journal.record(
        events.MOVED,
        by=by,
        about=[declaration, declaration.activite, declaration.activite.organisme],
        declaration=str(declaration),
        etat=declaration.get_etat_display(),
        motif=motif,
    )
