"""From sheets that are filled in to a declaration that waits for its approbateur, and back."""

from django.db import transaction
from django.utils import timezone

from portail.afas import events
from portail.afas.actions.common import held, move
from portail.afas.actions.saisie import held_volet, record
from portail.afas.enums import OPEN_TO_ENTRY, EtatDeclaration, EtatVolet
from portail.afas.models import Declaration, Justification, Volet
from portail.afas.queries.comparaisons import (
    Reste,
    approbateurs_of,
    blocking_of,
    context_of,
    rest_of,
    to_justify,
)
from portail.afas.queries.saisie import label_of, missing_champs
from portail.afas.rules.saisie import (
    refuse_incomplete,
    refuse_justifying,
    refuse_not_submitted,
    refuse_reopening,
    refuse_typing,
)
from portail.courriels import actions as courriels
from portail.courriels.events import Kind
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.ui.rules import Refused

_SETTLED = "Ce contrôle ne demande plus de justification : rechargez la page."


@transaction.atomic
def submit(*, by: Acteur, volet: Volet) -> Reste:
    """Says that this sheet is filled in; the last one sends the declaration to the approbateur. What is left.

    :raises Refused: when a rule forbids it, or the sheet is not complete
    """
    volet = held_volet(volet)
    allow(refuse_typing(by, volet))
    allow(refuse_incomplete(missing_champs(volet), len(blocking_of(context_of(volet.declaration), volet))))
    volet.etat, volet.submitted_by, volet.submitted_at = EtatVolet.SOUMIS, by.utilisateur, timezone.now()
    volet.edition += 1
    volet.save(update_fields=["etat", "submitted_by", "submitted_at", "edition"])
    if volet.declaration.etat == EtatDeclaration.A_SAISIR:  # a sheet without any compulsory field
        move(volet.declaration, "commencer", by=by)
    record(events.VOLET_SUBMITTED, by, volet.declaration, volet=label_of(volet), declaration=str(volet.declaration))
    return _propose_when_ready(by, volet.declaration)


@transaction.atomic
def reopen(*, by: Acteur, volet: Volet) -> None:
    """Takes a submitted sheet back to be corrected; an approbateur who was waiting for it is told.

    :raises Refused: when a rule forbids it
    """
    volet = held_volet(volet)
    allow(refuse_reopening(by, volet) or refuse_not_submitted(volet))
    volet.etat, volet.submitted_by, volet.submitted_at = EtatVolet.EN_COURS, None, None
    volet.edition += 1
    volet.save(update_fields=["etat", "submitted_by", "submitted_at", "edition"])
    record(events.VOLET_REOPENED, by, volet.declaration, volet=label_of(volet), declaration=str(volet.declaration))
    if volet.declaration.etat == EtatDeclaration.A_APPROUVER:
        move(volet.declaration, "reprendre", by=by)
        _tell(events.VOLET_IS_REOPENED, volet.declaration, volet=label_of(volet))


@transaction.atomic
def justify(*, by: Acteur, declaration: Declaration, controle: str, text: str) -> Reste:
    """Keeps why a check that does not hold is right all the same; the newest one counts. What is left.

    :raises Refused: when a rule forbids it, or the check holds by now
    """
    declaration = held(declaration)
    allow(refuse_justifying(by, declaration))
    point = to_justify(context_of(declaration), controle)
    if point is None:
        raise Refused(_SETTLED)
    Justification.objects.create(
        declaration=declaration,
        version=declaration.version,
        controle=controle,
        text=text,
        by=by.utilisateur,
        at=timezone.now(),
    )
    declaration.edition += 1  # who was about to sign reads it first
    declaration.save(update_fields=["edition"])
    told = point.constat.controle.libelle
    record(events.CONTROLE_JUSTIFIED, by, declaration, controle=told, declaration=str(declaration))
    return _propose_when_ready(by, declaration)


def _propose_when_ready(by: Acteur, declaration: Declaration) -> Reste:
    """Once nothing is left, the declaration waits for the approbateur, who is told."""
    reste = rest_of(context_of(declaration))
    if reste.is_nothing and declaration.etat in OPEN_TO_ENTRY:
        move(declaration, "proposer", by=by)
        _tell(events.TO_APPROVE, declaration)
    return reste


def _tell(kind: Kind, declaration: Declaration, **facts: str) -> None:
    for person in approbateurs_of(declaration, timezone.localdate()):
        courriels.enqueue(
            kind,
            to=person.courriel,
            to_label=person.nom_complet,
            about=[declaration],
            facts={"declaration": str(declaration), **facts},
        )
