"""Filters of « Mes déclarations »; their state lives in the URL."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.enums import FROZEN, EtatDeclaration, Phase
from portail.afas.models import Declaration
from portail.afas.queries.declarations import awaiting, portee_of
from portail.habilitations.acteur import Acteur
from portail.ui.forms import FilterForm, FilterSet

MINE = [
    ("moi", "Attend quelque chose de moi"),
    ("saisie", "Saisie qui m'attend"),
    ("retard_moi", "En retard, attend quelque chose de moi"),
]
ATTENTES = [("retard", "En retard"), ("ouvertes", "Non transmise")]


class DeclarationFilter(FilterSet):
    exercice = filters.NumberFilter(label="Exercice", field_name="echeance__exercice")
    phase = filters.ChoiceFilter(
        label="Échéance", choices=Phase.choices, field_name="echeance__phase", empty_label="Toutes"
    )
    activite = filters.CharFilter(label="Activité, ou n° de dossier", method="filter_activite")
    type = filters.ChoiceFilter(label="Type d'activité", field_name="activite__type", empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature", field_name="activite__nature", empty_label="Toutes")
    etat = filters.ChoiceFilter(label="État", choices=EtatDeclaration.choices, empty_label="Tous")
    attente = filters.ChoiceFilter(label="Suivi", empty_label="Toutes", method="filter_attente")
    echeance = filters.NumberFilter(label="Échéance n°", field_name="echeance", widget=forms.HiddenInput)

    class Meta:
        model = Declaration
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, acteur: Acteur, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        self.filters["type"].extra["choices"] = [(each.code, each.libelle) for each in types().values()]
        self.filters["nature"].extra["choices"] = natures()
        self.filters["attente"].extra["choices"] = ATTENTES if acteur.caf is not None else [*MINE, *ATTENTES]

    def filter_activite(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value.strip().isdecimal():
            return queryset.filter(activite__numero_dossier=value.strip())
        return queryset.filter(activite__sort_key__holds=value)

    def filter_attente(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value in dict(MINE):
            queryset = queryset.filter(awaiting(portee_of(self.acteur)))
        if value == "saisie":
            return queryset.filter(etat__in=(EtatDeclaration.A_SAISIR, EtatDeclaration.EN_COURS))
        if value in ("retard", "retard_moi"):
            queryset = queryset.filter(echeance__due_on__lt=timezone.localdate())
        return queryset.exclude(etat__in=FROZEN)


def natures() -> list[tuple[str, str]]:
    """Every nature once, whatever the type it belongs to, by its label."""
    found = {code: label for each in types().values() for code, label in each.natures.items()}
    return sorted(found.items(), key=lambda nature: nature[1])
