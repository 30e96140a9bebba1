"""Filters of the calendar; their state lives in the URL."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.enums import Phase
from portail.afas.models import Echeance
from portail.ui.forms import FilterForm, FilterSet

SITUATIONS = {"a_venir": "À venir", "ouverte": "Ouverte", "echue": "Échue"}


class EcheanceFilter(FilterSet):
    exercice = filters.NumberFilter(label="Exercice")
    type = filters.ChoiceFilter(label="Type d'activité", empty_label="Tous")
    phase = filters.ChoiceFilter(label="Échéance", choices=Phase.choices, empty_label="Toutes")
    situation = filters.ChoiceFilter(
        label="État", choices=list(SITUATIONS.items()), empty_label="Tous", method="filter_situation"
    )

    class Meta:
        model = Echeance
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["type"].extra["choices"] = [(each.code, each.libelle) for each in types().values()]

    def filter_situation(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "a_venir":
            return queryset.filter(opened_at=None)
        opened, today = queryset.filter(opened_at__isnull=False), timezone.localdate()
        return opened.filter(due_on__gte=today) if value == "ouverte" else opened.filter(due_on__lt=today)
