"""Filters of the attestations, the letters and their lots."""

import django_filters as filters
from django.db.models import QuerySet

from portail.cdap.enums import EtatEnvoi, EtatLotPostal, KindAttestation
from portail.cdap.models import Attestation, EnvoiPostal, LotPostal
from portail.habilitations.filters import SearchKeyFilter
from portail.ui.forms import FilterForm, FilterSet

ALL = "tous"


class AttestationFilter(FilterSet):
    kind = filters.ChoiceFilter(label="Attestation", choices=KindAttestation.choices, empty_label="Toutes")
    envoi = filters.ChoiceFilter(
        label="Courrier", choices=EtatEnvoi.choices, empty_label="Tous", field_name="envoi__etat"
    )

    class Meta:
        model = Attestation
        fields: list[str] = []
        form = FilterForm


class EnvoiFilter(FilterSet):
    """Without an état: what no lot has yet."""

    etat = filters.ChoiceFilter(
        label="État",
        choices=[(ALL, "Tous les états"), *[choice for choice in EtatEnvoi.choices if choice[0] != "a_envoyer"]],
        empty_label="À envoyer",
        method="filter_etat",
    )
    kind = filters.ChoiceFilter(label="Attestation", choices=KindAttestation.choices, empty_label="Toutes")
    organisme = SearchKeyFilter(field_name="attestation__organisme__sort_key", label="Demandé par")
    lot = filters.NumberFilter(label="Lot n°")

    class Meta:
        model = EnvoiPostal
        fields: list[str] = []
        form = FilterForm

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("etat") else found.filter(etat=EtatEnvoi.A_ENVOYER)

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset if value == ALL else queryset.filter(etat=value)


class LotPostalFilter(FilterSet):
    etat = filters.ChoiceFilter(label="État", choices=EtatLotPostal.choices, empty_label="Tous")

    class Meta:
        model = LotPostal
        fields: list[str] = []
        form = FilterForm
