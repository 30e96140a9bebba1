"""Rights of a year worked out again, and those found otherwise."""

from django.db.models import QuerySet

from portail.afas.models import Declaration, Droit, EcartRecalcul, RecalculDroits
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur


def droits_kept(caf: Caf, exercice: int) -> QuerySet[Droit]:
    """The newest right of each declaration of the exercice that has one."""
    declarations = Declaration.objects.filter(caf=caf, echeance__exercice=exercice)
    newest = Droit.objects.filter(declaration__in=declarations.order_by().values("pk"))
    newest = newest.order_by("declaration_id", "-pk").distinct("declaration_id")
    rows = Droit.objects.filter(pk__in=newest.values("pk"))
    return rows.select_related("version", "declaration__echeance", "declaration__caf")


def exercices_of(caf: Caf) -> list[int]:
    """Those for which a right was worked out, the newest first."""
    years = Declaration.objects.filter(caf=caf, droits__isnull=False).values_list("echeance__exercice", flat=True)
    return list(years.distinct().order_by("-echeance__exercice"))


def recalculs_for(acteur: Acteur) -> QuerySet[RecalculDroits]:
    """Those of his Caf; none for a partner."""
    rows = RecalculDroits.objects.filter(caf=acteur.caf) if acteur.caf else RecalculDroits.objects.none()
    return rows.select_related("caf", "asked_by").order_by("-pk")


def recalcul_for(acteur: Acteur, pk: int) -> RecalculDroits:
    return recalculs_for(acteur).get(pk=pk)


def recalcul_to_export(acteur: Acteur, pk: int, extension: str) -> tuple[RecalculDroits, str]:
    return recalcul_for(acteur, pk), extension


def ecarts_of(recalcul: RecalculDroits) -> QuerySet[EcartRecalcul]:
    rows = EcartRecalcul.objects.filter(recalcul=recalcul)
    return rows.select_related("droit__declaration__activite__organisme", "droit__declaration__echeance").order_by("pk")
