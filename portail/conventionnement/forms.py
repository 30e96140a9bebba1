"""Forms of organisations and of the parts of a convention: the shape of what is typed; rules decide."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portail.comptes.forms import NomField
from portail.conventionnement.models import Bulletin, Interlocuteur, Personne, VersionConvention
from portail.conventionnement.rules import refuse_person
from portail.conventions.enums import Partie, Qualite
from portail.conventions.models import Caf, Organisme, TypeOrganisme
from portail.conventions.queries import organisme_of
from portail.conventions.rules import refuse_siret
from portail.habilitations import roles
from portail.ui.forms import DateField, Form

GESTION = (
    "L'organisme désigne ses administrateurs. Chacun n'ouvre d'accès qu'à des personnes qui en ont besoin pour leur "
    "mission, le ferme le jour où ce besoin cesse, et vérifie une fois par an que chaque accès est encore utile."
)
INCIDENT = (
    "Toute perte, tout vol, tout usage anormal d'un identifiant ou d'une donnée est signalé sans attendre au "
    "responsable sécurité de la Caf. L'administrateur ferme l'accès concerné ; les deux parties échangent jusqu'à la "
    "fin de l'incident et en gardent la trace."
)


class TypeForm(Form):
    code = forms.RegexField(
        r"^[a-z][a-z-]{1,39}$",
        label="Code",
        help_text="Minuscules et tirets, par exemple centre-social. Il ne changera plus.",
        error_messages={"invalid": "Écrivez des minuscules sans accent et des tirets, par exemple centre-social."},
    )
    prefixe = forms.RegexField(
        r"^[A-Z]{3}$",
        label="Préfixe des identifiants",
        help_text="Trois majuscules, par exemple ENF. Il ne changera plus.",
        error_messages={"invalid": "Écrivez trois majuscules sans accent, par exemple ENF."},
    )
    libelle = forms.CharField(label="Libellé", max_length=80)
    usual = forms.MultipleChoiceField(
        label="Rôles habituels",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ce que ce type d'organisme reçoit d'ordinaire : une convention qui donne plus le signalera.",
    )

    def __init__(self, *args: Any, type_: TypeOrganisme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = type_
        self.fields["usual"].choices = [  # type: ignore[attr-defined]
            (role.code, f"{service.libelle} – {role.libelle}")
            for service in roles.SERVICES.values()
            for role in service.roles
        ]
        if type_:
            del self.fields["code"], self.fields["prefixe"]

    def clean_code(self) -> str:
        if TypeOrganisme.objects.filter(code=self.cleaned_data["code"]).exists():
            raise ValidationError("Ce code est déjà celui d'un autre type : choisissez-en un autre.")
        return self.cleaned_data["code"]

    def clean_libelle(self) -> str:
        libelle = self.cleaned_data["libelle"]
        same = TypeOrganisme.objects.filter(libelle__iexact=libelle).first()
        if same and same != self.type:
            raise ValidationError("Ce libellé est déjà celui d'un autre type : choisissez-en un autre.")
        return libelle


class OrganismeForm(Form):
    siret = forms.CharField(label="SIRET", max_length=20, help_text="14 chiffres, les espaces sont admis.")
    raison_sociale = forms.CharField(label="Raison sociale", max_length=160)
    type = forms.ModelChoiceField(
        label="Type d'organisme", queryset=TypeOrganisme.objects.filter(closed_on=None), empty_label="Choisir"
    )
    adresse = forms.CharField(label="Adresse", max_length=200)
    code_postal = forms.RegexField(
        r"^[0-9]{5}$", label="Code postal", error_messages={"invalid": "Écrivez cinq chiffres, par exemple 13800."}
    )
    commune = forms.CharField(label="Commune", max_length=80)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, organisme: Organisme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisme = organisme
        self.holder: Organisme | None = None
        if organisme:  # of a type closed since, it stays so
            self.fields["type"].queryset |= TypeOrganisme.objects.filter(pk=organisme.type_id)  # type: ignore[attr-defined]

    def clean_siret(self) -> str:
        siret = re.sub(r"\s", "", self.cleaned_data["siret"])
        if refusal := refuse_siret(siret):
            raise ValidationError(refusal)
        held = organisme_of(siret)
        if held and held != self.organisme:
            self.holder = held
            raise ValidationError(f"Ce SIRET est déjà celui de {held.raison_sociale}.")
        return siret


class MotifForm(Form):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez pourquoi : ce motif est gardé au journal."},
    )


class AvenantForm(Form):
    motif = forms.CharField(
        label="Objet de l'avenant",
        max_length=300,
        help_text="Par exemple : ouverture du service Espace Bailleur.",
        error_messages={"required": "Écrivez en une phrase ce que cet avenant change."},
    )


class SuspensionForm(MotifForm):
    opens_on = DateField(label="Suspendre à partir du")
    closes_on = DateField(label="Jusqu'au", required=False, help_text="Laissez vide si la fin n'est pas connue.")
    field_order = ("opens_on", "closes_on", "motif")


class ClosingForm(MotifForm):
    closes_on = DateField(label="Dernier jour d'ouverture")
    field_order = ("closes_on", "motif")


class SignForm(Form):
    is_read = forms.BooleanField(
        label="J'ai lu le texte entier, et je signe au nom de la partie que je représente.",
        error_messages={"required": "Cochez cette case après avoir lu le texte."},
    )
    password = forms.CharField(
        label="Votre mot de passe",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Il est demandé à nouveau : il vaut signature.",
        error_messages={"required": "Saisissez votre mot de passe pour signer."},
    )
    empreinte = forms.CharField(widget=forms.HiddenInput)


class VerifyForm(Form):
    is_sent_once = False
    code = forms.CharField(
        label="Code de vérification",
        max_length=40,
        help_text="Il est au bas de chaque page du document, par exemple ABCD-EFGH-JKLM-NPQR.",
        error_messages={"required": "Saisissez le code imprimé au bas du document."},
    )

    def clean_code(self) -> str:
        letters = re.sub(r"[^A-Z0-9]", "", self.cleaned_data["code"].upper())
        return "-".join(letters[rank : rank + 4] for rank in range(0, len(letters), 4))


class CafsField(forms.CharField):
    """The codes of the Cafs covered, separated as one likes; a list of codes."""

    def clean(self, value: Any) -> Any:
        codes = re.findall(r"[0-9]+", super().clean(value))
        codes = sorted({code.zfill(3) for code in codes})
        known = set(Caf.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise ValidationError(f"Aucune Caf n'a le code {', '.join(unknown)} : corrigez-le.")
        if not codes:
            raise ValidationError("Donnez au moins un code de Caf, par exemple 132.")
        return codes

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class LinesField(forms.CharField):
    """One text a line; a list of texts."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        kept = [line for line in dict.fromkeys(lines) if line]
        if long := next((line for line in kept if len(line) > 200), None):
            raise ValidationError(f"« {long[:40]}… » dépasse 200 caractères : raccourcissez cette ligne.")
        return kept

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class PartForm(Form):
    """One part of a draft. `seen` is the digest of the part when the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def values(self) -> Any:
        """What is written into the contents."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class PerimetreForm(PartForm):
    libelle = forms.CharField(label="Libellé de la convention", max_length=160)
    cafs = CafsField(label="Caf couvertes", help_text="Leurs codes à trois chiffres, la Caf pivot parmi elles.")
    opens_on = DateField(label="Date d'ouverture")
    closes_on = DateField(label="Date de clôture", required=False, help_text="Laissez vide si aucune fin n'est prévue.")
    finalites = LinesField(
        label="Finalités",
        help_text="Une par ligne : ce pour quoi les données sont consultées, et rien d'autre.",
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        opens_on, closes_on = typed.get("opens_on"), typed.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", "La date de clôture précède la date d'ouverture : corrigez l'une des deux.")
        return typed

    def values(self) -> dict[str, Any]:
        typed = super().values()
        return typed | {"opens_on": f"{typed['opens_on']}", "closes_on": f"{typed['closes_on'] or ''}"}


class ContratForm(PartForm):
    gestion_habilitations = forms.CharField(
        label="Gestion des habilitations", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    procedure_incident = forms.CharField(
        label="Procédure en cas d'incident", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in (("gestion_habilitations", GESTION), ("procedure_incident", INCIDENT)):
            if not self.initial.get(name):
                self.initial[name] = text


class ElementForm(PartForm):
    """One line of a list; `named_by` is the field that says what the line is about, `refuse` the rule of the list."""

    named_by: str | None = None

    def __init__(self, *args: Any, refuse: Callable[[Any], str | None] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refuse = refuse

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.refuse and not self.errors and (refusal := self.refuse(self.values())):
            self.add_error(self.named_by, refusal)
        return typed


_TELEPHONE = r"^\+?[0-9 .()-]{6,20}$"


def _telephone() -> forms.RegexField:
    return forms.RegexField(
        _TELEPHONE,
        label="Téléphone",
        required=False,
        error_messages={"invalid": "Écrivez un numéro de téléphone, par exemple 04 42 00 00 00."},
    )


def _courriel() -> forms.EmailField:
    return forms.EmailField(
        label="Adresse mail",
        max_length=254,
    )


class InterlocuteurForm(ElementForm):
    named_by = "qualite"
    partie = forms.ChoiceField(label="Partie", choices=Partie)
    qualite = forms.ChoiceField(label="Qualité", choices=Qualite)
    nom = forms.CharField(label="Nom et prénom", max_length=160)
    courriel = _courriel()
    telephone = _telephone()

    def values(self) -> Interlocuteur:
        return Interlocuteur(**super().values())


class PersonneForm(PartForm):
    nom = NomField(label="Nom")
    prenom = NomField(label="Prénom")
    courriel = _courriel()
    telephone = _telephone()

    def values(self) -> Any:
        return Personne(**super().values())

    def clean_courriel(self) -> str:
        if refusal := refuse_person(self.cleaned_data["courriel"]):
            raise ValidationError(refusal)
        return self.cleaned_data["courriel"]


class AdministrateurForm(ElementForm, PersonneForm):
    named_by = "courriel"


class SignataireForm(PersonneForm):
    qualite = forms.CharField(
        label="Qualité", max_length=120, help_text="Par exemple : présidente, directeur général, maire."
    )
    field_order = ("nom", "prenom", "qualite", "courriel", "telephone")

    def values(self) -> Any:
        return {"signataire": super().values()}


class BulletinForm(ElementForm):
    roles = forms.MultipleChoiceField(
        label="Rôles que l'organisme pourra donner",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un rôle."},
    )
    opens_on = DateField(label="Date d'ouverture")
    closes_on = DateField(label="Date de clôture", required=False)
    max_utilisateurs = forms.IntegerField(
        label="Nombre maximal d'utilisateurs", required=False, min_value=1, max_value=100_000
    )
    finalite = forms.CharField(label="Finalité propre à ce service", max_length=200, required=False)

    def __init__(self, *args: Any, service: str, version: VersionConvention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        usual = set(version.convention.organisme.type.roles)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.code, role.libelle if not usual or role.code in usual else f"{role.libelle} (inhabituel)")
            for role in roles.service(service).roles
        ]

    def values(self) -> Bulletin:
        typed = super().values()
        days = {name: f"{typed[name] or ''}" for name in ("opens_on", "closes_on", "max_utilisateurs")}
        return Bulletin(service=self.service, **(typed | days))
