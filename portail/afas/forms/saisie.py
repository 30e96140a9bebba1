"""A group of fields of a sheet, made from its definition; what was seen of each field travels with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from portail.afas.calculs import read_number
from portail.afas.calculs.nombres import NotANumber, in_french, kept_number, read_french
from portail.afas.definitions import Champ
from portail.ui.forms import Form

SEEN = "vu-"
THEIRS = "autre-"
KEEP, TAKE = "garder", "prendre"
_YES_NO = [("", "Choisir"), ("oui", "Oui"), ("non", "Non")]


@dataclass(frozen=True)
class Frappe:
    """What somebody typed in a field, and what the field held when he saw it."""

    seen: str
    value: str


class NombreField(forms.CharField):
    """A number as French people write it; cleaned as it is kept."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, champ: Champ, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.champ = champ

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return kept_number(read_french(text, self.champ.decimales)) if text else ""
        except NotANumber as wrong:
            raise forms.ValidationError(str(wrong))

    def prepare_value(self, value: Any) -> Any:
        """What is kept is shown in French; what was typed wrongly comes back as it was typed."""
        return in_french(self.champ, value) if read_number(value) is not None else value


def field_of(champ: Champ) -> forms.Field:
    """The field of a form that takes what this one declares; its help and what is said of it are named by their ids."""
    options: dict[str, Any] = {"required": False, "label": champ.libelle}
    if champ.format == "oui_non":
        field: forms.Field = forms.ChoiceField(choices=_YES_NO, **options)
    elif champ.format == "texte":
        field = forms.CharField(max_length=1000, **options)
    else:
        field = NombreField(champ, **options)
    told = [f"aide-{champ.code}"] if champ.aide or champ.source else []
    field.widget.attrs["aria-describedby"] = " ".join([*told, f"dit-{champ.code}"])
    return field


class GroupeForm(Form):
    """Fields saved together. `frappes` are those that could be read, with what was seen of each."""

    error_summary = False

    def __init__(self, champs: Iterable[Champ], kept: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data, auto_id="champ-%s")
        for champ in champs:
            if champ.calcul is not None:
                continue
            self.fields[champ.code] = field_of(champ)
            self.fields[SEEN + champ.code] = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
            self.initial[champ.code] = self.initial[SEEN + champ.code] = kept.get(champ.code, "")

    @property
    def codes(self) -> list[str]:
        return [name for name in self.fields if not name.startswith(SEEN)]

    @property
    def frappes(self) -> dict[str, Frappe]:
        """Once it was read: what came in for each field without a mistake."""
        return {
            code: Frappe(self.cleaned_data.get(SEEN + code, ""), self.cleaned_data[code])
            for code in self.codes
            if code in self.data and code in self.cleaned_data
        }


def decided(data: Any) -> Any:
    """What was sent, once the choice between two values is applied: « garder » mine, « prendre » the other's."""
    data = data.copy()
    if (mine := data.get(KEEP)) and THEIRS + mine in data:
        data[SEEN + mine] = data[THEIRS + mine]
    if (other := data.get(TAKE)) and THEIRS + other in data:
        data[other] = data[SEEN + other] = data[THEIRS + other]
    return data


class JustificationForm(Form):
    """Why what a check points out is right all the same."""

    error_summary = False

    text = forms.CharField(
        label="Justification",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui explique cet écart. L'approbateur et la Caf la liront ; n'y nommez aucun enfant ni parent.",
        error_messages={"required": "Expliquez l'écart en une phrase."},
    )
    controle = forms.CharField(widget=forms.HiddenInput)
