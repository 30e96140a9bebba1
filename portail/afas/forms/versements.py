"""Forms of payments: the shape of what is typed; rules decide."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as NumberError

from portail.afas.actions.comptes import Coordonnees
from portail.afas.definitions import types
from portail.afas.models import Versement
from portail.ui.forms import DateField, Form
from portail.ui.templatetags.ui import day, euros

RANGS = (1, 2, 3, 4)
# Where euros are paid by SEPA credit transfer (EPC409-09).
SEPA = re.compile(
    "AD|AL|AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GI|GR|HR|HU|IE|IS|IT|LI|LT|LU|LV|MC|MD|ME|MK|MT|NL|NO|PL|PT|RO|RS|SE|"
    "SI|SK|SM|VA"
)


class PercentField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            decimal_places=2,
            localize=True,
            error_messages={
                "invalid": "Saisissez un pourcentage, par exemple 35 ou 33,5.",
                "min_value": "Saisissez un pourcentage au-dessus de 0.",
                "max_value": "Saisissez un pourcentage de 100 au plus.",
                "max_decimal_places": "Saisissez au plus 2 chiffres après la virgule.",
            },
            **kwargs,
        )


class PastDayField(DateField):
    """A day that is not to come; `which` says, in the refusal, which day is asked for."""

    def __init__(self, *, which: str, **kwargs: Any) -> None:
        super().__init__(initial=timezone.localdate, **kwargs)
        self.which = which

    def clean(self, value: Any) -> date:
        found: date = super().clean(value)
        if found > timezone.localdate():
            raise forms.ValidationError(f"Cette date est à venir : donnez {self.which}.")
        return found


class RegleForm(Form):
    """The rule of an exercice: as many acomptes as are filled in."""

    exercice = forms.IntegerField(label="Exercice", min_value=2000, max_value=2100)
    kind = forms.ChoiceField(
        label="Type d'activité", required=False, help_text="Laissez vide : la règle vaut pour tous les autres types."
    )
    plafond = PercentField(label="Plafond (%)", help_text="Part du droit que les acomptes ne dépassent jamais.")
    source = forms.CharField(
        label="Source", max_length=300, help_text="Décision, circulaire ou règlement intérieur qui fixe cette règle."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Tous les types"), *((c, t.libelle) for c, t in types().items())]  # type: ignore[attr-defined]
        for rang in RANGS:
            self.fields[f"taux_{rang}"] = PercentField(label=f"Acompte {rang} : taux (%)", required=False)
            self.fields[f"due_{rang}"] = DateField(label=f"Acompte {rang} : payable à partir du", required=False)
        self.order_fields(["exercice", "kind", *(f"{n}_{r}" for r in RANGS for n in ("taux", "due")), "plafond"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for rang in RANGS:
            taux, due_on = self.cleaned_data.get(f"taux_{rang}"), self.cleaned_data.get(f"due_{rang}")
            if (taux is None) != (due_on is None) and not self.errors:
                name = f"taux_{rang}" if taux is None else f"due_{rang}"
                self.add_error(name, f"Un acompte a un taux et un jour : complétez l'acompte {rang}, ou videz-le.")
        return cleaned

    @property
    def rangs(self) -> list[tuple[Decimal, date]]:
        typed = self.cleaned_data
        pairs = [(typed[f"taux_{rang}"], typed[f"due_{rang}"]) for rang in RANGS]
        return [(taux, due_on) for taux, due_on in pairs if taux is not None]


def suggested(exercice: int) -> dict[str, Any]:
    """What the form of a rule opens with: it is in force only once a gestionnaire has confirmed it."""
    return {
        "exercice": exercice,
        "plafond": Decimal(70),
        "taux_1": Decimal(35),
        "due_1": date(exercice, 3, 1),
        "taux_2": Decimal(35),
        "due_2": date(exercice, 10, 2),
    }


class CompensationForm(Form):
    sur = forms.ModelChoiceField(
        label="Versement sur lequel retenir",
        queryset=Versement.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choisissez le versement sur lequel retenir cet indu."},
    )

    def __init__(self, *args: Any, payable: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sur"]
        field.queryset, field.label_from_instance = payable, _told


def _told(versement: Versement) -> str:
    return f"{versement.libelle}, {versement.activite} : {euros(versement.net)}, payable le {day(versement.due_on)}"


class RemboursementForm(Form):
    montant = forms.DecimalField(
        label="Montant reçu (€)",
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        localize=True,
        error_messages={"invalid": "Saisissez un montant, par exemple 120,50."},
    )
    received_on = PastDayField(label="Reçu le", which="le jour où la somme a été reçue")
    reference = forms.CharField(
        label="Référence", max_length=200, help_text="Numéro du virement ou du chèque, ligne du relevé."
    )


ISSUES = [("paye", "Le virement est débité : il est payé"), ("rejete", "Le virement est revenu : il est rejeté")]


class ConstatForm(Form):
    """What the statement of the account says of a transfer that the bank did not answer for."""

    issue = forms.ChoiceField(label="Ce que dit le relevé", choices=ISSUES, widget=forms.RadioSelect)
    noted_on = PastDayField(label="Date de l'opération sur le relevé", which="celle de l'opération sur le relevé")
    reference = forms.CharField(
        label="Référence", max_length=200, help_text="Numéro du relevé et de la ligne, pour qu'un autre la retrouve."
    )


class CompteForm(Form):
    """A bank account; its key tells a slip of the finger."""

    titulaire = forms.CharField(
        label="Titulaire du compte", max_length=70, help_text="Comme il est écrit sur le relevé d'identité bancaire."
    )
    iban = forms.CharField(label="IBAN", max_length=50, help_text="Les espaces sont admis.")
    bic = forms.CharField(label="BIC", max_length=14, required=False)
    source = forms.CharField(
        label="Pièce vérifiée",
        max_length=200,
        help_text="Par exemple : RIB du 12/01/2026 remis par la directrice, confirmé par téléphone au numéro connu.",
        error_messages={"required": "Dites quelle pièce prouve ce compte, et comment elle a été vérifiée."},
    )

    def __init__(self, *args: Any, is_debtor: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_debtor:
            self.fields["bic"].required = True
            self.fields["bic"].error_messages["required"] = "Saisissez le BIC : la banque le demande pour ce compte."

    def clean_iban(self) -> str:
        try:
            number = iban.validate(self.cleaned_data["iban"])
        except NumberError:
            raise forms.ValidationError("Cet IBAN est faux : sa clé ne correspond pas. Relisez-le sur le RIB.")
        if not SEPA.match(number):
            raise forms.ValidationError("Ce pays n'est pas dans la zone des virements SEPA.")
        return number

    def clean_bic(self) -> str:
        typed = self.cleaned_data["bic"]
        try:
            return bic.validate(typed) if typed else ""
        except NumberError:
            raise forms.ValidationError("Ce BIC est faux : 8 ou 11 caractères, par exemple AGRIFRPP.")

    @property
    def coordonnees(self) -> Coordonnees:
        return Coordonnees(**self.cleaned_data)


DECISIONS = [("valider", "Valider : les paiements iront à ce compte"), ("refuser", "Refuser ce compte")]


class CompteDecisionForm(Form):
    decision = forms.ChoiceField(label="Votre décision", choices=DECISIONS, widget=forms.RadioSelect)
    is_checked = forms.BooleanField(
        label="J'ai comparé cet IBAN, caractère par caractère, à la pièce remise par l'organisme.", required=False
    )
    motif = forms.CharField(
        label="Motif du refus", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        typed = self.cleaned_data
        if typed.get("decision") == "valider" and not typed.get("is_checked"):
            self.add_error("is_checked", "Comparez l'IBAN à la pièce, puis cochez cette case.")
        if typed.get("decision") == "refuser" and not typed.get("motif"):
            self.add_error("motif", "Écrivez pourquoi ce compte est refusé : le partenaire lira ce motif.")
        return cleaned


class ExecutionForm(Form):
    """The day of a lot; sent by GET to see what it would hold."""

    is_sent_once = False
    error_summary = False
    execution_on = DateField(label="À exécuter le", help_text="Ce qui est payable ce jour-là entre dans le lot.")

    def clean_execution_on(self) -> date:
        execution_on = self.cleaned_data["execution_on"]
        if execution_on < timezone.localdate():
            raise forms.ValidationError("Ce jour est passé : choisissez aujourd'hui ou un jour à venir.")
        return execution_on


class LotForm(Form):
    """What was shown, sent back as it was seen."""

    execution_on = forms.DateField(widget=forms.HiddenInput)
    nombre = forms.IntegerField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput)


class LotValidateForm(Form):
    is_read = forms.BooleanField(
        label="J'ai relu ce lot : les bénéficiaires, les montants et le total.",
        error_messages={"required": "Cochez cette case après avoir relu le lot."},
    )
    password = forms.CharField(
        label="Votre mot de passe",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Il est demandé à nouveau : il vaut signature.",
        error_messages={"required": "Saisissez votre mot de passe pour valider."},
    )


class RetourForm(Form):
    fichier = forms.FileField(
        label="Fichier reçu de la banque",
        widget=forms.FileInput(attrs={"accept": ".xml"}),
        help_text="Le compte rendu des virements (pain.002), tel qu'il a été reçu.",
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez le fichier reçu de la banque."},
    )

    def clean_fichier(self) -> Any:
        given = self.cleaned_data["fichier"]
        limit = settings.PORTAIL["IMPORT_BYTES"]
        if given.size > limit:
            raise forms.ValidationError(f"Ce fichier dépasse {limit / 1_000_000:g} Mo : ce n'est pas un compte rendu.")
        return given
