"""Filters of the incidents; their state lives in the URL."""

import django_filters as filters
from django.db.models import QuerySet

from portail.incidents.enums import EtatIncident, NatureIncident
from portail.incidents.models import Incident
from portail.ui.forms import FilterForm, FilterSet

SUIVI = [("ouverts", "Non clos"), ("retard", "En retard"), ("violation", "Violations de données")]


class IncidentFilter(FilterSet):
    etat = filters.ChoiceFilter(label="État", choices=EtatIncident.choices, empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature", choices=NatureIncident.choices, empty_label="Toutes")
    suivi = filters.ChoiceFilter(label="Suivi", choices=SUIVI, empty_label="Tous", method="filter_suivi")
    organisme = filters.CharFilter(label="Organisme", method="filter_organisme")

    class Meta:
        model = Incident
        fields: list[str] = []
        form = FilterForm

    def filter_suivi(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "retard":
            return queryset.late()  # type: ignore[attr-defined]
        return queryset.filter(is_breach=True) if value == "violation" else queryset.exclude(etat=EtatIncident.CLOS)

    def filter_organisme(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        touched = Incident.conventions.through.objects.filter(convention__organisme__sort_key__holds=value)
        return queryset.filter(pk__in=touched.values("incident"))
