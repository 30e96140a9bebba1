"""The monthly sample: how it is drawn, what it asks of whom."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from portail.cdap.enums import EtatJustification
from portail.cdap.models import Consultation, DemandeJustification
from portail.comptes.models import midnight
from portail.habilitations.acteur import Acteur

# The identifiers of consultations are drawn at random by the portal: those that follow a point drawn at random are a
# random sample, that the same point gives again and the index finds without reading the month.
_DRAW = """
SELECT id, at, utilisateur_id, organisme_id, convention_id FROM cdap_consultation
WHERE caf_id = %(caf)s AND at >= %(first)s AND at < %(end)s AND issue = 'ouvert' AND id {side} %(graine)s
ORDER BY id LIMIT %(count)s
"""
Tirage = tuple[uuid.UUID, datetime, int, int, int]


def drawn(*, caf: int, mois: date, graine: uuid.UUID, count: int) -> list[Tirage]:
    """`count` consultations that opened a file of this Caf that month, fewer when it has fewer.

    (id, instant, utilisateur, organisme, convention); the same for the same seed.
    """
    found: list[Tirage] = []
    for side in (">=", "<"):
        if len(found) < count:
            found += _drawn(side, caf, mois, graine, count - len(found))
    return found


def _drawn(side: str, caf: int, mois: date, graine: uuid.UUID, count: int) -> list[Tirage]:
    first, end = (midnight(day) for day in (mois, next_month(mois)))
    values: dict[str, Any] = {"caf": caf, "first": first, "end": end, "graine": graine, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(_DRAW.format(side=side), values)
        return cursor.fetchall()


def next_month(mois: date) -> date:
    return date(mois.year + mois.month // 12, mois.month % 12 + 1, 1)


def demandes_for(acteur: Acteur) -> QuerySet[DemandeJustification]:
    """For a person, his own; for a Caf, those of its files: what waits for an answer of the reader first."""
    rows = DemandeJustification.objects.visible_to(acteur)
    return rows.select_related("utilisateur", "organisme", "convention", "echantillon__caf").order_by("due_on", "pk")


def demande_for(acteur: Acteur, pk: int) -> DemandeJustification:
    """:raises DemandeJustification.DoesNotExist: for one outside his perimeter"""
    return demandes_for(acteur).get(pk=pk)


def consultation_of(demande: DemandeJustification) -> Consultation:
    """The consultation that was drawn."""
    return Consultation.objects.select_related("caf").get(id=demande.consultation, at=demande.consulted_at)


def due_between(first: date, last: date) -> Iterator[list[DemandeJustification]]:
    """What waits for an answer and was not reminded, person by person and Caf by Caf, due on one of these days."""
    rows = DemandeJustification.objects.filter(
        etat=EtatJustification.DEMANDEE, reminded_at=None, due_on__range=(first, last)
    )
    together: dict[tuple[int, int], list[DemandeJustification]] = {}
    for demande in rows.select_related("utilisateur", "echantillon__caf").order_by("utilisateur", "due_on", "pk"):
        together.setdefault((demande.utilisateur_id, demande.echantillon.caf_id), []).append(demande)
    yield from together.values()
