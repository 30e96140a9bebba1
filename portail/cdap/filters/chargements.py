"""Filters of what was loaded."""

import django_filters as filters
from django.db.models import QuerySet

from portail.cdap.enums import EtatChargement
from portail.cdap.models import ChargementDossiers
from portail.ui.forms import FilterForm, FilterSet

REFUS = [("avec", "Avec des lignes refusées"), ("sans", "Sans ligne refusée")]


class ChargementFilter(FilterSet):
    fichier = filters.CharFilter(label="Fichier", lookup_expr="icontains")
    etat = filters.ChoiceFilter(label="État", choices=EtatChargement.choices, empty_label="Tous", method="filter_etat")
    refus = filters.ChoiceFilter(label="Refus", choices=REFUS, empty_label="Tous", method="filter_refus")

    class Meta:
        model = ChargementDossiers
        fields: list[str] = []
        form = FilterForm

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(ended_at__isnull=value == EtatChargement.NON_TERMINE)

    def filter_refus(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the lines of the agent's own Caf: `refusees` is theirs."""
        return queryset.filter(refusees__gt=0) if value == "avec" else queryset.filter(refusees=0)
