"""Filters of what waits for a signature."""

import django_filters as filters

from portail.afas.definitions import types
from portail.afas.enums import Phase
from portail.afas.models import Declaration
from portail.ui.forms import FilterForm, FilterSet


def _types() -> list[tuple[str, str]]:
    return [(each.code, each.libelle) for each in types().values()]


class ApprobationFilter(FilterSet):
    activite = filters.CharFilter(label="Activité", field_name="activite__sort_key", lookup_expr="holds")
    exercice = filters.NumberFilter(
        label="Exercice", field_name="echeance__exercice", min_value=2000, max_value=2100, decimal_places=0
    )
    phase = filters.ChoiceFilter(
        label="Échéance", field_name="echeance__phase", choices=Phase.choices, empty_label="Toutes"
    )
    type = filters.ChoiceFilter(
        label="Type d'activité", field_name="activite__type", choices=_types, empty_label="Tous"
    )

    class Meta:
        model = Declaration
        fields: list[str] = []
        form = FilterForm
