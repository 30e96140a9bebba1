"""Forms of the calendar: the shape of what is typed; rules decide."""

from typing import Any

from django import forms

from portail.afas.definitions import types
from portail.afas.enums import Phase
from portail.afas.queries.echeances import OBSERVE, PRECEDENT
from portail.ui.forms import DateField, Form

_DUE = "Dernier jour pour transmettre. Après ce jour la déclaration est en retard, elle peut encore être rendue."


def _types() -> list[tuple[str, str]]:
    return [(each.code, each.libelle) for each in types().values()]


class EcheanceForm(Form):
    """One échéance of the calendar."""

    exercice = forms.IntegerField(label="Exercice", min_value=2000, max_value=2100, help_text="Par exemple 2027.")
    type = forms.ChoiceField(label="Type d'activité")
    phase = forms.ChoiceField(label="Échéance", choices=Phase.choices)
    opens_on = DateField(label="Ouverte le", help_text="Ce jour-là les déclarations s'ouvrent et l'appel part.")
    due_on = DateField(label="À rendre le", help_text=_DUE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = _types()  # type: ignore[attr-defined]


class ExerciceForm(Form):
    """A whole exercice: from the one before, or from the observed calendar."""

    exercice = forms.IntegerField(label="Exercice", min_value=2000, max_value=2100, help_text="Par exemple 2027.")
    origine = forms.ChoiceField(
        label="Dates proposées",
        choices=[
            (PRECEDENT, "Celles de l'exercice précédent, un an plus tard"),
            (OBSERVE, "Calendrier observé, à confirmer (relevé dans une Caf pour 2023 ; aucun n'est national)"),
        ],
        widget=forms.RadioSelect,
        initial=PRECEDENT,
    )
    types = forms.MultipleChoiceField(
        label="Types d'activité",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un type d'activité."},
    )

    def __init__(self, *args: Any, known: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["types"]
        field.choices = _types()  # type: ignore[attr-defined]
        field.initial = sorted(known)


class DatesEcheanceForm(Form):
    """The dates of an échéance; the first one is only shown once the declarations are open."""

    opens_on = DateField(label="Ouverte le")
    due_on = DateField(label="À rendre le", help_text=_DUE)
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_open:
            self.fields["opens_on"].disabled = True
            self.fields["opens_on"].help_text = "Les déclarations sont ouvertes : ce jour ne change plus."
