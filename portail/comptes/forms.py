"""Forms of the accounts: the shape of what is typed, nothing more."""

from django import forms

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


class _TwicePasswordForm(Form):
    def clean_confirmation(self) -> str:
        confirmation = self.cleaned_data["confirmation"]
        if self.cleaned_data.get("password") not in (None, confirmation):
            raise forms.ValidationError("Les deux mots de passe saisis sont différents : saisissez-les à nouveau.")
        return confirmation


def _new_password(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Saisissez le mot de passe."},
    )


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
    confirmation = _new_password("Confirmation du mot de passe")


class ChangePasswordForm(_TwicePasswordForm):
    current = _current_password()
    password = _new_password("Nouveau mot de passe")
    confirmation = _new_password("Confirmation du mot de passe")


class CourrielForm(Form):
    current = _current_password()
    courriel = forms.EmailField(
        label="Nouvelle adresse mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Saisissez une adresse mail complète, par exemple prenom.nom@example.fr."},
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
