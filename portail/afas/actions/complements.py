"""What the Caf asks before it decides, and what it is answered."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from portail.afas import events
from portail.afas.actions.common import held, move, open_next_version
from portail.afas.models import Declaration, DemandeComplement, MessageDeclaration
from portail.afas.queries.traitement import people_of
from portail.afas.rules import traitement as rules
from portail.comptes.models import Utilisateur
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal


@dataclass(frozen=True)
class Demande:
    """What the form of a complement says; `volets` are the sheets opened again."""

    objet: str
    due_on: date
    message: str
    volets: Collection[int] = field(default_factory=tuple)


@transaction.atomic
def ask(*, by: Acteur, declaration: Declaration, demande: Demande) -> DemandeComplement:
    """Hands the declaration back to the partner, as a new version of which the sheets chosen may be corrected.

    :raises Refused: when a rule forbids it
    """
    declaration = held(declaration)
    allow(rules.refuse_asking(by, declaration))
    allow(rules.refuse_volets(demande.volets, declaration) or rules.refuse_due_on(demande.due_on, by.on))
    move(declaration, "completer", by=by, motif=demande.objet)
    open_next_version(declaration, demande.volets)
    made = DemandeComplement.objects.create(
        declaration=declaration,
        objet=demande.objet,
        due_on=demande.due_on,
        asked_by=by.utilisateur,
        asked_at=timezone.now(),
    )
    _write(made, by.utilisateur, demande.message)
    _record(events.COMPLEMENT_ASKED, by, made)
    _tell(events.COMPLEMENT_IS_ASKED, made, people_of(declaration.activite, by.on))
    return made


@transaction.atomic
def answer(*, by: Acteur, demande: DemandeComplement, text: str) -> MessageDeclaration:
    """Adds to the thread; the other side is told.

    :raises Refused: when a rule forbids it, or it was closed meanwhile
    """
    demande = _held(demande)
    allow(rules.refuse_answering(by, demande))
    message = _write(demande, by.utilisateur, text)
    _record(events.COMPLEMENT_ANSWERED, by, demande)
    if by.caf is not None:
        _tell(events.COMPLEMENT_MESSAGE, demande, people_of(demande.declaration.activite, by.on))
    else:
        _tell(events.COMPLEMENT_MESSAGE, demande, [demande.declaration.traitant or demande.asked_by])
    return message


@transaction.atomic
def close(*, by: Acteur, demande: DemandeComplement) -> None:
    """Ends the thread; what the declaration waits for does not change: it is for the partner to transmit it again.

    :raises Refused: when a rule forbids it, or somebody else has closed it meanwhile
    """
    demande = _held(demande)
    allow(rules.refuse_closing(by, demande))
    _close(demande, by)


def close_answered(declaration: Declaration, *, by: Acteur) -> None:
    """The corrected version is transmitted: what was asked is answered. The caller holds the declaration."""
    for demande in DemandeComplement.objects.filter(declaration=declaration, closed_at=None).select_for_update():
        _close(demande, by)


def _close(demande: DemandeComplement, by: Acteur) -> None:
    demande.closed_by, demande.closed_at = by.utilisateur, timezone.now()
    demande.save(update_fields=["closed_by", "closed_at"])
    _record(events.COMPLEMENT_CLOSED, by, demande)


def _held(demande: DemandeComplement) -> DemandeComplement:
    """The thread as it now is; who writes, closes and transmits wait for each other on the declaration."""
    declaration = held(Declaration(pk=demande.declaration_id))
    fresh = DemandeComplement.objects.select_related("asked_by").get(pk=demande.pk)
    fresh.declaration = declaration
    return fresh


def _write(demande: DemandeComplement, author: Utilisateur, text: str) -> MessageDeclaration:
    return MessageDeclaration.objects.create(
        declaration_id=demande.declaration_id, demande=demande, author=author, text=text, written_at=timezone.now()
    )


def _record(kind: object, by: journal.Author, demande: DemandeComplement) -> None:
    declaration = demande.declaration
    about = [declaration, declaration.activite, declaration.activite.organisme]
    journal.record(kind, by=by, about=about, declaration=str(declaration), objet=demande.objet)  # type: ignore[arg-type]


def _tell(kind: object, demande: DemandeComplement, people: Collection[Utilisateur]) -> None:
    facts = {"declaration": str(demande.declaration), "due_on": f"{demande.due_on:%d/%m/%Y}", "pk": demande.pk}
    for person in people:
        courriels.enqueue(
            kind,  # type: ignore[arg-type]
            to=person.courriel,
            to_label=person.nom_complet,
            about=[demande.declaration],
            facts=facts,
        )
