"""« Demander l'accès »: asked by the person, decided by who manages a group that gives it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from portail.conventions.models import Convention, Rattachement
from portail.courriels import actions as courriels
from portail.habilitations import events, roles, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.appartenances import add_to_groupe
from portail.habilitations.actions.common import allow, lock
from portail.habilitations.models import DemandeAcces, Groupe
from portail.habilitations.queries.acces import deciders_of, groupes_giving, place_opening
from portail.journal import actions as journal
from portail.journal.models import Result
from portail.ui.rules import Refused


@transaction.atomic
def ask_acces(*, by: Acteur, service: roles.Service, motif: str, wished_until: date | None) -> DemandeAcces:
    """A request for the service; those who can grant it are told by mail.

    :raises Refused: when a rule forbids it
    """
    place = place_opening(by, service.code)
    if place is not None:
        lock(Convention(pk=place.convention))
    allow(rules.refuse_asking(by, service))
    rattachement = Rattachement.objects.select_related("convention", "utilisateur").get(
        pk=place.rattachement if place else 0
    )
    demande = DemandeAcces.objects.create(
        rattachement=rattachement, service=service.code, motif=motif, wished_until=wished_until
    )
    _record(events.ACCES_ASKED, by, demande, motif=motif)
    for person in deciders_of(demande, by.on):
        courriels.enqueue(
            events.ACCES_TO_DECIDE,
            to=person.courriel,
            to_label=person.nom_complet,
            about=[person, rattachement.convention],
            facts={"convention": rattachement.convention.libelle, "service": service.libelle},
        )
    return demande


def _record(kind: object, by: Acteur, demande: DemandeAcces, *, result: Result = Result.DONE, **facts: str) -> None:
    rattachement = demande.rattachement
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[rattachement.utilisateur, rattachement.convention],
        result=result,
        utilisateur=rattachement.utilisateur.nom_complet,
        service=roles.service(demande.service).libelle,
        **facts,
    )


def _to_decide(by: Acteur, demande: DemandeAcces) -> DemandeAcces:
    """The request, still pending, under the lock of its convention."""
    lock(demande.rattachement.convention)
    rattachement = demande.rattachement
    demande = DemandeAcces.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    demande.rattachement = rattachement
    allow(rules.refuse_deciding_acces(by, demande))
    if demande.decided_at is not None:
        raise Refused("Cette demande a déjà été traitée.")
    demande.decided_at, demande.decided_by = timezone.now(), by.utilisateur
    return demande


@transaction.atomic
def grant_acces(*, by: Acteur, demande: DemandeAcces, groupe: Groupe, opens_on: date, closes_on: date | None) -> None:
    """The person becomes a member, between these days, of a group that holds the service; he is told.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    lock(demande.rattachement.convention)
    demande = _to_decide(by, demande)
    allow(rules.refuse_giving_service(groupe, demande.service, groupes_giving(by, demande)))
    demande.appartenance = add_to_groupe(
        by=by, groupe=groupe, rattachement=demande.rattachement, opens_on=opens_on, closes_on=closes_on
    )
    demande.save(update_fields=["decided_at", "decided_by", "appartenance"])
    _record(events.ACCES_GRANTED, by, demande, groupe=groupe.libelle)
    _tell(events.ACCES_IS_GRANTED, demande, opens_on=f"{opens_on:%d/%m/%Y}", until=_day(closes_on))


@transaction.atomic
def refuse_acces(*, by: Acteur, demande: DemandeAcces, refusal: str) -> None:
    """Says no, with the reason, which the person reads.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    lock(demande.rattachement.convention)
    demande = _to_decide(by, demande)
    allow(None if refusal else "Dites pourquoi : la personne le lira.")
    demande.refusal = refusal
    demande.save(update_fields=["decided_at", "decided_by", "refusal"])
    _record(events.ACCES_REFUSED, by, demande, result=Result.REFUSED, motif=refusal)
    _tell(events.ACCES_IS_REFUSED, demande, refusal=refusal)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _tell(kind: object, demande: DemandeAcces, **facts: str) -> None:
    person, convention = demande.rattachement.utilisateur, demande.rattachement.convention
    courriels.enqueue(
        kind,  # type: ignore[arg-type]
        to=person.courriel,
        to_label=person.nom_complet,
        about=[person, convention],
        facts={"service": roles.service(demande.service).libelle, **facts},
    )
