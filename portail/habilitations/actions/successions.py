"""Successions: proposed by an administrateur partenaire, accepted or refused by the Caf, withdrawn by who proposed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from portail.conventions.enums import EtatSuccession
from portail.conventions.models import Administrateur, Rattachement, Succession
from portail.courriels import actions as courriels
from portail.habilitations import events, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, end, lock
from portail.habilitations.actions.conventions import attach_person
from portail.habilitations.actions.utilisateurs import Fiche, name_administrateur
from portail.habilitations.rules.bounds import refuse_suppleant
from portail.habilitations.rules.successions import (
    refuse_decided,
    refuse_deciding_succession,
    refuse_proposing,
    refuse_second_proposal,
    refuse_successor,
)
from portail.journal import actions as journal
from portail.journal.models import Result


@dataclass(frozen=True)
class Proposal:
    """Who comes after an administrateur: a person of the convention, or a new one by name and mail."""

    effective_on: date
    motif: str
    ends_titulaire: bool = True
    successeur: Rattachement | None = None
    nom: str = ""
    prenom: str = ""
    courriel: str = ""


@transaction.atomic
def propose_successor(*, by: Acteur, titulaire: Rattachement, proposal: Proposal) -> Succession:
    """Asks the Caf, which is told; nothing changes yet.

    :raises Refused: when a rule forbids it
    """
    convention = titulaire.convention
    lock(convention)
    allow(refuse_proposing(by, convention) or refuse_second_proposal(by, convention))
    allow(refuse_successor(titulaire, proposal.successeur, proposal.effective_on, by.on))
    succession = Succession.objects.create(titulaire=titulaire, **vars(proposal))
    _record(events.SUCCESSION_PROPOSED, by, succession)
    caf = convention.caf_pivot
    _tell(events.SUCCESSION_TO_DECIDE, succession, to=caf.courriel, to_label=caf.nom, about=[caf])
    return succession


def _to_decide(by: Acteur, succession: Succession) -> Succession:
    """The proposal, still pending, under the lock of its convention."""
    titulaire = succession.titulaire
    lock(titulaire.convention)
    succession = Succession.objects.select_for_update(of=("self",)).get(pk=succession.pk)
    succession.titulaire = titulaire
    allow(refuse_decided(succession))
    succession.decided_by, succession.decided_at = by.utilisateur, timezone.now()
    return succession


@transaction.atomic
def accept_succession(*, by: Acteur, succession: Succession) -> None:
    """The successor administers from the day proposed (from today when it is past), the titulaire until the eve.

    :raises Refused: when a rule forbids it, or a day would be left without administrateur
    """
    succession = _to_decide(by, succession)
    titulaire = succession.titulaire
    lock(titulaire.convention)
    allow(refuse_deciding_succession(by, succession))
    first = succession.effective_on = max(succession.effective_on, by.on)
    allow(refuse_successor(titulaire, succession.successeur, first, by.on))
    succession.successeur = succession.successeur or _entered(by, succession, first)
    if not Administrateur.objects.filter(rattachement=succession.successeur, period__contains=first).exists():
        _name(by, succession.successeur, first)
    if succession.ends_titulaire:
        _end_titulaire(by, titulaire, first - timedelta(days=1))
    succession.etat = EtatSuccession.ACCEPTEE
    succession.save(update_fields=["successeur", "effective_on", "etat", "decided_by", "decided_at"])
    _record(events.SUCCESSION_ACCEPTED, by, succession)
    _tell_both(events.SUCCESSION_IS_ACCEPTED, succession)


def _entered(by: Acteur, succession: Succession, first: date) -> Rattachement:
    """A new person enters the convention on the day he begins."""
    fiche = Fiche(succession.nom, succession.prenom, succession.courriel, opens_on=first)
    rattachement = attach_person(by=by, convention=succession.titulaire.convention, fiche=fiche)
    allow(refuse_successor(succession.titulaire, rattachement, first, by.on))
    return rattachement


def _name(by: Acteur, successeur: Rattachement, first: date) -> None:
    """Administrateur from that day on; one already planned for later begins then instead."""
    for later in Administrateur.objects.filter(rattachement=successeur, opens_on__gt=first, period__isempty=False):
        end(later, by=by.utilisateur, closes_on=first, motif="Commence plus tôt")
    name_administrateur(by=by, rattachement=successeur, opens_on=first)


def _end_titulaire(by: Acteur, titulaire: Rattachement, last: date) -> None:
    allow(rules.refuse_losing_administrateur(titulaire, by.on, (date.min, last)))
    for duty in Administrateur.objects.not_ended_on(last).filter(rattachement=titulaire):
        end(duty, by=by.utilisateur, closes_on=last, motif="Succession acceptée par la Caf")


@transaction.atomic
def refuse_succession(*, by: Acteur, succession: Succession, decision: str) -> None:
    """Says no, with the reason, which the titulaire reads.

    :raises Refused: when a rule forbids it
    """
    succession = _to_decide(by, succession)
    lock(succession.titulaire.convention)
    allow(refuse_deciding_succession(by, succession))
    allow(None if decision else "Dites pourquoi : l'administrateur le lira.")
    succession.etat, succession.decision = EtatSuccession.REFUSEE, decision
    succession.save(update_fields=["etat", "decision", "decided_by", "decided_at"])
    _record(events.SUCCESSION_REFUSED, by, succession, result=Result.REFUSED)
    _tell_titulaire(events.SUCCESSION_IS_REFUSED, succession)


@transaction.atomic
def withdraw_succession(*, by: Acteur, succession: Succession) -> None:
    """Takes the proposal back while the Caf has not answered.

    :raises Refused: when it has
    """
    succession = _to_decide(by, succession)
    lock(succession.titulaire.convention)
    allow(refuse_suppleant(by, "Retirer une proposition"))
    succession.etat = EtatSuccession.RETIREE
    succession.save(update_fields=["etat", "decided_by", "decided_at"])
    _record(events.SUCCESSION_WITHDRAWN, by, succession)


def _record(kind: object, by: Acteur, succession: Succession, *, result: Result = Result.DONE) -> None:
    titulaire, successeur = succession.titulaire, succession.successeur
    people = [titulaire.utilisateur, *([successeur.utilisateur] if successeur else [])]
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[*people, titulaire.convention, succession],
        result=result,
        titulaire=titulaire.utilisateur.nom_complet,
        successeur=succession.nom_propose,
        on=f"{succession.effective_on:%d/%m/%Y}",
        motif=succession.decision or succession.motif,
    )


def _tell(kind: object, succession: Succession, *, to: str, to_label: str, about: list) -> None:
    convention = succession.titulaire.convention
    courriels.enqueue(
        kind,  # type: ignore[arg-type]
        to=to,
        to_label=to_label,
        about=[*about, convention],
        facts={
            "convention": convention.libelle,
            "successeur": succession.nom_propose,
            "titulaire": succession.titulaire.utilisateur.nom_complet,
            "effective_on": f"{succession.effective_on:%d/%m/%Y}",
            "ends_titulaire": succession.ends_titulaire,
            "decision": succession.decision,
        },
    )


def _tell_titulaire(kind: object, succession: Succession) -> None:
    person = succession.titulaire.utilisateur
    _tell(kind, succession, to=person.courriel, to_label=person.nom_complet, about=[person])


def _tell_both(kind: object, succession: Succession) -> None:
    _tell_titulaire(kind, succession)
    if succession.successeur is not None:
        person = succession.successeur.utilisateur
        _tell(kind, succession, to=person.courriel, to_label=person.nom_complet, about=[person])
