"""What every act on a declaration does first, and the one way from a state to another."""

from collections.abc import Collection

from django.utils import timezone

from portail.afas import events
from portail.afas.enums import TRANSITIONS, EtatVolet
from portail.afas.models import Activite, Declaration, EtapeDeclaration, Justification, Volet
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


def open_next_version(declaration: Declaration, volets: Collection[int]) -> str:
    """From now on the next version is written, and the transmitted one stays; the sheets given back, in words.

    It begins with what was transmitted, justifications included. The caller holds the declaration and has moved it
    out of what is frozen.
    """
    declaration.version += 1
    declaration.save(update_fields=["version"])
    before = Justification.objects.filter(declaration=declaration, version=declaration.version - 1).order_by("pk")
    latest = {justification.controle: justification for justification in before}
    for kept in latest.values():
        kept.pk, kept.version = None, declaration.version
    Justification.objects.bulk_create(latest.values())
    return reopen(declaration, volets)


def reopen(declaration: Declaration, volets: Collection[int]) -> str:
    """Gives these sheets back to their suppliers with their values; which, in words."""
    rows = Volet.objects.filter(declaration=declaration, pk__in=volets).select_related("lieu")
    told = ", ".join(str(volet) for volet in rows)
    rows.filter(etat=EtatVolet.SOUMIS).update(etat=EtatVolet.EN_COURS, submitted_by=None, submitted_at=None)
    return told
