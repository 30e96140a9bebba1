"""Filters of the profiles, of the approbateurs to validate and of the feed; their state lives in the URL."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet

from portail.afas import events
from portail.afas.definitions import types
from portail.afas.enums import EtatProfil, RoleProfil
from portail.afas.models import Activite, Profil
from portail.afas.queries.attributions import Recherche
from portail.habilitations.filters import SearchKeyFilter
from portail.journal.models import JournalEntry
from portail.ui.forms import FilterForm, FilterSet

OUI, NON = "oui", "non"


def type_choices() -> list[tuple[str, str]]:
    return [(each.code, each.libelle) for each in types().values()]


def nature_choices() -> list[tuple[str, Any]]:
    """The natures, under the label of their type."""
    return [(each.libelle, list(each.natures.items())) for each in types().values()]


class AttributionFilter(FilterSet):
    """The criteria of « Habilitations d'action sociale » (S0); `recherche` says what to show of each activité."""

    organisme = SearchKeyFilter(field_name="organisme__sort_key", label="Partenaire")
    utilisateur = filters.CharFilter(label="Utilisateur", method="filter_later")
    role = filters.ChoiceFilter(label="Rôle", choices=RoleProfil.choices, empty_label="Tous", method="filter_later")
    activite = SearchKeyFilter(field_name="sort_key", label="Activité")
    type = filters.ChoiceFilter(label="Type d'activité", choices=type_choices, empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature d'activité", choices=nature_choices, empty_label="Toutes")
    etat = filters.MultipleChoiceFilter(
        label="État de l'habilitation",
        choices=EtatProfil.choices,
        widget=forms.CheckboxSelectMultiple,
        method="filter_later",
    )
    lieux = filters.ChoiceFilter(
        label="Lieux d'implantation",
        choices=[(OUI, "Oui"), (NON, "Non")],
        empty_label=None,
        widget=forms.RadioSelect,
        method="filter_later",
    )

    class Meta:
        model = Activite
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, *args: Any, acteur: Any, **kwargs: Any) -> None:
        """Without a choice, S0's: « Actif » and « Inactif », with the lieux."""
        given = data.copy()
        if not given.getlist("etat"):
            given.setlist("etat", [EtatProfil.ACTIF, EtatProfil.INACTIF])
        given.setdefault("lieux", OUI)
        super().__init__(given, *args, **kwargs)
        self.acteur = acteur

    @property
    def recherche(self) -> Recherche:
        typed = self.form.cleaned_data if self.form.is_valid() else {}
        return Recherche(
            on=self.acteur.on,
            etats=frozenset(typed.get("etat") or [EtatProfil.ACTIF, EtatProfil.INACTIF]),
            role=typed.get("role", ""),
            utilisateur=typed.get("utilisateur", ""),
            lieux=typed.get("lieux") != NON,
        )

    def filter_later(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        """What bears on the roles, not on the activité, is asked by `recherche`."""
        return queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.recherche.activites(super().filter_queryset(queryset))


REPONSES = [("en_attente", "En attente"), ("validee", "Validés"), ("refusee", "Refusés")]


class ApprobateurFilter(FilterSet):
    """Without a choice, those that wait."""

    reponse = filters.ChoiceFilter(label="Réponse", choices=REPONSES, empty_label=None, method="filter_reponse")
    organisme = SearchKeyFilter(field_name="activite__organisme__sort_key", label="Organisme")
    activite = SearchKeyFilter(field_name="activite__sort_key", label="Activité")
    type = filters.ChoiceFilter(
        field_name="activite__type", label="Type d'activité", choices=type_choices, empty_label="Tous"
    )

    class Meta:
        model = Profil
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, *args: Any, acteur: Any, **kwargs: Any) -> None:
        given = data.copy()
        given.setdefault("reponse", "en_attente")
        super().__init__(given, *args, **kwargs)
        self.acteur = acteur

    def filter_reponse(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "en_attente":
            return queryset.filter(pk__in=Profil.objects.waiting(self.acteur.on).order_by().values("pk"))
        return queryset.filter(validation=value).order_by("-decided_at", "pk")


CHANGEMENTS = {
    events.PROFIL_GIVEN.code: "Rôle donné",
    events.PROFIL_ENDED.code: "Rôle terminé",
    events.APPROBATEUR_PROPOSED.code: "Approbateur proposé",
    events.APPROBATEUR_VALIDATED.code: "Approbateur validé",
    events.APPROBATEUR_REFUSED.code: "Approbateur refusé",
}


class ChangementFilter(FilterSet):
    organisme = filters.CharFilter(field_name="facts__organisme", lookup_expr="icontains", label="Organisme")
    kind = filters.ChoiceFilter(label="Changement", choices=list(CHANGEMENTS.items()), empty_label="Tous")
    since = filters.DateFilter(label="Depuis le", field_name="recorded_at__date", lookup_expr="gte")
    until = filters.DateFilter(label="Jusqu'au", field_name="recorded_at__date", lookup_expr="lte")

    class Meta:
        model = JournalEntry
        fields: list[str] = []
        form = FilterForm
