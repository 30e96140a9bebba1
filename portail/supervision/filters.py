"""Filters of the journal and of the search of rights."""

import re
from datetime import date, datetime
from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.utils import timezone

from portail.habilitations.models import Habilitation
from portail.journal.models import JournalEntry, Result
from portail.supervision.queries import connu
from portail.supervision.queries.habilitations import ETATS, NEVER, Search, role_choices, service_choices
from portail.supervision.queries.journal import Question
from portail.ui.forms import FilterForm, FilterSet


class JournalFilter(FilterSet):
    by = filters.CharFilter(label="Identifiant de l'auteur")
    since = filters.DateFilter(label="Depuis le")
    until = filters.DateFilter(label="Jusqu'au")
    result = filters.ChoiceFilter(label="Résultat", choices=Result.choices, empty_label="Tous")

    class Meta:
        model = JournalEntry
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, queryset=JournalEntry.objects.none(), **kwargs)

    @property
    def asked(self) -> Question | None:
        """The question; None when it must be corrected: no answer is given to another one."""
        if not self.is_valid():
            return None
        return Question(**{name: value for name, value in self.form.cleaned_data.items() if value})


class InstantInput(forms.DateTimeInput):
    """The browser's own picker, which shows nothing finer than a thousandth of a second."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)
        return re.sub(r"(\.\d{3})\d+$", r"\1", shown) if shown else None


class InstantField(forms.DateTimeField):
    """A day and an hour of Paris, as the browser's own picker gives them."""

    widget = InstantInput(format="%Y-%m-%dT%H:%M:%S")
    default_error_messages: ClassVar = {"invalid": "Saisissez une date et une heure, par exemple 31/12/2026 08:30."}

    def __init__(self, **kwargs: Any) -> None:
        formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%d/%m/%Y %H:%M")
        super().__init__(input_formats=formats, **kwargs)


class InstantFilter(filters.Filter):
    field_class = InstantField


class SearchForm(FilterForm):
    def clean_connu_le(self) -> datetime | None:
        """Not before the portal began to remember, and not in the future."""
        instant = self.cleaned_data["connu_le"]
        if instant is None:
            return None
        if instant > timezone.now():
            raise forms.ValidationError("Cet instant est à venir : le portail ne peut dire que ce qu'il a su.")
        since = connu.known_since()
        if instant < since:
            local = timezone.localtime(since)
            raise forms.ValidationError(
                f"Le portail garde la mémoire de chaque changement depuis le {local:%d/%m/%Y à %Hh%M}. "
                "Choisissez un instant postérieur."
            )
        return instant

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("connu_le") and typed.get("etat") == NEVER:
            self.add_error("etat", "« Jamais effective » ne se demande qu'avec ce que le portail sait aujourd'hui.")
        return typed


class HabilitationFilter(FilterSet):
    """The question of the search, kept whole in the URL."""

    personne = filters.CharFilter(label="Personne")
    organisme = filters.CharFilter(label="Organisme ou SIRET")
    convention = filters.CharFilter(label="Convention ou numéro")
    service = filters.ChoiceFilter(label="Service", choices=service_choices, empty_label="Tous")
    role = filters.ChoiceFilter(label="Rôle", choices=role_choices, empty_label="Tous")
    etat = filters.ChoiceFilter(label="État", choices=ETATS, empty_label=None)
    jour = filters.DateFilter(label="Jour")
    connu_le = InstantFilter(label="Tel qu'on le savait le")

    class Meta:
        model = Habilitation
        fields: list[str] = []
        form = SearchForm

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, queryset=Habilitation.objects.none(), **kwargs)

    @property
    def asked(self) -> Search | None:
        """The question; None when it must be corrected: no answer is given to another one."""
        if not self.is_valid():
            return None
        given = {name: value for name, value in self.form.cleaned_data.items() if value}
        return Search(**{"jour": timezone.localdate(), **given})


class ExplanationFilter(HabilitationFilter):
    """The day, and the instant of what was known, of an explanation."""

    personne = organisme = convention = service = role = etat = None


class AnomalieFilter(FilterSet):
    nom = filters.CharFilter(label="Convention")

    class Meta:
        model = Habilitation
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, queryset=Habilitation.objects.none(), **kwargs)

    @property
    def convention(self) -> str:
        return self.form.cleaned_data.get("nom", "") if self.is_valid() else ""


class MoisFilter(FilterSet):
    """The month of the figures; the newest known one when nothing is chosen."""

    mois = filters.ChoiceFilter(label="Mois", choices=(), empty_label=None)

    class Meta:
        model = Habilitation
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: object, months: list[date], **kwargs: object) -> None:
        super().__init__(*args, queryset=Habilitation.objects.none(), **kwargs)
        self.filters["mois"].extra["choices"] = [(f"{month:%Y-%m}", f"{month:%m/%Y}") for month in months]

    @property
    def first_day(self) -> date | None:
        typed = self.form.cleaned_data.get("mois") if self.is_valid() else None
        return date.fromisoformat(f"{typed}-01") if typed else None
