"""Filters of the list of simulations and of a difference."""

import django_filters as filters
from django.db.models import QuerySet

from portail.habilitations import roles
from portail.habilitations.filters import SearchKeyFilter
from portail.simulations.enums import EtatSimulation, Sens
from portail.simulations.models import LigneSimulation, Simulation
from portail.ui.forms import FilterForm, FilterSet


class SimulationFilter(FilterSet):
    libelle = filters.CharFilter(lookup_expr="unaccent__icontains", label="Nom de la simulation")
    convention = SearchKeyFilter(field_name="convention__sort_key", label="Convention")
    etat = filters.ChoiceFilter(label="État", choices=EtatSimulation.choices, empty_label="Tous")

    class Meta:
        model = Simulation
        fields: list[str] = []
        form = FilterForm


def _roles() -> list[tuple[str, list[tuple[str, str]]]]:
    """The roles, under the name of their service."""
    return [(s.libelle, [(r.code, r.libelle) for r in s.roles]) for s in roles.SERVICES.values()]


class LigneFilter(FilterSet):
    """Who, gains or losses, which role; those who end with nothing."""

    nom = SearchKeyFilter(field_name="utilisateur__sort_key", label="Personne")
    sens = filters.ChoiceFilter(label="Sens", choices=Sens.choices, empty_label="Pertes et gains")
    role = filters.ChoiceFilter(label="Rôle", choices=_roles, empty_label="Tous")
    reste = filters.ChoiceFilter(
        label="Après", choices=[("aucun", "Ne garde aucun droit")], empty_label="Tous", method="filter_reste"
    )

    class Meta:
        model = LigneSimulation
        fields: list[str] = []
        form = FilterForm

    def filter_reste(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_last=True)
