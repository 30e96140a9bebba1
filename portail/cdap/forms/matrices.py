"""Forms of the matrix: a box for each profile and each field."""

from collections.abc import Mapping
from typing import Any

from django import forms

from portail.cdap.definitions.champs import everything
from portail.cdap.definitions.matrice import Matrice
from portail.cdap.roles import SERVICE
from portail.ui.forms import Form


def box(profil: str, code: str) -> str:
    """The name of the box."""
    return f"{profil}|{code}"


class MatriceForm(Form):
    """`vu`: the version that was shown. The boxes are read by `opened`: they are too many to be fields."""

    vu = forms.IntegerField(widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Raison du changement",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="L'acte ou la décision qui la fonde. Elle reste dans l'historique.",
        error_messages={"required": "Écrivez pourquoi la matrice change."},
    )

    @property
    def opened(self) -> Matrice:
        """What is ticked."""
        return opened_in(self.data)


def opened_in(data: Mapping[str, Any]) -> Matrice:
    return {
        role.code: frozenset(code for code in everything() if box(role.code, code) in data) for role in SERVICE.roles
    }


DECISIONS = [("valider", "Mettre en vigueur : elle vaut dès la page suivante de chacun"), ("refuser", "Refuser")]


class MatriceDecisionForm(Form):
    decision = forms.ChoiceField(
        label="Votre décision",
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre décision."},
    )
    motif = forms.CharField(
        label="Motif du refus", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("decision") == "refuser" and not self.cleaned_data.get("motif"):
            self.add_error("motif", "Écrivez pourquoi : la personne qui l'a proposée lira ce motif.")
        return cleaned
