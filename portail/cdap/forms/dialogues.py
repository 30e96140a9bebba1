"""To write to the Caf, to answer, to follow. What is typed is never kept in a draft."""

from typing import Any

from django import forms

from portail.cdap.queries.dialogues import gestionnaires_of, sujets_of
from portail.comptes.models import Utilisateur
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.ui.forms import Form

_CAREFUL = (
    "N'écrivez ni donnée de santé, ni donnée d'une autre personne que celles du dossier : la Caf n'en a pas besoin "
    "pour répondre."
)


class _MessageForm(Form):
    text = forms.CharField(
        label="Votre message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_CAREFUL,
        error_messages={"required": "Écrivez votre message."},
    )


class DialogueForm(_MessageForm):
    """The subject among those of the Caf, then the message."""

    sujet = forms.ChoiceField(label="Sujet", error_messages={"required": "Choisissez le sujet de votre message."})
    field_order = ("sujet", "text")

    def __init__(self, *args: Any, caf: Caf, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(sujet, sujet) for sujet in sujets_of(caf, acteur.on)]
        self.fields["sujet"].choices = [("", "Choisissez…"), *choices]  # type: ignore[attr-defined]


class AnswerForm(_MessageForm):
    """The answer of the partner."""


class CafAnswerForm(_MessageForm):
    """The answer of the Caf, that may itself be a question."""

    is_awaiting = forms.BooleanField(label="J'attends une précision du partenaire", required=False)


class AgentForm(Form):
    """Who answers from now on."""

    agent = forms.ModelChoiceField(
        label="Attribuer à",
        queryset=Utilisateur.objects.none(),
        empty_label="Choisissez…",
        error_messages={"required": "Choisissez un gestionnaire."},
    )

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agent"]
        assert acteur.caf is not None  # noqa: S101 -- the rule of the page has said so
        field.queryset = gestionnaires_of(acteur.caf, acteur.on)
        field.label_from_instance = lambda person: person.nom_complet


class SujetForm(Form):
    libelle = forms.CharField(
        label="Sujet",
        max_length=120,
        help_text="En quelques mots, sans nom de personne : il est repris dans les courriels.",
    )


class DelaiForm(Form):
    jours = forms.IntegerField(
        label="Délai de réponse, en jours",
        min_value=1,
        max_value=90,
        help_text="Au-delà, un message sans réponse est signalé « en retard » dans la file.",
    )
