"""What the Caf answers about an approbateur, or about many."""

from typing import Any

from django import forms

from portail.ui.forms import Form

VALIDER, REFUSER = "valider", "refuser"


class RefusApprobateurForm(Form):
    motif = forms.CharField(
        label="Motif du refus",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L'organisme le lira.",
        error_messages={"required": "Écrivez pourquoi : l'organisme lira ce motif."},
    )


class LotApprobateursForm(Form):
    """One answer for all of them; a refusal has its reason."""

    reponse = forms.ChoiceField(
        label="Réponse",
        choices=[(VALIDER, "Valider"), (REFUSER, "Refuser")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la réponse."},
    )
    motif = forms.CharField(
        label="Motif du refus",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pour un refus : les organismes le liront.",
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("reponse") == REFUSER and not self.cleaned_data.get("motif"):
            self.add_error("motif", "Écrivez pourquoi : les organismes liront ce motif.")
        return cleaned

    @property
    def is_validated(self) -> bool:
        return self.cleaned_data["reponse"] == VALIDER
