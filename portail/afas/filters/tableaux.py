"""Filters of the dashboards and of the campaign."""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from portail.afas.definitions import types
from portail.afas.enums import Phase
from portail.afas.models import Activite, Declaration, Echeance
from portail.ui.forms import FilterForm, FilterSet


def _types() -> list[tuple[str, str]]:
    return [(each.code, each.libelle) for each in types().values()]


def _natures() -> list[tuple[str, str]]:
    """Every nature once, whatever its type."""
    return list({code: label for each in types().values() for code, label in each.natures.items()}.items())


class TableauFilter(FilterSet):
    """`exercices` are those one may choose; the first counts when nothing is chosen."""

    exercice = filters.ChoiceFilter(label="Exercice", choices=(), empty_label=None, method="keep")
    libelle = filters.CharFilter(label="Activité", field_name="sort_key", lookup_expr="holds")
    type = filters.ChoiceFilter(label="Type d'activité", choices=_types, empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature d'activité", choices=_natures, empty_label="Toutes")

    class Meta:
        model = Activite
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, exercices: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercices = list(exercices)
        self.filters["exercice"].extra["choices"] = [(year, str(year)) for year in self.exercices]

    @property
    def exercice_chosen(self) -> int | None:
        typed = self.form.cleaned_data.get("exercice") if self.is_valid() else None
        return int(typed) if typed else next(iter(self.exercices), None)

    def keep(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every activité stays: the exercice chooses the amounts."""
        return queryset


class _ByExercice(FilterSet):
    """`exercices` are those one may choose."""

    def __init__(self, *args: Any, exercices: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["exercice"].extra["choices"] = [(year, str(year)) for year in exercices]


class CampagneFilter(_ByExercice):
    exercice = filters.ChoiceFilter(label="Exercice", choices=(), empty_label="Tous")
    phase = filters.ChoiceFilter(label="Échéance", choices=Phase.choices, empty_label="Toutes")
    type = filters.ChoiceFilter(label="Type d'activité", choices=_types, empty_label="Tous")

    class Meta:
        model = Echeance
        fields: list[str] = []
        form = FilterForm


class RetardFilter(_ByExercice):
    exercice = filters.ChoiceFilter("echeance__exercice", label="Exercice", choices=(), empty_label="Tous")
    phase = filters.ChoiceFilter("echeance__phase", label="Échéance", choices=Phase.choices, empty_label="Toutes")
    type = filters.ChoiceFilter("echeance__type", label="Type d'activité", choices=_types, empty_label="Tous")
    organisme = filters.CharFilter("activite__organisme__sort_key", "holds", label="Organisme")

    class Meta:
        model = Declaration
        fields: list[str] = []
        form = FilterForm
