"""Filters of the journal."""

import django_filters as filters
from django.db.models import QuerySet

from portail.journal.models import JournalEntry, Result
from portail.ui.forms import FilterForm


class JournalFilter(filters.FilterSet):
    by = filters.CharFilter(field_name="by", lookup_expr="iexact", label="Identifiant de l'auteur")
    since = filters.DateFilter(label="Depuis le", method="filter_since")
    until = filters.DateFilter(label="Jusqu'au", method="filter_until")
    result = filters.ChoiceFilter(label="Résultat", choices=Result.choices, empty_label="Tous")

    class Meta:
        model = JournalEntry
        fields: list[str] = []
        form = FilterForm

    def filter_since(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset.filter(recorded_at__date__gte=value)

    def filter_until(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset.filter(recorded_at__date__lte=value)
