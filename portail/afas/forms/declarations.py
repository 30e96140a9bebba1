"""Forms around a declaration: a comment, a file."""

from typing import Any

from django import forms
from django.conf import settings

from portail.ui.forms import Form


class CommentForm(Form):
    text = forms.CharField(
        label="Ajouter un commentaire",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu par les personnes de votre organisme qui suivent cette déclaration ; la Caf ne le lit pas.",
        error_messages={"required": "Écrivez votre commentaire."},
    )


class PieceForm(Form):
    libelle = forms.CharField(label="Libellé", max_length=120, help_text="Par exemple « Compte de résultat signé ».")
    fichier = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier PDF, JPEG ou PNG."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = settings.PORTAIL["JUSTIFICATIF_BYTES"]
        self.fields[
            "fichier"
        ].help_text = f"Un PDF, ou une image JPEG ou PNG, de {self.limit / 1_000_000:g} Mo au plus."

    def clean_fichier(self) -> Any:
        given = self.cleaned_data["fichier"]
        if given.size > self.limit:
            raise forms.ValidationError(f"Ce fichier dépasse {self.limit / 1_000_000:g} Mo : réduisez-le.")
        return given
