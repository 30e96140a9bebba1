"""Forms of the oppositions."""

import re

from django import forms

from portail.ui.forms import Form

_NUMERO = re.compile(r"^([0-9]{1,7}) ?[A-Za-z]?$")


class NumeroField(forms.CharField):
    """A number of allocataire: 1 to 7 digits, with or without its letter; cleaned, an integer."""

    def __init__(self, **kwargs: object) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        defaults = {
            "label": "Numéro allocataire",
            "max_length": 9,
            "widget": forms.TextInput(attrs=attrs),
            "error_messages": {"required": "Saisissez le numéro allocataire."},
        }
        super().__init__(**(defaults | kwargs))  # type: ignore[arg-type]

    def clean(self, value: object) -> int:
        found = _NUMERO.match(str(super().clean(value)).strip())
        if found is None or not int(found[1]):
            raise forms.ValidationError("Un numéro allocataire a de 1 à 7 chiffres, et parfois une lettre à la fin.")
        return int(found[1])


class OppositionForm(Form):
    numero = NumeroField()
    source = forms.CharField(
        label="Demande reçue",
        max_length=300,
        help_text="Quand et comment la personne s'est opposée. Par exemple : courrier du 12/03/2026.",
        error_messages={"required": "Dites comment la personne s'est opposée."},
    )


class OppositionEndForm(Form):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Écrivez pourquoi l'opposition est levée."},
    )


class OppositionFindForm(Form):
    """Sent by POST: a number never stands in an address."""

    is_sent_once = False
    numero = NumeroField(label="Chercher un numéro")
