"""Forms of suppléances and successions."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portail.comptes.forms import NomField
from portail.conventions.models import Rattachement
from portail.habilitations.actions.successions import Proposal
from portail.habilitations.forms import RattachementField
from portail.ui.forms import DateField, Form

_PAST = "Cette date est passée : choisissez aujourd'hui ou un jour à venir."


class SuppleanceForm(Form):
    """Who, from when to when, and why."""

    suppleant = RattachementField(
        label="Suppléant",
        empty_label="(Choisir une personne)",
        help_text="Une autre personne de la convention. Ses propres droits dans les services ne changent pas.",
        error_messages={"required": "Choisissez la personne qui vous supplée."},
    )
    opens_on = DateField(label="Du", initial=timezone.localdate)
    closes_on = DateField(label="Au", help_text="Dernier jour compris. Vous pourrez y mettre fin plus tôt.")
    motif = forms.CharField(label="Motif", max_length=300, help_text="Par exemple : congés, arrêt, mission.")

    def __init__(self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["suppleant"].offer(people, suggest_url)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        opens_on, closes_on = self.cleaned_data.get("opens_on"), self.cleaned_data.get("closes_on")
        if opens_on and opens_on < timezone.localdate():
            self.add_error("opens_on", _PAST)
        elif opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", "La fin précède le début de la suppléance.")
        return cleaned

    def answers(self, lent: str) -> list[dict[str, str]]:
        """What was typed, and what it lends, as the confirmation shows it."""
        typed = self.cleaned_data
        utilisateur = typed["suppleant"].utilisateur
        return [
            {"label": "Suppléant", "value": f"{utilisateur.nom_complet} ({utilisateur.identifiant})"},
            {"label": "Jours", "value": f"Du {typed['opens_on']:%d/%m/%Y} au {typed['closes_on']:%d/%m/%Y}, compris"},
            {"label": "Il pourra gérer à votre place", "value": lent},
            {"label": "Il ne pourra pas", "value": "changer ses droits ni les vôtres, ni nommer lui-même un suppléant"},
            {"label": "Motif", "value": typed["motif"]},
        ]


class EndSuppleanceForm(Form):
    motif = forms.CharField(label="Motif", max_length=300, help_text="Les deux personnes en sont averties.")


class SuccessionForm(Form):
    """Somebody of the convention, or a new person; from which day; whether the titulaire stops on the eve."""

    successeur = RattachementField(
        label="Personne de la convention",
        required=False,
        empty_label="(Une nouvelle personne, ci-dessous)",
    )
    nom = NomField(label="Nom de la nouvelle personne", required=False)
    prenom = NomField(label="Prénom de la nouvelle personne", required=False)
    courriel = forms.EmailField(
        label="Adresse mail de la nouvelle personne",
        max_length=254,
        required=False,
        help_text="Son identifiant et son mot de passe provisoire y seront envoyés, une fois la proposition acceptée.",
    )
    effective_on = DateField(label="Date du changement", help_text="Premier jour où le successeur administre.")
    ends_titulaire = forms.BooleanField(label="Je cesse d'être administrateur la veille", required=False, initial=True)
    motif = forms.CharField(
        label="Motif", max_length=300, help_text="Par exemple : départ en retraite. Votre Caf lira ce texte."
    )

    def __init__(self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successeur"].offer(people, suggest_url)  # type: ignore[attr-defined]

    def clean_effective_on(self) -> date:
        effective_on = self.cleaned_data["effective_on"]
        if effective_on < timezone.localdate():
            raise forms.ValidationError(_PAST)
        return effective_on

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        named = ("nom", "prenom", "courriel")
        typed = [name for name in named if self.cleaned_data.get(name)]
        if self.cleaned_data.get("successeur") and typed:
            self.add_error("successeur", "Choisissez une personne de la convention, ou décrivez-en une nouvelle.")
        elif not self.cleaned_data.get("successeur") and "successeur" not in self.errors:
            for name in named:
                if name not in typed and name not in self.errors:
                    sentence = "Choisissez une personne de la convention, ou donnez nom, prénom et adresse mail."
                    self.add_error(name if typed else "successeur", sentence)
                    break
        return cleaned

    @property
    def proposal(self) -> Proposal:
        return Proposal(**self.cleaned_data)


class SuccessionRefusalForm(Form):
    decision = forms.CharField(label="Motif du refus", max_length=300, help_text="L'administrateur lira ce motif.")
