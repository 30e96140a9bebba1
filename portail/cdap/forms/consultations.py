"""To ask for a file. What is typed is never kept in a draft, and the number never remembered."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from portail.cdap.forms.oppositions import NumeroField
from portail.cdap.queries.titres import Titre
from portail.conventions.models import Caf
from portail.ui.forms import DateField, Form

_TYPED_BY_HAND = {"autocomplete": "off", "spellcheck": "false"}


class _DemandeForm(Form):
    """The profile, the Caf and the purpose among those of his conventions; the motive of the day."""

    titre = forms.ChoiceField(
        label="À quel titre", error_messages={"required": "Choisissez à quel titre vous consultez."}
    )
    caf = forms.ModelChoiceField(label="Caf de la personne", queryset=Caf.objects.all(), empty_label=None)
    finalite = forms.ChoiceField(
        label="Finalité",
        help_text="Parmi celles que prévoit votre convention.",
        error_messages={"required": "Choisissez la finalité de cette consultation."},
    )
    motif = forms.CharField(
        label="Motif",
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pourquoi vous avez besoin de ce dossier aujourd'hui. La Caf et la personne peuvent le lire.",
        error_messages={
            "required": "Écrivez pourquoi vous avez besoin de ce dossier aujourd'hui.",
            "min_length": "Écrivez le motif en quelques mots.",
        },
    )
    is_informed = forms.BooleanField(
        label="La personne est informée de cette consultation et ne s'y oppose pas.",
        error_messages={"required": "Informez la personne, puis cochez cette case si elle ne s'y oppose pas."},
    )

    def __init__(self, *args: Any, titres: Sequence[Titre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titres = {titre.code: titre for titre in titres}
        self._choose("titre", self._titres_written(titres))
        cafs = sorted({caf for titre in titres for caf in titre.cafs}, key=lambda caf: caf.code)
        # Every Caf is a valid answer, and those of the conventions alone are offered: another gets the same refusal as
        # an unknown number.
        self.fields["caf"].widget.choices = [(caf.pk, f"{caf.nom} ({caf.code})") for caf in cafs]
        if len(cafs) == 1:
            self.fields["caf"].initial = cafs[0].pk
        finalites = dict.fromkeys(finalite for titre in titres for finalite in titre.finalites)
        self._choose("finalite", [(finalite, finalite) for finalite in finalites])

    def _titres_written(self, titres: Sequence[Titre]) -> list[tuple[str, str]]:
        """The profile alone when there is one convention, which the help then names: together they are cut."""
        conventions = {titre.convention: titre.convention_label for titre in titres}
        if len(conventions) == 1:
            self.fields["titre"].help_text = f"Au titre de la convention « {titres[0].convention_label} »."
            return [(titre.code, titre.role_label) for titre in titres]
        return [(titre.code, f"{titre.role_label}, convention « {titre.convention_label} »") for titre in titres]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The only choice is taken, and not asked."""
        field: Any = self.fields[name]
        field.choices = choices if len(choices) == 1 else [("", "Choisissez…"), *choices]
        if len(choices) == 1:
            field.initial, field.widget = choices[0][0], forms.HiddenInput()

    @property
    def chosen(self) -> Titre:
        return self.titres[self.cleaned_data["titre"]]


class NumeroForm(_DemandeForm):
    numero = NumeroField(help_text="De 1 à 7 chiffres, avec ou sans sa lettre. Par exemple 9012345 A.")
    field_order = ("titre", "caf", "numero", "finalite", "motif", "is_informed")


class IdentiteForm(_DemandeForm):
    nom = forms.CharField(
        label="Nom de naissance",
        max_length=80,
        widget=forms.TextInput(attrs=_TYPED_BY_HAND),
        help_text="Le nom exact : aucune recherche approchée n'est faite.",
    )
    ne_le = DateField(label="Date de naissance")
    field_order = ("titre", "caf", "nom", "ne_le", "finalite", "motif", "is_informed")

    def clean_ne_le(self) -> date:
        born: date = self.cleaned_data["ne_le"]
        if born > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir : vérifiez l'année de naissance.")
        return born
