"""Reads of the imports of a convention."""

from django.db.models import Count, QuerySet

from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import ImportUtilisateurs
from portail.habilitations.queries import convention_for


def imports_of(convention: Convention) -> QuerySet[ImportUtilisateurs]:
    return ImportUtilisateurs.objects.filter(convention=convention).select_related("asked_by").order_by("-pk")


def import_for(acteur: Acteur, convention: int, pk: int) -> ImportUtilisateurs:
    """An import of a convention within the perimeter."""
    under = convention_for(acteur, convention)
    found = ImportUtilisateurs.objects.select_related("asked_by", "decided_by").get(convention=under, pk=pk)
    found.convention = under
    return found


def import_export_for(acteur: Acteur, convention: int, pk: int, extension: str) -> tuple[ImportUtilisateurs, str]:
    return import_for(acteur, convention, pk), extension


def verdicts_of(work: ImportUtilisateurs) -> dict[str, int]:
    """How many lines have each verdict."""
    counted = work.lignes.order_by().values_list("verdict").annotate(lines=Count("pk"))
    return dict(counted)
