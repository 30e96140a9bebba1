"""Reads of the consultations of a person."""

import uuid
from datetime import timedelta

from django.utils import timezone

from portail.cdap.definitions.champs import ONGLETS
from portail.cdap.enums import Issue
from portail.cdap.models import Consultation
from portail.habilitations.acteur import Acteur

KEPT_HOURS = 12  # the longest session: past it nobody comes back to a file that he opened


def consultation_for(acteur: Acteur, pk: uuid.UUID) -> Consultation:
    """A file that this very person opened lately."""
    since = timezone.now() - timedelta(hours=KEPT_HOURS)
    rows = Consultation.objects.select_related("caf").filter(id=pk, at__gte=since, issue=Issue.OUVERT)
    if acteur.caf is not None:
        return rows.none().get()
    return rows.get(utilisateur=acteur.utilisateur)


def onglet_for(acteur: Acteur, pk: uuid.UUID, onglet: str) -> tuple[Consultation, str]:
    if onglet not in ONGLETS:
        raise Consultation.DoesNotExist
    return consultation_for(acteur, pk), onglet
