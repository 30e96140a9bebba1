"""The monthly sample: drawn, reminded, answered, examined."""

import uuid
from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from portail.cdap import events
from portail.cdap.actions.gardes import raise_alertes
from portail.cdap.definitions.gardes import DELAI, RAPPEL, REFUSEE, TAILLE
from portail.cdap.enums import EtatJustification
from portail.cdap.models import DemandeJustification, Echantillon
from portail.cdap.queries.echantillons import drawn, due_between
from portail.cdap.queries.gardes import Vu
from portail.cdap.queries.quotas import caf_pivot_of
from portail.cdap.queries.reglages import values_of
from portail.cdap.rules import gardes as rules
from portail.conventions.models import Caf
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, each_apart
from portail.journal import actions as journal
from portail.ui.templatetags.ui import counted


def draw_all(on: date) -> int:
    """Draws the sample of last month for every Caf that has none yet; how many were drawn. Safe to run twice.

    A Caf that fails stops no other.
    """
    mois = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    missing = Caf.objects.exclude(echantillons__mois=mois).order_by("pk")
    return sum(made is not None for made in each_apart(missing, lambda caf: draw(caf, mois, on)))


@transaction.atomic
def draw(caf: Caf, mois: date, on: date, graine: uuid.UUID | None = None) -> Echantillon | None:
    """The sample of a month, its seed written; each person drawn is told once. None when there is one, or none wanted.

    `graine` is drawn at random unless given.
    """
    Caf.objects.select_for_update(no_key=True).get(pk=caf.pk)
    values = values_of(caf.pk)
    if not values[TAILLE.code] or Echantillon.objects.filter(caf=caf, mois=mois).exists():
        return None
    graine = graine or uuid.uuid4()
    found = drawn(caf=caf.pk, mois=mois, graine=graine, count=values[TAILLE.code])
    echantillon = Echantillon.objects.create(caf=caf, mois=mois, graine=graine, taille=len(found))
    due_on = on + timedelta(days=values[DELAI.code])
    demandes = DemandeJustification.objects.bulk_create(
        DemandeJustification(
            echantillon=echantillon,
            consultation=consultation,
            consulted_at=at,
            utilisateur_id=utilisateur,
            organisme_id=organisme,
            convention_id=convention,
            due_on=due_on,
        )
        for consultation, at, utilisateur, organisme, convention in found
    )
    journal.record(
        events.ECHANTILLON_DRAWN,
        by=journal.SYSTEM,
        about=[echantillon, caf],
        taille=len(found),
        mois=f"{mois:%m/%Y}",
        caf=caf.nom,
        graine=str(graine),
    )
    by_person = defaultdict(list)
    for demande in demandes:
        by_person[demande.utilisateur_id].append(demande)
    for own in by_person.values():
        _tell(events.JUSTIFICATION_TO_GIVE, own)
    return echantillon


@transaction.atomic
def remind(on: date) -> int:
    """Reminds once, some days before, of what is still to be justified; how many people. Safe to run twice."""
    told = 0
    for own in due_between(on, on + RAPPEL):
        DemandeJustification.objects.filter(pk__in=[each.pk for each in own]).update(reminded_at=timezone.now())
        journal.record(
            events.JUSTIFICATION_REMINDED,
            by=journal.SYSTEM,
            about=[own[0].utilisateur, *own],
            utilisateur=own[0].utilisateur.nom_complet,
        )
        _tell(events.JUSTIFICATION_RECALLED, own)
        told += 1
    return told


@transaction.atomic
def justify(*, by: Acteur, demande: DemandeJustification, texte: str) -> None:
    """The person says why he needed that file.

    :raises Refused: when a rule forbids it
    """
    demande = _held(demande)
    allow(rules.refuse_answering_justification(by, demande))
    demande.etat, demande.texte, demande.answered_at = EtatJustification.REPONDUE, texte, timezone.now()
    demande.save(update_fields=["etat", "texte", "answered_at"])
    caf = demande.echantillon.caf
    journal.record(events.JUSTIFICATION_GIVEN, by=by, about=[demande, by.utilisateur, caf], caf=caf.nom)


@transaction.atomic
def examine(*, by: Acteur, demande: DemandeJustification, is_accepted: bool, refusal: str = "") -> None:
    """« Accepter », or « Refuser » with a reason: a refusal opens an alert, and the person is told.

    :raises Refused: when a rule forbids it
    """
    demande = _held(demande)
    allow(rules.refuse_examining(by, demande))
    demande.etat = EtatJustification.ACCEPTEE if is_accepted else EtatJustification.REFUSEE
    demande.decided_by, demande.decided_at, demande.refusal = by.utilisateur, timezone.now(), refusal
    demande.save(update_fields=["etat", "decided_by", "decided_at", "refusal"])
    about, name = [demande, demande.utilisateur], demande.utilisateur.nom_complet
    if is_accepted:
        journal.record(events.JUSTIFICATION_ACCEPTED, by=by, about=about, utilisateur=name)
        return
    journal.record(events.JUSTIFICATION_REFUSED, by=by, about=about, utilisateur=name, motif=refusal)
    _tell(events.JUSTIFICATION_IS_REFUSED, [demande])
    raise_alertes([_refused(demande)])


def _refused(demande: DemandeJustification) -> Vu:
    caf = caf_pivot_of(demande.convention_id).pk
    return Vu(
        demande.utilisateur_id,
        demande.organisme_id,
        demande.convention_id,
        caf,
        REFUSEE.code,
        values_of(caf)[f"niveau_{REFUSEE.code}"],
        1,
        demande.consulted_at,
        demande.consulted_at,
    )


def _held(demande: DemandeJustification) -> DemandeJustification:
    """The demand as it now is, that nobody else changes meanwhile."""
    rows = DemandeJustification.objects.select_for_update(of=("self",)).select_related(
        "utilisateur", "echantillon__caf"
    )
    return rows.get(pk=demande.pk)


def _tell(kind: object, own: list[DemandeJustification]) -> None:
    """One mail for all that is asked of a person."""
    person = own[0].utilisateur
    facts = {
        "caf": own[0].echantillon.caf.nom,
        "demandes": counted(len(own), "consultation,consultations"),
        "due_on": f"{own[0].due_on:%d/%m/%Y}",
    }
    courriels.enqueue(kind, to=person.courriel, to_label=person.nom_complet, about=[*own], facts=facts)  # type: ignore[arg-type]
