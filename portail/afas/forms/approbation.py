"""What an approbateur signs with, and why he sends back or corrects."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing

from portail.afas.models import Volet
from portail.afas.queries.versions import Contenu
from portail.conventionnement.forms import SignForm
from portail.ui.forms import BROKEN, Form

_SALT = "portail.afas.approbation"


def sealed(contenu: Contenu) -> str:
    """The content that was read, as the form brings it back: nobody can have changed it on the way."""
    return signing.dumps(contenu, salt=_SALT, compress=True)


class SignatureForm(SignForm):
    """A signature that may have been overtaken."""

    def ask_again(self) -> None:
        """What was read is no longer what would be signed: it is brought up to date, the box has to be ticked anew."""
        typed = {name: value for name, value in self.data.items() if name != "is_read"}
        self.data = typed | {name: self.initial[name] for name in self.initial}


class ApprobationForm(SignatureForm):
    """The signature of one declaration; `vu` is what was read, to say what changed in it."""

    is_read = forms.BooleanField(
        label="J'ai lu toute la déclaration, j'en certifie l'exactitude et je la transmets à la Caf.",
        error_messages={"required": "Cochez cette case après avoir lu la déclaration."},
    )
    vu = forms.CharField(widget=forms.HiddenInput)

    def clean_vu(self) -> Contenu:
        try:
            return signing.loads(self.cleaned_data["vu"], salt=_SALT)
        except signing.BadSignature as broken:
            raise forms.ValidationError(BROKEN) from broken


class LotForm(SignatureForm):
    """One signature for several declarations; `empreinte` holds « number:digest » of each, as they were read."""

    is_read = forms.BooleanField(
        label="J'ai lu chacune de ces déclarations, j'en certifie l'exactitude et je les transmets à la Caf.",
        error_messages={"required": "Cochez cette case après avoir lu les déclarations."},
    )

    def clean_empreinte(self) -> dict[int, str]:
        pairs = [pair.partition(":") for pair in self.cleaned_data["empreinte"].split()]
        if not all(number.isascii() and number.isdigit() and len(number) < 19 for number, _, _ in pairs):
            raise forms.ValidationError(BROKEN)
        return {int(number): digest for number, _, digest in pairs}


def told(empreintes: dict[int, str]) -> str:
    """As the hidden field holds them."""
    return " ".join(f"{number}:{digest}" for number, digest in empreintes.items())


class ReouvertureForm(Form):
    """Which sheets their suppliers write in again, and why."""

    volets = forms.MultipleChoiceField(
        label="Volets à rouvrir",
        widget=forms.CheckboxSelectMultiple,
        help_text="Les autres restent soumis, avec leurs valeurs.",
        error_messages={"required": "Choisissez au moins un volet à rouvrir."},
    )
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dites ce qui est à revoir : ceux qui suivent la déclaration le liront.",
        error_messages={"required": "Écrivez ce qui est à revoir."},
    )

    def __init__(self, *args: Any, volets: Iterable[Volet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(volet.pk): volet for volet in volets}
        self.fields["volets"].choices = [(pk, str(volet)) for pk, volet in self.offered.items()]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {"volets": [self.offered[pk] for pk in typed["volets"]], "motif": typed["motif"]}
