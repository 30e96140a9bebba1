"""Reads of the oppositions of a Caf."""

from django.db.models import QuerySet

from portail.cdap.models import Opposition
from portail.habilitations.acteur import Acteur


def oppositions_for(acteur: Acteur) -> QuerySet[Opposition]:
    """The last entered first."""
    rows = Opposition.objects.visible_to(acteur).select_related("entered_by", "ended_by")
    return rows.order_by("-opens_on", "-pk")


def opposition_for(acteur: Acteur, pk: int) -> Opposition:
    return oppositions_for(acteur).get(pk=pk)
