"""How far a Caf is with its échéances: one grouped query for each question."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Declaration, Droit, Echeance, EtapeDeclaration, Profil
from portail.afas.queries.tableaux import newest
from portail.comptes.models import midnight
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui_charts import Chart, Serie

DAYS = 31
SHOWN = 4  # échéances side by side in the chart of the amounts
_E = EtatDeclaration
NOT_SENT = (_E.A_SAISIR, _E.EN_COURS, _E.A_APPROUVER)
GROUPS: dict[str, tuple[EtatDeclaration, ...]] = {
    "a_saisir": (_E.A_SAISIR,),
    "en_cours": (_E.EN_COURS, _E.A_COMPLETER),
    "a_approuver": (_E.A_APPROUVER,),
    "transmises": (_E.TRANSMISE, _E.EN_TRAITEMENT),
    "traitees": (_E.TRAITEE, _E.NOTIFIEE, _E.PAYEE),
}
COMMITTED = (_E.EN_TRAITEMENT, _E.TRAITEE, _E.NOTIFIEE, _E.PAYEE)
STEPS = {"transmettre": "Transmises", "traiter": "Traitées"}


def echeances_for(acteur: Acteur) -> QuerySet[Echeance]:
    """The échéances of his Caf, the newest first."""
    return Echeance.objects.filter(caf=acteur.caf).order_by("-exercice", "-due_on", "type", "pk")


def exercices_for(acteur: Acteur) -> list[int]:
    """The exercices of its calendar, the newest first."""
    rows = Echeance.objects.filter(caf=acteur.caf).order_by("-exercice")
    return list(rows.values_list("exercice", flat=True).distinct())


def counted(echeances: QuerySet[Echeance], on: date) -> QuerySet[Echeance]:
    """Each with how many declarations it has (`ouvertes`), how many stand where (GROUPS), how many are late."""
    return echeances.annotate(**_counts("declarations", "declarations__", Q(due_on__lt=on)))


def totals_of(echeances: QuerySet[Echeance], on: date) -> dict[str, int]:
    """The same over all these échéances together."""
    rows = Declaration.objects.filter(echeance__in=echeances.order_by().values("pk"))
    return rows.aggregate(**_counts("pk", "", Q(echeance__due_on__lt=on)))


def _counts(what: str, under: str, is_over: Q) -> dict[str, Any]:
    """`under` leads to the declarations; late is what was never transmitted though the due date has passed."""
    late = is_over & Q(**{f"{under}etat__in": NOT_SENT, f"{under}transmitted_at": None})
    groups = {name: Count(what, filter=Q(**{f"{under}etat__in": etats})) for name, etats in GROUPS.items()}
    return {"ouvertes": Count(what), "retards": Count(what, filter=late), **groups}


def progress_of(echeances: QuerySet[Echeance], on: date) -> Chart:
    """What was transmitted and processed each day of the last month."""
    days = [on - timedelta(days=left) for left in range(DAYS - 1, -1, -1)]
    since = midnight(days[0])
    steps = EtapeDeclaration.objects.filter(
        declaration__echeance__in=echeances.order_by().values("pk"), code__in=STEPS, at__gte=since
    ).order_by()
    rows = steps.annotate(day=TruncDate("at")).values_list("code", "day").annotate(Count("pk"))
    found = {(code, day): number for code, day, number in rows}
    series = [Serie(label, [found.get((code, day), 0) for day in days]) for code, label in STEPS.items()]
    return Chart("Déclarations par jour", [f"{day:%d/%m}" for day in days], series, kind="lines", first="Jour")


def amounts_of(echeances: QuerySet[Echeance]) -> Chart:
    """What the rights worked out amount to, by phase of an exercice and by where the declaration stands.

    A prévisionnel and a réel tell of the same money: they are side by side, never added up.
    """
    told = newest(
        Droit.objects.filter(
            declaration__echeance__in=echeances.order_by().values("pk"), declaration__etat__in=COMMITTED
        )
    )
    rows = told.values_list(
        "declaration__echeance__exercice", "declaration__echeance__phase", "declaration__etat"
    ).annotate(Sum("montant"))
    sums: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(dict)
    for exercice, phase, etat, total in rows:
        sums[exercice, phase][etat] = total
    order = list(Phase.values)
    places = sorted(sums, key=lambda place: (place[0], order.index(place[1])))[-SHOWN:]
    series = [Serie(etat.label, [sums[place].get(etat) for place in places]) for etat in COMMITTED]
    labels = [f"{Phase(phase).label} {exercice}" for exercice, phase in places]
    return Chart("Montants engagés", labels, series, unit="€", decimals=2, first="Échéance")


def retards_for(acteur: Acteur) -> QuerySet[Declaration]:
    """What should have been transmitted and never was, the longest overdue first, with the people of each activité."""
    profils = Profil.objects.open_on(acteur.on).acting().select_related("rattachement__utilisateur")
    rows = Declaration.objects.filter(
        caf=acteur.caf, etat__in=NOT_SENT, transmitted_at=None, echeance__due_on__lt=acteur.on
    )
    return (
        rows.select_related("activite__organisme", "echeance")
        .prefetch_related(Prefetch("activite__profils", queryset=profils, to_attr="acting"))
        .order_by("echeance__due_on", "activite__sort_key", "pk")
        .annotate(due_on=F("echeance__due_on"))
    )
