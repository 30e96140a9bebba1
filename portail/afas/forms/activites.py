"""Forms of the activités and of their lieux: the shape of what is typed; rules decide."""

import re
from typing import Any

from django import forms
from django.utils import timezone

from portail.afas.actions.activites import FicheActivite, FicheLieu
from portail.afas.definitions import types
from portail.afas.queries.activites import organismes_like, organismes_of
from portail.conventions.models import Caf
from portail.ui.forms import DateField, Form

_NUMERO = "Lettres sans accent, chiffres et tirets, par exemple 201800132."


class OrganismeField(forms.CharField):
    """An organisme by its SIRET, or by a part of its name that names only one; suggestions help while one types."""

    caf: Caf | None = None

    def offer(self, caf: Caf | None, suggest_url: str) -> None:
        self.caf = caf
        self.widget = forms.TextInput(
            attrs={
                "list": "suggestions",
                "autocomplete": "off",
                "hx-get": suggest_url,
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#suggestions",
            }
        )
        self.widget.is_required = self.required

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        siret = re.sub(r"\s", "", typed)
        if exact := organismes_of(self.caf).filter(siret=siret).first():
            return exact
        found = organismes_like(self.caf, typed)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                "Aucun organisme qui a une convention avec votre Caf ne porte ce SIRET ou ce nom : vérifiez-le, ou "
                "formalisez d'abord une convention avec lui."
            )
        names = ", ".join(f"{each.raison_sociale} ({each.siret})" for each in found[:5])
        raise forms.ValidationError(f"Plusieurs organismes correspondent : {names}… Saisissez le SIRET.")


class ActiviteForm(Form):
    libelle = forms.CharField(label="Libellé", max_length=160)
    genre = forms.ChoiceField(label="Type et nature d'activité")
    numero_dossier = forms.RegexField(
        r"^[A-Za-z0-9-]+$",
        label="Numéro de dossier",
        max_length=20,
        help_text="Il ne sert qu'à une activité de votre Caf.",
        error_messages={"invalid": _NUMERO},
    )
    capacite = forms.IntegerField(
        label="Capacité", required=False, min_value=0, max_value=100_000, help_text="Nombre de places, si elle en a."
    )
    opens_on = DateField(label="Date d'ouverture", initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: list[Any] = [
            (each.libelle, [(f"{each.code}.{nature}", label) for nature, label in each.natures.items()])
            for each in types().values()
        ]
        self.fields["genre"].choices = [("", "(Choisir un type et une nature)"), *known]  # type: ignore[attr-defined]
        self.fields["genre"].error_messages["required"] = "Choisissez le type et la nature de l'activité."

    @property
    def fiche(self) -> FicheActivite:
        typed = self.cleaned_data
        code, _, nature = typed["genre"].partition(".")
        names = ("libelle", "numero_dossier", "capacite", "opens_on")
        return FicheActivite(type=code, nature=nature, **{name: typed[name] for name in names})


class NewActiviteForm(ActiviteForm):
    organisme = OrganismeField(
        label="Organisme",
        max_length=160,
        help_text="Saisissez une partie du nom ou le SIRET, puis choisissez le SIRET proposé.",
    )
    field_order = ("organisme",)

    def __init__(self, *args: Any, caf: Caf | None, suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisme"].offer(caf, suggest_url)  # type: ignore[attr-defined]


class EditActiviteForm(ActiviteForm):
    edition = forms.IntegerField(widget=forms.HiddenInput)


class LieuForm(Form):
    libelle = forms.CharField(label="Libellé", max_length=160)
    adresse = forms.CharField(label="Adresse", max_length=200, required=False)
    code_postal = forms.RegexField(
        r"^[0-9]{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Écrivez cinq chiffres, par exemple 13800."},
    )
    commune = forms.CharField(label="Commune", max_length=80, required=False)
    capacite = forms.IntegerField(label="Capacité", required=False, min_value=0, max_value=100_000)
    opens_on = DateField(label="Date d'ouverture", initial=timezone.localdate)

    @property
    def fiche(self) -> FicheLieu:
        names = ("libelle", "opens_on", "adresse", "code_postal", "commune", "capacite")
        return FicheLieu(**{name: self.cleaned_data[name] for name in names})


class EditLieuForm(LieuForm):
    edition = forms.IntegerField(widget=forms.HiddenInput)


class ClotureForm(Form):
    closes_on = DateField(label="Dernier jour", initial=timezone.localdate, help_text="Compris.")
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez pourquoi : ce motif est gardé dans l'historique."},
    )

    @property
    def answers(self) -> list[dict[str, str]]:
        return [
            {"label": "Dernier jour", "value": f"{self.cleaned_data['closes_on']:%d/%m/%Y}"},
            {"label": "Motif", "value": self.cleaned_data["motif"]},
        ]


class ImportForm(Form):
    fichier = forms.FileField(
        label="Fichier des activités",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="Au format CSV ou Excel (.xlsx), d'après le modèle. Rien n'est enregistré avant votre confirmation.",
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier CSV ou Excel (.xlsx)."},
    )
