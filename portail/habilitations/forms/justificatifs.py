"""Forms of proofs: the file, what was seen on it."""

from typing import Any

from django import forms
from django.conf import settings

from portail.habilitations import roles
from portail.habilitations.forms import DatesForm
from portail.ui.forms import DateField, Form


class DepositForm(Form):
    """A file; for which role when several ask for one."""

    role = forms.ChoiceField(label="Pour le rôle")
    fichier = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier PDF, JPEG ou PNG."},
    )

    def __init__(self, *args: Any, asked: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        field.choices = [(code, f"{roles.label(code)} : {roles.proof_label(code)}") for code in asked]  # type: ignore[attr-defined]
        if len(asked) == 1:
            field.widget, field.required, field.initial = forms.HiddenInput(), False, asked[0]
        self.only = asked[0] if len(asked) == 1 else ""
        limit = settings.PORTAIL["JUSTIFICATIF_BYTES"] / 1_000_000
        self.fields["fichier"].help_text = f"Un PDF, ou une photo JPEG ou PNG, de {limit:g} Mo au plus."

    def clean_fichier(self) -> Any:
        given = self.cleaned_data["fichier"]
        limit = settings.PORTAIL["JUSTIFICATIF_BYTES"]
        if given.size > limit:
            raise forms.ValidationError(f"Ce fichier dépasse {limit / 1_000_000:g} Mo : réduisez-le.")
        return given

    @property
    def chosen(self) -> str:
        return self.only or self.cleaned_data["role"]


class CheckForm(DatesForm):
    """Between which days the proof counts."""

    opens_on = DateField(label="Valable à partir du")
    closes_on = DateField(
        label="Valable jusqu'au",
        required=False,
        help_text="Dernier jour compris. Laissez vide si le justificatif n'a pas de fin, comme un diplôme.",
    )


class RefuseJustificatifForm(Form):
    refusal = forms.CharField(
        label="Motif du refus",
        max_length=300,
        help_text="La personne lira ce motif. Par exemple : document illisible, diplôme d'une autre personne.",
    )
