"""What is looked for in the fiches."""

from typing import Any

from django import forms

from portail.aide.queries import MINE, public_choices, service_choices
from portail.ui.forms import FilterForm


class RechercheForm(FilterForm):
    mots = forms.CharField(
        label="Mots cherchés",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    service = forms.ChoiceField(label="Service", required=False)
    public = forms.ChoiceField(label="Pour qui", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, str]]] = {
            "service": [("", "Tous"), *service_choices()],
            "public": [("", "Tout le monde"), (MINE, "Moi"), *public_choices()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
