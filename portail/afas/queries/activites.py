"""Reads of the activités, of their lieux, and of who may run them."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.afas.models import Activite, ImportActivites, LieuImplantation
from portail.conventions.models import Caf, Convention, Organisme
from portail.habilitations.acteur import Acteur
from portail.journal.models import JournalEntry
from portail.journal.queries import entries_about


def activites_for(acteur: Acteur) -> QuerySet[Activite]:
    """Those in his perimeter: all of his Caf's, or those he gives profiles on or has one on."""
    return Activite.objects.visible_to(acteur).select_related("organisme", "caf")


def activite_for(acteur: Acteur, pk: int) -> Activite:
    return activites_for(acteur).get(pk=pk)


def lieu_for(acteur: Acteur, pk: int) -> LieuImplantation:
    rows = LieuImplantation.objects.select_related("activite__organisme", "activite__caf")
    return rows.get(pk=pk, activite__in=Activite.objects.visible_to(acteur).order_by().values("pk"))


def history_of(activite: Activite) -> QuerySet[JournalEntry]:
    return entries_about(activite)


def organismes_of(caf: Caf | None) -> QuerySet[Organisme]:
    """Those not closed, that have signed a convention with this Caf: who may run one of its activités."""
    signed = Convention.cafs.through.objects.filter(caf=caf, convention__organisme=OuterRef("pk"))
    return Organisme.objects.filter(Exists(signed), closed_on=None)


def organismes_like(caf: Caf | None, typed: str) -> list[Organisme]:
    """At most twenty whose SIRET begins so, or whose name holds it."""
    digits = re.sub(r"\s", "", typed)
    if len(digits) < 2:
        return []
    by_siret = Q(siret__startswith=digits) if digits.isascii() and digits.isdigit() else Q(pk__in=[])
    return list(organismes_of(caf).filter(by_siret | Q(sort_key__holds=typed))[:20])


# Imports


def imports_for(acteur: Acteur) -> QuerySet[ImportActivites]:
    """Those of his Caf; none for a partner."""
    if acteur.caf is None:
        return ImportActivites.objects.none()
    return ImportActivites.objects.filter(caf=acteur.caf).select_related("given_by", "caf")


def import_for(acteur: Acteur, pk: int) -> ImportActivites:
    return imports_for(acteur).get(pk=pk)
