"""Forms of the accounts: the shape of what is typed, nothing more."""

from typing import Any

from django import forms

from portail.comptes import rules
from portail.ui.forms import Form


class SignInForm(Form):
    login = forms.CharField(
        label="Identifiant",
        max_length=40,
        help_text="Par exemple ENF01302SM ; il vous a été envoyé par courriel.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": "Saisissez votre identifiant."},
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Saisissez votre mot de passe."},
    )


class ForgottenForm(Form):
    identifiant = forms.CharField(
        label="Identifiant",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": "Saisissez votre identifiant."},
    )


class NomField(forms.CharField):
    """A person's name or first name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (refusal := rules.refuse_nom(value)):
            raise forms.ValidationError(refusal)


class _TwicePasswordForm(Form):
    def clean_confirmation(self) -> str:
        confirmation = self.cleaned_data["confirmation"]
        if self.cleaned_data.get("password") not in (None, confirmation):
            raise forms.ValidationError("Les deux mots de passe saisis sont différents : saisissez-les à nouveau.")
        return confirmation


def _new_password(label: str, required: str = "Saisissez le nouveau mot de passe.") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": required},
    )


def _confirmation() -> forms.CharField:
    return _new_password("Confirmation du mot de passe", "Confirmez le nouveau mot de passe.")


def _current_password() -> forms.CharField:
    return forms.CharField(
        label="Mot de passe actuel",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Saisissez votre mot de passe actuel."},
    )


class ChoosePasswordForm(_TwicePasswordForm):
    password = _new_password("Nouveau mot de passe")
    confirmation = _confirmation()


class ChangePasswordForm(_TwicePasswordForm):
    current = _current_password()
    password = _new_password("Nouveau mot de passe")
    confirmation = _confirmation()


class CourrielForm(Form):
    current = _current_password()
    courriel = forms.EmailField(
        label="Nouvelle adresse mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    confirmation = forms.EmailField(
        label="Confirmer la nouvelle adresse mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_confirmation(self) -> str:
        confirmation = self.cleaned_data["confirmation"]
        if self.cleaned_data.get("courriel", confirmation).casefold() != confirmation.casefold():
            raise forms.ValidationError("Les deux adresses saisies sont différentes.")
        return confirmation
