"""Forms of campaigns, of answers and of audit packs: the shape of what is typed; rules decide."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from portail.campagnes import queries
from portail.campagnes.enums import RegleFin, Reponse
from portail.campagnes.models import LigneCampagne
from portail.campagnes.queries import dossiers
from portail.campagnes.queries.revues import seen
from portail.conventions.models import Convention, Organisme
from portail.habilitations.acteur import Acteur
from portail.supervision.queries.habilitations import role_choices, service_choices
from portail.ui.forms import DateField, Form

_WITHOUT_USE = [("", "Toutes, quel que soit l'usage")] + [
    (str(months), f"Sans connexion depuis {months} mois") for months in (3, 6, 12, 24)
]


def _choices(conventions: Iterable[Convention]) -> list[tuple[str, str]]:
    """Conventions by their number."""
    return [(str(row.numero), row.libelle) for row in conventions]


class CampagneForm(Form):
    """Whom a campaign is about, until when, and what becomes of the lines without answer."""

    libelle = forms.CharField(
        label="Intitulé", max_length=120, help_text="Les relecteurs le lisent : par exemple « Revue annuelle 2027 »."
    )
    organisme = forms.CharField(
        label="Organisme ou SIRET",
        required=False,
        help_text="Une partie du nom suffit. Seules les conventions dont votre Caf est le pivot sont revues.",
    )
    convention = forms.CharField(label="Convention ou numéro", required=False)
    groupe = forms.CharField(label="Groupe", required=False, help_text="Son code, ou une partie de son libellé.")
    service = forms.ChoiceField(label="Service", required=False)
    role = forms.ChoiceField(label="Rôle", required=False)
    sans_usage = forms.ChoiceField(label="Usage", required=False, choices=_WITHOUT_USE)
    ends_on = DateField(
        label="Échéance",
        help_text="Dernier jour pour répondre. Rappels 14, 7 et 1 jours avant ; ce qui reste sans réponse passe "
        "alors à l'administrateur, puis à la Caf.",
    )
    regle = forms.ChoiceField(
        label="Sans réponse à l'échéance",
        choices=RegleFin.choices,
        widget=forms.RadioSelect,
        initial=RegleFin.INCHANGE,
        help_text="Rien ne s'applique sans votre confirmation, après l'échéance.",
    )
    regle_on = DateField(
        label="Dernier jour, si l'appartenance est limitée", required=False, help_text="À l'échéance ou après."
    )

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {"service": service_choices(), "role": role_choices()}
        for name, choices in offered.items():
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=False, choices=[("", "Tous"), *choices]
            )
        if acteur.caf is None:
            del self.fields["organisme"]
            mine = _choices(queries.administered_by(acteur))
            self.fields["convention"] = forms.ChoiceField(label="Convention", choices=mine)
            self.order_fields(["libelle", "convention", "groupe"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        is_limited = self.cleaned_data.get("regle") == RegleFin.LIMITE
        if is_limited and not self.cleaned_data.get("regle_on") and "regle_on" not in self.errors:
            self.add_error("regle_on", "Choisissez le dernier jour des appartenances sans réponse.")
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """What the action is given."""
        typed = self.cleaned_data
        scope = {name: typed[name] for name in queries.SCOPE if typed.get(name)}
        regle_on = typed["regle_on"] if typed["regle"] == RegleFin.LIMITE else None
        kept = {name: typed[name] for name in ("libelle", "ends_on", "regle")}
        return {**kept, "perimetre": scope, "regle_on": regle_on}


class AnswerForm(Form):
    """What one answers for a line, or for many."""

    reponse = forms.ChoiceField(
        label="Votre réponse",
        choices=Reponse.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    limite_on = DateField(
        label="Dernier jour d'accès", required=False, help_text="À remplir si vous limitez l'accès à une date."
    )
    motif = forms.CharField(
        label="Remarque", max_length=300, required=False, help_text="Gardée avec la réponse, dans le dossier de preuve."
    )
    empreinte = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        is_limited = self.cleaned_data.get("reponse") == Reponse.LIMITER
        if is_limited and not self.cleaned_data.get("limite_on") and "limite_on" not in self.errors:
            self.add_error("limite_on", "Choisissez le dernier jour d'accès.")
        return cleaned

    def show_anew(self, lignes: Iterable[LigneCampagne]) -> None:
        """Keeps what was typed, for the lines as they now stand."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("empreinte")] = seen(lignes)  # type: ignore[index]

    @property
    def asked(self) -> dict[str, Any]:
        """What the action is given."""
        typed = self.cleaned_data
        limite_on: date | None = typed["limite_on"] if typed["reponse"] == Reponse.LIMITER else None
        return {
            "reponse": typed["reponse"],
            "limite_on": limite_on,
            "motif": typed["motif"],
            "expected": typed["empreinte"],
        }


class DossierForm(Form):
    """The scope and the period of an audit pack: of the whole Caf, of an organisation, or of a convention."""

    siret = forms.CharField(
        label="SIRET de l'organisme",
        required=False,
        help_text="Laissez vide, avec le numéro, pour toutes les conventions de la Caf.",
    )
    numero = forms.IntegerField(label="Numéro de la convention", required=False, min_value=1, max_value=99_999)
    since = DateField(label="Premier jour de la période")
    until = DateField(label="Dernier jour de la période", help_text="Aujourd'hui au plus tard.")

    def __init__(self, *args: Any, acteur: Acteur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acteur = acteur
        self.organisme: Organisme | None = None
        self.convention: Convention | None = None
        if acteur.caf is None:
            del self.fields["siret"]
            mine = _choices(queries.administered_by(acteur))
            self.fields["numero"] = forms.TypedChoiceField(label="Convention", choices=mine, coerce=int)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        siret, numero = "".join((self.cleaned_data.get("siret") or "").split()), self.cleaned_data.get("numero")
        self.organisme = self._found("siret", dossiers.organisme_with(self.acteur, siret) if siret else None, siret)
        found = dossiers.convention_with(self.acteur, numero) if numero else None
        self.convention = self._found("numero", found, numero)
        if self.organisme and self.convention and self.convention.organisme_id != self.organisme.pk:
            self.add_error("numero", "Cette convention est d'un autre organisme : indiquez l'un ou l'autre.")
        return cleaned

    def _found(self, name: str, found: Any, typed: object) -> Any:
        if typed and found is None:
            self.add_error(name, "Aucun de ceux que suit votre Caf : vérifiez le numéro.")
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """What the action is given."""
        days = {name: self.cleaned_data[name] for name in ("since", "until")}
        return {**days, "organisme": self.organisme, "convention": self.convention}
