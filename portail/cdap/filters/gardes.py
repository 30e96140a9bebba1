"""Filters of the watch; their state lives in the URL."""

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from portail.cdap.definitions.gardes import TOUS
from portail.cdap.enums import EtatAlerte, EtatJustification, Niveau
from portail.cdap.models import Alerte, Consultation, DemandeJustification
from portail.cdap.roles import SERVICE
from portail.ui.forms import FilterForm, FilterSet

USUAL, LONGEST = timedelta(days=29), timedelta(days=91)


class AlerteFilter(FilterSet):
    etat = filters.ChoiceFilter(label="État", choices=EtatAlerte.choices, empty_label="Tous")
    detecteur = filters.ChoiceFilter(
        label="Ce qui a été vu", choices=[(each.code, each.libelle) for each in TOUS.values()], empty_label="Tout"
    )
    niveau = filters.ChoiceFilter(label="Niveau", choices=Niveau.choices, empty_label="Tous")
    organisme = filters.CharFilter("organisme__sort_key", "holds", label="Organisme")
    personne = filters.CharFilter("utilisateur__sort_key", "holds", label="Personne")
    du = filters.DateFilter("jour", "gte", label="Du")
    au = filters.DateFilter("jour", "lte", label="Au")

    class Meta:
        model = Alerte
        fields: list[str] = []
        form = FilterForm


class JustificationFilter(FilterSet):
    etat = filters.ChoiceFilter(label="État", choices=EtatJustification.choices, empty_label="Tous")
    organisme = filters.CharFilter("organisme__sort_key", "holds", label="Organisme")
    personne = filters.CharFilter("utilisateur__sort_key", "holds", label="Personne")

    class Meta:
        model = DemandeJustification
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.filters["organisme"], self.filters["personne"]


class SupervisionFilter(FilterSet):
    """A period, 30 days up to today unless another is chosen, 92 at most; and a profile."""

    du = filters.DateFilter(label="Du", method="keep")
    au = filters.DateFilter(label="Au", method="keep")
    profil = filters.ChoiceFilter(
        label="Profil",
        choices=[(role.code, role.libelle) for role in SERVICE.roles],
        empty_label="Tous",
        method="keep",
    )

    class Meta:
        model = Consultation
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Consultation.objects.none(), **kwargs)
        self.on = on

    def keep(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """The page reads what was chosen from `period` and `profil_chosen`."""
        return queryset

    @property
    def _chosen(self) -> dict[str, Any]:
        return self.form.cleaned_data if self.is_valid() else {}

    @property
    def period(self) -> tuple[date, date]:
        """First and last day, both included."""
        last = self._chosen.get("au") or self.on
        first = self._chosen.get("du") or last - USUAL
        return max(min(first, last), last - LONGEST), last

    @property
    def profil_chosen(self) -> str:
        return self._chosen.get("profil") or ""
