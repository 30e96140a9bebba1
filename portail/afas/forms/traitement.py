"""Forms of the processing at the Caf: the shape of what is typed; rules decide."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from portail.afas.actions.complements import Demande
from portail.afas.enums import EtatVolet
from portail.afas.models import Declaration
from portail.afas.queries.traitement import gestionnaires_of
from portail.comptes.models import Utilisateur
from portail.habilitations.acteur import Acteur
from portail.ui.forms import DateField, Form

_DAYS = 15  # proposed to answer; the gestionnaire chooses


class AssignForm(Form):
    """Who works on it from now on."""

    traitant = forms.ModelChoiceField(
        label="Attribuer à", queryset=Utilisateur.objects.none(), required=False, empty_label="Personne"
    )

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["traitant"]
        assert acteur.caf is not None  # noqa: S101 -- the rule of the page has said so
        field.queryset = gestionnaires_of(acteur.caf, acteur.on)  # type: ignore[attr-defined]
        field.label_from_instance = lambda person: person.nom_complet  # type: ignore[attr-defined]


class NothingForm(Form):
    """An act that asks for nothing but to be confirmed."""


class ComplementForm(Form):
    """What is asked, by when, and which sheets may be corrected."""

    objet = forms.CharField(
        label="Objet", max_length=200, help_text="En quelques mots : c'est le titre que le partenaire lira."
    )
    message = forms.CharField(
        label="Votre demande",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Dites ce qui manque ou ce qui surprend, et ce que vous attendez.",
        error_messages={"required": "Écrivez ce que vous demandez."},
    )
    due_on = DateField(label="Réponse attendue le")
    volets = forms.MultipleChoiceField(
        label="Volets à rouvrir",
        widget=forms.CheckboxSelectMultiple,
        help_text="Seuls ces volets pourront être corrigés ; les autres restent soumis tels quels.",
        error_messages={"required": "Choisissez au moins un volet à rouvrir."},
    )

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_on": timezone.localdate() + timedelta(days=_DAYS)})
        super().__init__(*args, **kwargs)
        volets = declaration.volets.filter(etat=EtatVolet.SOUMIS).select_related("lieu")
        self.fields["volets"].choices = [(volet.pk, str(volet)) for volet in volets]  # type: ignore[attr-defined]

    @property
    def demande(self) -> Demande:
        typed = self.cleaned_data
        return Demande(typed["objet"], typed["due_on"], typed["message"], [int(pk) for pk in typed["volets"]])


class AnswerForm(Form):
    """One message of the thread."""

    text = forms.CharField(
        label="Votre message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez votre message."},
    )


class DecideForm(Form):
    """The right that was read, and the confirmation that it was."""

    empreinte = forms.CharField(widget=forms.HiddenInput)
    is_read = forms.BooleanField(label="J'ai relu ce calcul et les justifications des alertes")


class NotifyForm(Form):
    """The right that was read."""

    empreinte = forms.CharField(widget=forms.HiddenInput)


class ReopenForm(Form):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il sera lu par ceux qui suivent cette déclaration.",
        error_messages={"required": "Dites pourquoi vous reprenez la décision."},
    )


class RecalculForm(Form):
    """Which year to work out again."""

    exercice = forms.TypedChoiceField(label="Exercice", coerce=int)

    def __init__(self, *args: Any, exercices: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercice"].choices = [(year, str(year)) for year in exercices]  # type: ignore[attr-defined]
