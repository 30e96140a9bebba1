"""The filter bar of the fiches, which are no rows of the base."""

from typing import Any

from portail.aide.definitions import Fiche
from portail.aide.forms import RechercheForm
from portail.aide.queries import fiches_for
from portail.habilitations.acteur import Acteur


class FicheFilter:
    """As a FilterSet is for the filter bar: `form`, and what it lets through."""

    def __init__(self, data: Any, acteur: Acteur) -> None:
        self.form = RechercheForm(data)
        self.acteur = acteur
        is_valid = self.form.is_valid()
        self._asked: dict[str, str] = {
            name: self.form.cleaned_data.get(name, "") if is_valid else "" for name in self.form.fields
        }

    @property
    def asked(self) -> str:
        return self._asked["mots"]

    @property
    def found(self) -> list[Fiche]:
        return fiches_for(self.acteur, self.asked, self._asked["service"], self._asked["public"])
