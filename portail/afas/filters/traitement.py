"""Filters of the queue of the Caf and of the complements; their state lives in the URL."""

from typing import Any

import django_filters as filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Declaration, DemandeComplement, Echeance
from portail.afas.queries.traitement import TO_PROCESS, gestionnaires_of
from portail.habilitations.acteur import Acteur
from portail.habilitations.filters import SearchKeyFilter
from portail.ui.forms import FilterForm, FilterSet

STRONG = 20  # %, of charges or of activity: what the queue calls a strong variation
ALL, MINE, NOBODY = "toutes", "moi", "personne"
SIGNALS = [
    ("retard", "Transmise en retard"),
    ("alertes", "Avec alertes justifiées"),
    ("variation", f"Forte variation ({STRONG} % ou plus)"),
    ("premiere", "Première déclaration"),
]
_ETATS = [(ALL, "Tous les états"), *[c for c in EtatDeclaration.choices if c[0] not in ("a_saisir", "en_cours")]]


def _type_choices() -> list[tuple[str, str]]:
    return [(code, each.libelle) for code, each in types().items()]


def _nature_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (each.libelle, [(f"{code}.{nature}", libelle) for nature, libelle in each.natures.items()])
        for code, each in types().items()
    ]


class TraitementFilter(FilterSet):
    """Without an état: what is to be processed, transmitted or in hand."""

    exercice = filters.ChoiceFilter(label="Exercice", empty_label="Tous", field_name="echeance__exercice")
    phase = filters.ChoiceFilter(
        label="Déclaration", choices=Phase.choices, empty_label="Toutes", field_name="echeance__phase"
    )
    type = filters.ChoiceFilter(
        label="Type d'activité", choices=_type_choices, empty_label="Tous", field_name="activite__type"
    )
    nature = filters.ChoiceFilter(
        label="Nature d'activité", choices=_nature_choices, empty_label="Toutes", method="filter_nature"
    )
    organisme = SearchKeyFilter(field_name="activite__organisme__sort_key", label="Organisme")
    activite = SearchKeyFilter(field_name="activite__sort_key", label="Activité")
    etat = filters.ChoiceFilter(label="État", choices=_ETATS, empty_label="À traiter", method="filter_etat")
    traitant = filters.ChoiceFilter(label="Suivie par", empty_label="Tout le monde", method="filter_traitant")
    signal = filters.ChoiceFilter(label="Signal", choices=SIGNALS, empty_label="Tous", method="filter_signal")

    class Meta:
        model = Declaration
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        years = Echeance.objects.filter(caf=acteur.caf).order_by("-exercice").values_list("exercice", flat=True)
        self.filters["exercice"].extra["choices"] = [(year, str(year)) for year in years.distinct()]
        people = gestionnaires_of(acteur.caf, acteur.on) if acteur.caf else []
        named = [(str(person.pk), person.nom_complet) for person in people]
        self.filters["traitant"].extra["choices"] = [(MINE, "Moi"), (NOBODY, "Personne"), *named]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("etat") else found.filter(etat__in=TO_PROCESS)

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset if value == ALL else queryset.filter(etat=value)

    def filter_nature(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        code, _, nature = value.partition(".")
        return queryset.filter(activite__type=code, activite__nature=nature)

    def filter_traitant(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == NOBODY:
            return queryset.filter(traitant=None)
        return queryset.filter(traitant=self.acteur.utilisateur.pk if value == MINE else value)

    def filter_signal(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        strong = Q()
        for field in ("variation_charges", "variation_activite"):
            strong |= Q(**{f"{field}__gte": STRONG}) | Q(**{f"{field}__lte": -STRONG})
        wanted = {
            "retard": Q(transmitted_at__date__gt=F("echeance__due_on")),
            "alertes": Q(alertes__gt=0),
            "variation": strong,
            "premiere": Q(is_first=True),
        }
        return queryset.filter(wanted[value])


SUIVI = [("ouvertes", "En cours"), ("retard", "Réponse en retard"), ("closes", "Closes")]


class ComplementFilter(FilterSet):
    suivi = filters.ChoiceFilter(label="Suivi", choices=SUIVI, empty_label="Toutes", method="filter_suivi")
    objet = filters.CharFilter(label="Objet", lookup_expr="unaccent__icontains")
    organisme = SearchKeyFilter(field_name="declaration__activite__organisme__sort_key", label="Organisme")
    activite = SearchKeyFilter(field_name="declaration__activite__sort_key", label="Activité")

    class Meta:
        model = DemandeComplement
        fields: list[str] = []
        form = FilterForm

    def filter_suivi(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "closes":
            return queryset.filter(closed_at__isnull=False)
        still = queryset.filter(closed_at=None)
        return still.filter(due_on__lt=timezone.localdate()) if value == "retard" else still
