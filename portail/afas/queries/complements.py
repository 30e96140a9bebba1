"""What the Caf asked, and where the answer stands."""

from django.db.models import QuerySet

from portail.afas.models import Declaration, DemandeComplement, MessageDeclaration
from portail.habilitations.acteur import Acteur


def complements_for(acteur: Acteur) -> QuerySet[DemandeComplement]:
    """Those about the declarations of his perimeter; the open ones first, the soonest due first."""
    declarations = Declaration.objects.visible_to(acteur)
    rows = DemandeComplement.objects.filter(declaration__in=declarations.order_by().values("pk"))
    if acteur.caf is not None:
        rows = DemandeComplement.objects.filter(declaration__caf=acteur.caf)
    return rows.select_related(
        "declaration__activite__organisme",
        "declaration__echeance",
        "declaration__caf",
        "declaration__traitant",
        "asked_by",
        "closed_by",
    ).order_by("-closed_at", "due_on", "pk")


def complement_for(acteur: Acteur, pk: int) -> DemandeComplement:
    return complements_for(acteur).get(pk=pk)


def demandes_of(declaration: Declaration) -> QuerySet[DemandeComplement]:
    return DemandeComplement.objects.filter(declaration=declaration).order_by("-pk")


def thread_of(demande: DemandeComplement) -> list[MessageDeclaration]:
    """From the first to the last."""
    return list(MessageDeclaration.objects.filter(demande=demande).select_related("author").order_by("pk"))
