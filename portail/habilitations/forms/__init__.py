"""Forms of people, groups and memberships: the shape of what is typed; rules decide."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portail.comptes.forms import NomField
from portail.comptes.models import Poste, Utilisateur
from portail.conventions.models import Rattachement
from portail.habilitations import roles
from portail.habilitations.models import Groupe
from portail.ui.forms import DateField, Form

NOW, LATER = "tout_de_suite", "plus_tard"
SHORT_LIST = 100  # beyond, nobody finds a name in a list


def _person(utilisateur: Utilisateur) -> str:
    return f"{utilisateur.nom} {utilisateur.prenom} ({utilisateur.identifiant})"


class RattachementField(forms.ModelChoiceField):
    """A person of the convention, by his identifiant: a list when it is short, else a field that suggests."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Rattachement.objects.none(), to_field_name="utilisateur__identifiant", **kwargs)
        self.error_messages["invalid_choice"] = (
            "Personne, parmi les utilisateurs que vous gérez, n'a cet identifiant : choisissez dans les suggestions."
        )

    def offer(self, people: QuerySet[Rattachement], suggest_url: str) -> None:
        """Offers these people."""
        self.queryset = people
        if people[SHORT_LIST:].exists():
            self.widget = forms.TextInput(
                attrs={
                    "list": "suggestions",
                    "autocomplete": "off",
                    "hx-get": suggest_url,
                    "hx-trigger": "input changed delay:200ms",
                    "hx-target": "#suggestions",
                }
            )
            self.widget.is_required = self.required
            self.help_text = "Saisissez une partie du nom, puis choisissez l'identifiant proposé."

    def to_python(self, value: Any) -> Any:
        """The person's access that lasts longest: one may have a second to come."""
        if value in self.empty_values:
            return None
        identifiant = str(value).replace("\0", "").strip().upper()
        people = self.queryset.filter(utilisateur__identifiant=identifiant)  # type: ignore[union-attr]
        if found := people.order_by("-opens_on").first():
            return found
        raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")

    def prepare_value(self, value: Any) -> Any:
        return value.utilisateur.identifiant if isinstance(value, Rattachement) else value

    def label_from_instance(self, rattachement: Rattachement) -> str:
        return _person(rattachement.utilisateur)


class GroupeField(forms.ModelChoiceField):
    def label_from_instance(self, groupe: Groupe) -> str:
        return f"{groupe.code} - {groupe.libelle}"


class DatesForm(Form):
    """Two days, in their order."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        opens_on, closes_on = self.cleaned_data.get("opens_on"), self.cleaned_data.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", "La date de clôture précède la date d'ouverture.")
        return cleaned


def _opens_on() -> DateField:
    return DateField(label="Date d'ouverture", initial=timezone.localdate)


def _closes_on() -> DateField:
    return DateField(
        label="Date de clôture",
        required=False,
        help_text="Dernier jour compris. Laissez vide si aucune fin n'est prévue.",
    )


class UtilisateurForm(DatesForm):
    """« Créer un utilisateur partenaire » (S0): mail and phone typed twice."""

    nom = NomField(label="Nom", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    prenom = NomField(label="Prénom", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    courriel = forms.EmailField(
        label="Adresse mail",
        max_length=254,
        help_text="L'identifiant et le mot de passe provisoire y sont envoyés. Une adresse sert à une seule personne.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    courriel_confirmation = forms.EmailField(
        label="Confirmer l'adresse mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    telephone = forms.CharField(
        label="Téléphone",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    telephone_confirmation = forms.CharField(
        label="Confirmer le téléphone",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    poste = forms.ChoiceField(label="Poste", choices=Poste.choices, required=False, widget=forms.RadioSelect)
    opens_on = _opens_on()
    closes_on = _closes_on()

    def clean_courriel_confirmation(self) -> str:
        confirmation = self.cleaned_data["courriel_confirmation"]
        if self.cleaned_data.get("courriel", confirmation).casefold() != confirmation.casefold():
            raise forms.ValidationError("Les deux adresses saisies sont différentes.")
        return confirmation

    def clean_telephone(self) -> str:
        digits = re.sub(r"[\s.()-]", "", self.cleaned_data["telephone"])
        if digits and not re.fullmatch(r"\+?[0-9]{6,15}", digits):
            raise forms.ValidationError("Saisissez un numéro de téléphone, par exemple 04 91 00 00 00.")
        return digits

    def clean_telephone_confirmation(self) -> str:
        confirmation = re.sub(r"[\s.()-]", "", self.cleaned_data["telephone_confirmation"])
        if self.cleaned_data.get("telephone", confirmation) != confirmation:
            raise forms.ValidationError("Les deux numéros saisis sont différents.")
        return confirmation


class NewUtilisateurForm(UtilisateurForm):
    """At creation, the first group may be chosen at once; a responsable has to choose one of his."""

    groupe = GroupeField(
        label="Groupe",
        queryset=Groupe.objects.none(),
        required=False,
        empty_label="(Choisir plus tard)",
        help_text="Sans groupe, la personne peut se connecter mais ne voit aucun service.",
    )

    def __init__(self, *args: Any, groupes: Any, needs_groupe: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["groupe"]
        field.queryset = groupes  # type: ignore[attr-defined]
        field.required = needs_groupe
        if needs_groupe:
            field.empty_label = "(Choisir un groupe existant)"  # type: ignore[attr-defined]
            field.error_messages["required"] = "Choisissez un de vos groupes : vous créez des personnes pour eux."


class EditUtilisateurForm(UtilisateurForm):
    edition = forms.IntegerField(widget=forms.HiddenInput)


class AppartenanceForm(DatesForm):
    """« Ajouter un utilisateur au groupe » (S0), from the person's side."""

    groupe = GroupeField(label="Groupe", queryset=Groupe.objects.none(), empty_label="(Choisir un groupe existant)")
    opens_on = _opens_on()
    closes_on = _closes_on()

    def __init__(self, *args: Any, groupes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groupe"].queryset = groupes  # type: ignore[attr-defined]


class MembreForm(DatesForm):
    """« Ajouter un utilisateur au groupe », from the group's side; one finds a person by a part of his name."""

    rattachement = RattachementField(label="Utilisateur", empty_label="(Choisir une personne)")
    opens_on = _opens_on()
    closes_on = _closes_on()

    def __init__(self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rattachement"].offer(people, suggest_url)  # type: ignore[attr-defined]


class EditAppartenanceForm(DatesForm):
    """Other dates for a membership, and those it had when the form was opened."""

    opens_on = _opens_on()
    closes_on = _closes_on()
    seen_opens_on = DateField(widget=forms.HiddenInput)
    seen_closes_on = DateField(required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> tuple[date, date | None]:
        return self.cleaned_data["seen_opens_on"], self.cleaned_data["seen_closes_on"]


class CloseForm(Form):
    """When something ends, and why."""

    when = forms.ChoiceField(
        label="Fin",
        choices=[(NOW, "Immédiatement"), (LATER, "À la fin d'une journée que je choisis")],
        widget=forms.RadioSelect,
        initial=NOW,
        error_messages={"required": "Choisissez quand l'accès prend fin."},
    )
    on = DateField(label="Dernier jour d'accès", required=False, help_text="À remplir si la fin n'est pas immédiate.")
    motif = forms.CharField(
        label="Motif", max_length=300, help_text="Par exemple : départ, changement de poste, réorganisation."
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        on = self.cleaned_data.get("on")
        if self.cleaned_data.get("when") == NOW and on is not None:
            self.add_error("on", "La fin serait immédiate : effacez ce jour, ou choisissez la fin de cette journée.")
        if self.cleaned_data.get("when") == LATER:
            if on is None and "on" not in self.errors:
                self.add_error("on", "Choisissez le dernier jour d'accès.")
            elif on is not None and on < timezone.localdate():
                self.add_error("on", "Cette date est passée : choisissez aujourd'hui ou un jour à venir.")
        return cleaned

    @property
    def closes_on(self) -> date:
        """The last day that still counts: yesterday when the end is immediate."""
        if self.cleaned_data["when"] == LATER:
            return self.cleaned_data["on"]
        return timezone.localdate() - timedelta(days=1)

    @property
    def answers(self) -> list[dict[str, str]]:
        """What was typed, as the confirmation shows it."""
        is_later = self.cleaned_data["when"] == LATER
        end = f"À la fin de la journée du {self.closes_on:%d/%m/%Y}" if is_later else "Immédiatement"
        return [{"label": "Fin", "value": end}, {"label": "Motif", "value": self.cleaned_data["motif"]}]


class GroupeForm(DatesForm):
    code = forms.RegexField(
        label="Code",
        regex=r"^[A-Za-z0-9_-]+$",
        max_length=20,
        help_text="Court, sans espace ni accent, par exemple ACCUEIL.",
        error_messages={"invalid": "Le code ne contient que des lettres sans accent, des chiffres, - et _."},
    )
    libelle = forms.CharField(label="Libellé", max_length=80)
    opens_on = _opens_on()
    closes_on = _closes_on()


class NewGroupeForm(GroupeForm):
    """« Créer un groupe » (S2): at the top or « sous-groupe de… », with its responsable."""

    parent = GroupeField(
        label="Sous-groupe de",
        queryset=Groupe.objects.none(),
        required=False,
        empty_label="(Aucun : groupe de premier niveau)",
        help_text="Un sous-groupe ne peut avoir que les rôles de son groupe parent.",
        error_messages={"required": "Choisissez le groupe parent."},
    )
    responsable = RattachementField(
        label="Responsable des habilitations",
        required=False,
        empty_label="(Aucun pour le moment)",
        help_text="Il gérera les membres, les rôles et les sous-groupes de ce groupe.",
    )

    def __init__(
        self,
        *args: Any,
        parents: QuerySet[Groupe],
        people: QuerySet[Rattachement],
        suggest_url: str,
        needs_parent: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        self.fields["parent"].required = needs_parent
        self.fields["responsable"].offer(people, suggest_url)  # type: ignore[attr-defined]


class EditGroupeForm(GroupeForm):
    edition = forms.IntegerField(widget=forms.HiddenInput)


class ResponsableForm(Form):
    rattachement = RattachementField(
        label="Nommer responsable",
        empty_label="(Choisir une personne)",
        error_messages={"required": "Choisissez la personne à nommer responsable."},
    )

    def __init__(self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rattachement"].offer(people, suggest_url)  # type: ignore[attr-defined]


class RolesForm(Form):
    """« Habilitations du groupe » (S2): one list of boxes per service, each role with what it lets one do."""

    error_summary = True

    def __init__(self, *args: Any, grantable: set[str], held: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for service in roles.SERVICES.values():
            choices = [(r.code, r.libelle) for r in service.roles if r.code in grantable | held]
            if choices:
                self.fields[service.code] = forms.MultipleChoiceField(
                    label=service.libelle,
                    choices=choices,
                    required=False,
                    initial=sorted(code for code, _ in choices if code in held),
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def wanted(self) -> set[str]:
        return {code for chosen in self.cleaned_data.values() for code in chosen}


class RenewForm(Form):
    """Until when what was chosen goes on."""

    until = DateField(label="Renouveler jusqu'au", help_text="Dernier jour compris.")

    def clean_until(self) -> date:
        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : choisissez un jour à venir.")
        return until


class ResendForm(Form):
    """Nothing to type: the preview says who gets what."""


class DepartForm(CloseForm):
    """When and why somebody leaves, and which of the conventions where he serves."""

    places = forms.MultipleChoiceField(
        label="Conventions quittées",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une convention."},
    )

    def __init__(self, *args: Any, places: list[Rattachement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.pk): each for each in places}
        field = self.fields["places"]
        field.choices = [  # type: ignore[attr-defined]
            (key, f"{each.convention.libelle} ({each.convention.organisme.raison_sociale})")
            for key, each in self.by_key.items()
        ]
        field.initial = list(self.by_key)
        if len(places) == 1:
            field.widget, field.required = forms.MultipleHiddenInput(), False

    @property
    def left(self) -> list[Rattachement]:
        return [self.by_key[key] for key in self.cleaned_data["places"] or list(self.by_key)]


class AccesForm(Form):
    """« Demander l'accès »: why, and until when."""

    motif = forms.CharField(
        label="Pourquoi en avez-vous besoin ?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : remplacement à l'accueil. La personne qui décide lira ce texte.",
    )
    wished_until = DateField(
        label="Jusqu'au", required=False, help_text="Dernier jour souhaité. Laissez vide si aucune fin n'est prévue."
    )

    def clean_wished_until(self) -> date | None:
        until = self.cleaned_data["wished_until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : choisissez un jour à venir.")
        return until


class RefusalForm(Form):
    refusal = forms.CharField(
        label="Motif du refus", max_length=300, help_text="La personne lira ce motif sur la tuile et par courriel."
    )
