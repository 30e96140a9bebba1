"""What a Caf types of a figure, or of a threshold."""

from django import forms

from portail.ui.forms import Form

_A_NUMBER = "Saisissez un nombre, par exemple 1,97."


def _valeur(decimals: int) -> forms.DecimalField:
    return forms.DecimalField(
        label="Valeur",
        min_value=0,
        max_digits=12,
        decimal_places=decimals,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Saisissez la valeur.",
            "invalid": _A_NUMBER,
            "min_value": "Une valeur n'est jamais négative.",
            "max_decimal_places": f"Saisissez {decimals} décimales au plus.",
        },
    )


class _ValeurForm(Form):
    """`vu` is the row that was retained when the form was opened."""

    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, unite: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valeur"].help_text = f"En {unite}."

    def check(self, refusal: str | None) -> None:
        """What a rule says of the value stands beside it."""
        if refusal:
            self.add_error("valeur", refusal)


class ChiffreForm(_ValeurForm):
    valeur = _valeur(6)
    source = forms.CharField(
        label="Source",
        max_length=300,
        help_text="Le texte où vous l'avez lu et sa date, par exemple : barème national 2025 des prestations de "
        "service, circulaire du 15 janvier 2025. Elle est montrée à côté de chaque calcul.",
        error_messages={"required": "Dites d'où vient ce chiffre : texte et date."},
    )


class SeuilForm(_ValeurForm):
    valeur = _valeur(4)
