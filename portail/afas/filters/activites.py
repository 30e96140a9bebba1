"""Filters of the activités; their state lives in the URL."""

import django_filters as filters

from portail.afas.filters.profils import nature_choices, type_choices
from portail.afas.models import Activite
from portail.habilitations.filters import SearchKeyFilter, StatutFilter
from portail.ui.forms import FilterForm, FilterSet


class ActiviteFilter(FilterSet):
    libelle = SearchKeyFilter(field_name="sort_key", label="Activité")
    organisme = SearchKeyFilter(field_name="organisme__sort_key", label="Organisme")
    type = filters.ChoiceFilter(label="Type d'activité", choices=type_choices, empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature d'activité", choices=nature_choices, empty_label="Toutes")
    numero_dossier = filters.CharFilter(lookup_expr="istartswith", label="N° de dossier")
    statut = StatutFilter()

    class Meta:
        model = Activite
        fields: list[str] = []
        form = FilterForm
