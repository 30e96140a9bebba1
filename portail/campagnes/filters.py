"""Filters of the lines of a campaign, and of those one has to answer."""

import django_filters as filters
from django.db.models import QuerySet

from portail.campagnes.enums import OPEN, Effet, EtatCampagne, Niveau, Reponse
from portail.campagnes.models import Campagne, LigneCampagne
from portail.campagnes.queries.revues import given_to
from portail.habilitations.acteur import Acteur
from portail.habilitations.filters import SearchKeyFilter
from portail.supervision.queries.habilitations import role_choices, service_choices
from portail.ui.forms import FilterForm, FilterSet

TO_DO = "a_traiter"
ALL = "toutes"
ANSWERS = [(TO_DO, "À traiter"), *Reponse.choices]


class CampagneFilter(FilterSet):
    libelle = filters.CharFilter(lookup_expr="unaccent__icontains", label="Intitulé")
    etat = filters.ChoiceFilter(label="État", choices=EtatCampagne.choices, empty_label="Tous")

    class Meta:
        model = Campagne
        fields: list[str] = []
        form = FilterForm


class _LignesFilter(FilterSet):
    """What the lines of a campaign and those of a reviewer are both found by."""

    personne = SearchKeyFilter(field_name="utilisateur__sort_key", label="Personne")
    groupe = filters.CharFilter(field_name="groupe__libelle", lookup_expr="unaccent__icontains", label="Groupe")
    service = filters.ChoiceFilter(
        label="Service", choices=service_choices, empty_label="Tous", method="filter_service"
    )
    reponse = filters.ChoiceFilter(label="Réponse", choices=ANSWERS, empty_label="Toutes", method="filter_reponse")

    def filter_service(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        codes = [code for label, roles in role_choices() for code, _ in roles if code.startswith(f"{value}.")]
        return queryset.filter(roles__overlap=codes)

    def filter_reponse(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(reponse__in=OPEN) if value == TO_DO else queryset.filter(reponse=value)


class LigneFilter(_LignesFilter):
    """The lines of one campaign."""

    niveau = filters.ChoiceFilter(label="Demandé à", choices=Niveau.choices, empty_label="Tous")
    effet = filters.ChoiceFilter(label="Effet", choices=Effet.choices, empty_label="Tous")
    relecteur = SearchKeyFilter(field_name="relecteur__sort_key", label="Relecteur")

    class Meta:
        model = LigneCampagne
        fields: list[str] = []
        form = FilterForm


class RevueFilter(_LignesFilter):
    """The lines one may answer: at first those that are given to him."""

    campagne = filters.ModelChoiceFilter(
        label="Campagne", queryset=Campagne.objects.filter(etat=EtatCampagne.OUVERTE), empty_label="Toutes"
    )
    a_qui = filters.ChoiceFilter(
        label="Confiées",
        choices=[(ALL, "À moi ou à un autre")],
        empty_label="À moi",
        method="filter_a_qui",
    )

    class Meta:
        model = LigneCampagne
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, acteur: Acteur, queryset: QuerySet, **kwargs: object) -> None:
        super().__init__(*args, queryset=queryset, **kwargs)
        self.acteur = acteur
        asked = queryset.order_by().values("campagne").distinct()
        self.filters["campagne"].queryset = Campagne.objects.filter(pk__in=asked)
        if acteur.caf is not None:
            del self.filters["a_qui"]

    def filter_a_qui(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("a_qui") == ALL else given_to(self.acteur, found)
