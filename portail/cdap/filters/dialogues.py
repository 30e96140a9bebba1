"""Filters of the dialogues."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from portail.cdap.enums import EtatDialogue
from portail.cdap.models import Dialogue, SujetDialogue
from portail.cdap.models.dialogues import AWAITS_CAF
from portail.cdap.queries.dialogues import gestionnaires_of, late_before
from portail.habilitations.acteur import Acteur
from portail.habilitations.filters import SearchKeyFilter, StatutFilter
from portail.ui.forms import FilterForm, FilterSet

ALL, MINE, NOBODY = "tous", "moi", "personne"
COLLEAGUES = "collegues"
_READ = [("a_lire", "Avec une réponse à lire")]


class MesDialoguesFilter(FilterSet):
    """`qui` chooses the rows before the others filter them: see the view."""

    qui = filters.ChoiceFilter(
        label="Dialogues",
        choices=[(COLLEAGUES, "De mes collègues, à reprendre")],
        empty_label="Les miens",
        method="keep",
    )
    etat = filters.ChoiceFilter(label="État", choices=EtatDialogue.choices, empty_label="Tous")
    lecture = filters.ChoiceFilter(label="Lecture", choices=_READ, empty_label="Tous", method="filter_unread")
    sujet = filters.CharFilter(label="Sujet", lookup_expr="unaccent__icontains")

    class Meta:
        model = Dialogue
        fields: list[str] = []
        form = FilterForm

    def keep(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def filter_unread(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_unread=True)


class DialogueQueueFilter(FilterSet):
    """Without an état: what waits for the Caf."""

    etat = filters.ChoiceFilter(
        label="État",
        choices=[(ALL, "Tous les états"), *EtatDialogue.choices],
        empty_label="Qui attendent la Caf",
        method="filter_etat",
    )
    agent = filters.ChoiceFilter(label="Suivi par", empty_label="Tout le monde", method="filter_agent")
    delai = filters.ChoiceFilter(
        label="Délai", choices=[("retard", "En retard")], empty_label="Tous", method="filter_late"
    )
    sujet = filters.CharFilter(label="Sujet", lookup_expr="unaccent__icontains")
    organisme = SearchKeyFilter(field_name="organisme__sort_key", label="Organisme")

    class Meta:
        model = Dialogue
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        people = gestionnaires_of(acteur.caf, acteur.on) if acteur.caf else []
        named = [(str(person.pk), person.nom_complet) for person in people]
        self.filters["agent"].extra["choices"] = [(MINE, "Moi"), (NOBODY, "Personne"), *named]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("etat") else found.filter(etat__in=AWAITS_CAF)

    def filter_etat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset if value == ALL else queryset.filter(etat=value)

    def filter_agent(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == NOBODY:
            return queryset.filter(agent=None)
        return queryset.filter(agent=self.acteur.utilisateur.pk if value == MINE else value)

    def filter_late(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if self.acteur.caf is None:
            return queryset.none()
        return queryset.filter(etat__in=AWAITS_CAF, last_at__lt=late_before(self.acteur.caf))


class SujetFilter(FilterSet):
    libelle = filters.CharFilter(label="Sujet", lookup_expr="unaccent__icontains")
    statut = StatutFilter()

    class Meta:
        model = SujetDialogue
        fields: list[str] = []
        form = FilterForm
