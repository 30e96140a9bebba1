"""Filters of the lists; their state lives in the URL."""

from datetime import timedelta

import django_filters as filters
from django.conf import settings
from django.db.models import Count, Q, QuerySet, Value, Window
from django.db.models.functions import Concat
from django.utils import timezone

from portail.conventions.enums import Etat, EtatSuccession
from portail.conventions.models import Caf, Convention, Rattachement, Succession, TypeOrganisme
from portail.habilitations import roles
from portail.habilitations.enums import EtatJustificatif, Nature, Verdict
from portail.habilitations.models import (
    Appartenance,
    Groupe,
    Justificatif,
    LigneImport,
    Suppleance,
    Terme,
    UsageService,
)
from portail.ui.forms import FilterForm, FilterSet
from portail.ui.tables import FOUND

STATUTS = [("ouvert", "Ouvert"), ("cloture", "Clôturé"), ("a_venir", "À venir")]


class SearchKeyFilter(filters.CharFilter):
    """Finds a part of a name, whatever the accents and the case."""

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(**{f"{self.field_name}__holds": value})


def with_statut(queryset: QuerySet, statut: str) -> QuerySet:
    """Rows open, over, or still to come today; what was withdrawn before it covered any day is over."""
    today = timezone.localdate()
    if statut == "a_venir":
        return queryset.filter(opens_on__gt=today, period__isempty=False)
    open_today = queryset.filter(period__contains=today)
    return open_today if statut == "ouvert" else queryset.filter(Q(closes_on__lt=today) | Q(period__isempty=True))


class StatutFilter(filters.ChoiceFilter):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(label="Statut", choices=STATUTS, empty_label="Tous", **kwargs)

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        return with_statut(queryset, value) if value else queryset


ETATS = [*Etat.choices, ("suspendue", "Suspendue")]


class ConventionFilter(FilterSet):
    """« Filtrer convention par » (S0)."""

    libelle = SearchKeyFilter(field_name="sort_key", label="Libellé")
    type = filters.ModelChoiceFilter(
        field_name="organisme__type",
        label="Type de partenaire",
        queryset=TypeOrganisme.objects.all(),
        empty_label="Tous",
    )
    statut = StatutFilter()
    caf_pivot = filters.ModelChoiceFilter(label="CAF pivot", queryset=Caf.objects.all(), empty_label="Toutes")
    etat = filters.ChoiceFilter(label="État", choices=ETATS, empty_label="Tous", method="filter_etat")

    class Meta:
        model = Convention
        fields: list[str] = []
        form = FilterForm

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "suspendue":
            return queryset.filter(is_suspended=True)
        return queryset.filter(etat=value, is_suspended=False)


class UtilisateurFilter(FilterSet):
    """« Filtrer utilisateur par » (S0)."""

    identifiant = filters.CharFilter(
        field_name="utilisateur__identifiant", lookup_expr="istartswith", label="Identifiant"
    )
    nom = SearchKeyFilter(field_name="utilisateur__sort_key", label="Nom")
    prenom = SearchKeyFilter(field_name="utilisateur__sort_key", label="Prénom")
    groupe = filters.ModelChoiceFilter(
        label="Sélectionner un groupe", queryset=Groupe.objects.none(), empty_label="Tous", method="filter_groupe"
    )
    statut = StatutFilter()

    class Meta:
        model = Rattachement
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, groupes: QuerySet[Groupe], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["groupe"].queryset = groupes
        self.filters["groupe"].field.label_from_instance = lambda g: f"{g.code} - {g.libelle}"

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Few people have a part of a name: finding them first, and counting them then, beats walking everybody."""
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("nom") or self.form.cleaned_data.get("prenom"):
            ordered = found.order_by(Concat("utilisateur__sort_key", Value("")), "pk")
            return ordered.annotate(**{FOUND: Window(Count("*"))})
        return found

    def filter_groupe(self, queryset: QuerySet, name: str, groupe: Groupe) -> QuerySet:
        members = Appartenance.objects.open_on(timezone.localdate()).filter(groupe=groupe)
        return queryset.filter(pk__in=members.values("rattachement"))


class GroupeFilter(FilterSet):
    """« Filtrer groupe par » (S2)."""

    code = filters.CharFilter(lookup_expr="istartswith", label="Code")
    libelle = filters.CharFilter(lookup_expr="unaccent__icontains", label="Libellé")
    niveau = filters.NumberFilter(label="Niveau")
    statut = StatutFilter()

    class Meta:
        model = Groupe
        fields: list[str] = []
        form = FilterForm


class MembreFilter(FilterSet):
    nom = SearchKeyFilter(field_name="rattachement__utilisateur__sort_key", label="Nom ou prénom")
    statut = StatutFilter()

    class Meta:
        model = Appartenance
        fields: list[str] = []
        form = FilterForm


class LigneImportFilter(FilterSet):
    """Lines of an import by what comes of them."""

    verdict = filters.ChoiceFilter(label="Résultat", choices=Verdict.choices, empty_label="Tous")
    nom = filters.CharFilter(field_name="values__nom", lookup_expr="icontains", label="Nom")

    class Meta:
        model = LigneImport
        fields: list[str] = []
        form = FilterForm


PERIODES = [("30", "Dans les 30 jours"), ("60", "Dans les 60 jours"), ("passe", "Depuis moins de 30 jours")]
FINS = [("decidees", "Fins décidées seulement"), ("toutes", "Toutes")]


class TermeFilter(FilterSet):
    """What ends: when, of which kind, whose; what somebody decided to end is left out unless asked for."""

    periode = filters.ChoiceFilter(
        label="Se termine", choices=PERIODES, empty_label="Toute la période", method="filter_periode"
    )
    nature = filters.ChoiceFilter(label="Nature", choices=Nature.choices, empty_label="Toutes")
    nom = SearchKeyFilter(field_name="sort_key", label="Nom ou libellé")
    fin = filters.ChoiceFilter(label="Fins", choices=FINS, empty_label="Échéances prévues", method="filter_fin")

    class Meta:
        model = Terme
        fields: list[str] = []
        form = FilterForm

    def filter_periode(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == "passe":
            return queryset.filter(closes_on__lt=today)
        return queryset.filter(closes_on__gte=today, closes_on__lte=today + timedelta(days=int(value)))

    def filter_fin(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_decided=True) if value == "decidees" else queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("fin") else found.filter(is_decided=False)


class SuppleanceFilter(FilterSet):
    titulaire = SearchKeyFilter(field_name="titulaire__utilisateur__sort_key", label="Personne suppléée")
    suppleant = SearchKeyFilter(field_name="suppleant__utilisateur__sort_key", label="Suppléant")
    statut = StatutFilter()

    class Meta:
        model = Suppleance
        fields: list[str] = []
        form = FilterForm


class SuccessionFilter(FilterSet):
    convention = SearchKeyFilter(field_name="titulaire__convention__sort_key", label="Convention")
    administrateur = SearchKeyFilter(field_name="titulaire__utilisateur__sort_key", label="Administrateur")
    etat = filters.ChoiceFilter(label="État", choices=EtatSuccession.choices, empty_label="Tous")

    class Meta:
        model = Succession
        fields: list[str] = []
        form = FilterForm


USAGES = [
    ("suspendu", "Suspendu"),
    ("bientot", "Bientôt suspendu"),
    ("jamais", "Jamais utilisé"),
    ("utilise", "Utilisé dans l'année"),
]


class UsageFilter(FilterSet):
    """The yearly use of each service: whose, which, how it stands."""

    nom = SearchKeyFilter(field_name="rattachement__utilisateur__sort_key", label="Nom ou prénom")
    service = filters.ChoiceFilter(
        label="Service", choices=lambda: [(s.code, s.libelle) for s in roles.SERVICES.values()], empty_label="Tous"
    )
    etat = filters.ChoiceFilter(label="État", choices=USAGES, empty_label="Tous", method="filter_etat")

    class Meta:
        model = UsageService
        fields: list[str] = []
        form = FilterForm

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "suspendu":
            return queryset.filter(suspended_on__isnull=False)
        if value == "jamais":
            return queryset.filter(last_on=None)
        soon = timezone.localdate() + timedelta(days=settings.PORTAIL["USAGE_AVIS_DAYS"])
        if value == "bientot":
            return queryset.filter(suspended_on=None, due_on__lte=soon)
        return queryset.filter(suspended_on=None, last_on__isnull=False)


JUSTIFICATIFS = [
    ("depose", "À vérifier"),
    ("verifie", "Vérifié, valable aujourd'hui"),
    ("fini", "Échu ou retiré"),
    ("refuse", "Refusé"),
]


class JustificatifFilter(FilterSet):
    """Proofs: whose, how they stand."""

    nom = SearchKeyFilter(field_name="utilisateur__sort_key", label="Nom ou prénom")
    etat = filters.ChoiceFilter(label="État", choices=JUSTIFICATIFS, empty_label="Tous", method="filter_etat")

    class Meta:
        model = Justificatif
        fields: list[str] = []
        form = FilterForm

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today, checked = timezone.localdate(), queryset.filter(etat=EtatJustificatif.VERIFIE)
        if value == "verifie":
            return checked.filter(period__contains=today)
        is_over = Q(closes_on__lt=today) | Q(period__isempty=True)
        return checked.filter(is_over) if value == "fini" else queryset.filter(etat=value)
