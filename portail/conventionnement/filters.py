"""Filters of the lists; their state lives in the URL."""

import django_filters as filters
from django.db.models import QuerySet

from portail.conventions.models import Organisme, TypeOrganisme
from portail.habilitations.filters import SearchKeyFilter
from portail.ui.forms import FilterForm, FilterSet


class OrganismeFilter(FilterSet):
    raison_sociale = SearchKeyFilter(field_name="sort_key", label="Raison sociale")
    siret = filters.CharFilter(lookup_expr="startswith", label="SIRET")
    type = filters.ModelChoiceFilter(label="Type", queryset=TypeOrganisme.objects.all(), empty_label="Tous")
    commune = filters.CharFilter(lookup_expr="unaccent__icontains", label="Commune")
    statut = filters.ChoiceFilter(
        label="Statut", choices=[("ouvert", "Ouvert"), ("ferme", "Fermé")], empty_label="Tous", method="filter_statut"
    )

    class Meta:
        model = Organisme
        fields: list[str] = []
        form = FilterForm

    def filter_statut(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(closed_on__isnull=value == "ouvert")
