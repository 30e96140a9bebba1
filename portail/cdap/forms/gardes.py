"""What is typed about the watch; rules decide."""

from typing import Any

from django import forms

from portail.cdap.definitions.gardes import Reglage
from portail.cdap.enums import EtatAlerte, Niveau
from portail.cdap.forms.oppositions import NumeroField
from portail.ui.forms import Form


def _texte(label: str, required: str, help_text: str, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=5,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required, "min_length": "Écrivez-le en quelques mots."},
    )


class ReponseForm(Form):
    texte = _texte(
        "Votre explication",
        "Expliquez pourquoi vous aviez besoin de ces dossiers.",
        "Pourquoi vous aviez besoin de ces dossiers. N'écrivez ni nom ni numéro allocataire.",
        2_000,
    )


class DecisionForm(Form):
    etat = forms.ChoiceField(
        label="Décision",
        choices=[
            (EtatAlerte.JUSTIFIEE, "Justifiée : l'explication est suffisante"),
            (EtatAlerte.SANS_SUITE, "Sans suite : rien d'anormal"),
            (EtatAlerte.SUSPENSION, "Suspendre les consultations de cette personne"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre décision."},
    )
    motif = _texte("Motif", "Dites pourquoi.", "La personne peut le lire. Ni nom ni numéro allocataire.", 300)


class RetablissementForm(Form):
    motif = _texte("Motif", "Dites pourquoi.", "Pourquoi la personne peut à nouveau consulter.", 300)


class ExamenForm(Form):
    decision = forms.ChoiceField(
        label="Décision",
        choices=[("accepter", "Accepter la justification"), ("refuser", "Refuser : une alerte est ouverte")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre décision."},
    )
    refusal = forms.CharField(
        label="Motif du refus",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Si vous refusez. La personne le lira.",
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("decision") == "refuser" and not typed.get("refusal"):
            self.add_error("refusal", "Dites pourquoi vous refusez cette justification.")
        return typed


class ReglageForm(Form):
    """`vu` is the row that counted when the form was opened."""

    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, reglage: Reglage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valeur"] = _niveau() if reglage.code.startswith("niveau_") else _nombre(reglage)


def _niveau() -> forms.Field:
    return forms.TypedChoiceField(label="Ce qui se passe", choices=Niveau.choices, coerce=int, widget=forms.RadioSelect)


def _nombre(reglage: Reglage) -> forms.Field:
    return forms.IntegerField(
        label="Valeur",
        min_value=reglage.least,
        max_value=reglage.most,
        help_text=f"En {reglage.unite}, à partir de {reglage.least}.",
        error_messages={
            "required": "Saisissez la valeur.",
            "invalid": "Saisissez un nombre entier.",
            "min_value": f"Saisissez au moins {reglage.least}.",
            "max_value": f"Saisissez au plus {reglage.most}.",
        },
    )


class TraceForm(Form):
    numero = NumeroField(
        help_text="De 1 à 7 chiffres, avec ou sans sa lettre. Il n'est ni gardé ni montré dans l'adresse de la page."
    )
    motif = _texte(
        "Demande reçue",
        "Dites à quelle demande vous répondez.",
        "Par exemple : demande d'accès reçue par courrier le 12/11/2026. Ni nom ni numéro : le journal la garde.",
        300,
    )
