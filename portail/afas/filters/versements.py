"""Filters of the payments; their state lives in the URL."""

import django_filters as filters
from django.db.models import QuerySet

from portail.afas.definitions import types
from portail.afas.enums import EtatCompte, EtatLot, EtatVersement, NatureVersement
from portail.afas.models import LotPaiement, Versement
from portail.conventions.models import Organisme
from portail.ui.forms import FilterForm, FilterSet


def _types() -> list[tuple[str, str]]:
    return [(code, kind.libelle) for code, kind in types().items()]


class AideFilter(FilterSet):
    """What a partner's person looks for among the money paid to him."""

    etat = filters.ChoiceFilter(label="État", choices=EtatVersement.choices, empty_label="Tous")
    nature = filters.ChoiceFilter(label="Nature", choices=NatureVersement.choices, empty_label="Toutes")
    exercice = filters.NumberFilter(label="Exercice", min_value=2000, max_value=2100)
    activite = filters.CharFilter(label="Activité", field_name="activite__sort_key", lookup_expr="holds")

    class Meta:
        model = Versement
        fields: list[str] = []
        form = FilterForm


class VersementFilter(AideFilter):
    """The Caf also looks by organisation, type and lot."""

    organisme = filters.CharFilter(label="Organisme", field_name="organisme__sort_key", lookup_expr="holds")
    type = filters.ChoiceFilter(
        label="Type d'activité", field_name="activite__type", choices=_types, empty_label="Tous"
    )
    lot = filters.NumberFilter(label="N° de lot de l'année", field_name="lot__numero", min_value=1)


class LotFilter(FilterSet):
    etat = filters.ChoiceFilter(label="État", choices=EtatLot.choices, empty_label="Tous")
    annee = filters.NumberFilter(label="Année", min_value=2000, max_value=2100)

    class Meta:
        model = LotPaiement
        fields: list[str] = []
        form = FilterForm


COMPTES = [("aucun", "Aucun compte validé"), (EtatCompte.EN_ATTENTE, "En attente de validation"), ("valide", "Validé")]


class CompteFilter(FilterSet):
    organisme = filters.CharFilter(label="Organisme", field_name="sort_key", lookup_expr="holds")
    compte = filters.ChoiceFilter(label="Compte", choices=COMPTES, empty_label="Tous", method="filter_compte")

    class Meta:
        model = Organisme
        fields: list[str] = []
        form = FilterForm

    def filter_compte(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == EtatCompte.EN_ATTENTE:
            return queryset.filter(has_waiting=True)
        return queryset.filter(valid_account__isnull=value == "aucun")
