"""Filters of the barèmes and of the thresholds."""

from typing import Any

import django_filters as filters
from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.enums import EtatChiffre
from portail.afas.models import ChiffreBareme, SeuilControle
from portail.afas.queries.baremes import ChiffreLu, SeuilLu, chiffres_for, exercices, seuils_of
from portail.habilitations.acteur import Acteur
from portail.ui.forms import FilterForm, FilterSet


def _types() -> list[tuple[str, str]]:
    return [(each.code, each.libelle) for each in types().values()]


def _exercices() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in reversed(exercices(timezone.localdate()))]


class BaremeFilter(FilterSet):
    """The barème of one exercice, this year's unless another is asked for."""

    exercice = filters.ChoiceFilter(label="Exercice", choices=_exercices, empty_label=None)
    type = filters.ChoiceFilter(label="Type d'activité", choices=_types, empty_label="Tous")
    etat = filters.ChoiceFilter(label="État", choices=EtatChiffre.choices, empty_label="Tous")

    class Meta:
        model = ChiffreBareme
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, *, acteur: Acteur) -> None:
        self.acteur = acteur
        asked = data.copy()
        asked.setdefault("exercice", str(acteur.on.year))
        super().__init__(asked, queryset=ChiffreBareme.objects.none())

    @property
    def rows(self) -> list[ChiffreLu]:
        """None when the question must be corrected: no answer is given to another one."""
        if not self.is_valid():
            return []
        asked: dict[str, Any] = self.form.cleaned_data
        found = chiffres_for(self.acteur, int(asked["exercice"]))
        return [
            chiffre
            for chiffre in found
            if asked["type"] in ("", chiffre.type.code) and asked["etat"] in ("", chiffre.etat)
        ]


class SeuilFilter(FilterSet):
    type = filters.ChoiceFilter(label="Type d'activité", choices=_types, empty_label="Tous")
    origine = filters.ChoiceFilter(
        label="Choisi par", choices=[("Votre Caf", "Votre Caf"), ("Portail", "Portail")], empty_label="Tous"
    )

    class Meta:
        model = SeuilControle
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, *, acteur: Acteur) -> None:
        self.acteur = acteur
        super().__init__(data, queryset=SeuilControle.objects.none())

    @property
    def rows(self) -> list[SeuilLu]:
        if not self.is_valid():
            return []
        asked: dict[str, Any] = self.form.cleaned_data
        return [
            seuil
            for seuil in seuils_of(self.acteur)
            if asked["type"] in ("", seuil.type.code) and asked["origine"] in ("", seuil.origine)
        ]
