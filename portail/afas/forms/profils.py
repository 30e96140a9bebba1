"""« Affecter un rôle à un utilisateur habilité » and what follows: the shape of what is typed; rules decide."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.enums import RoleProfil
from portail.afas.models import Activite, LieuImplantation
from portail.conventions.models import Rattachement
from portail.habilitations.forms import RattachementField
from portail.ui.forms import DateField, Form

ACTIVITES, LIEUX = "activites", "lieux"
Portee = tuple[Activite, LieuImplantation | None]
_NONE_CHOSEN = {
    ACTIVITES: "La sélection d'au moins une activité est obligatoire.",
    LIEUX: "La sélection d'au moins un lieu d'implantation est obligatoire.",
}
_OTHER_LIST = "La liste affichée n'est pas celle-ci : cliquez sur « Afficher la liste », puis faites votre sélection."


class PersonField(RattachementField):
    """Somebody who may declare."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Utilisateur", empty_label="(Choisir une personne)", **kwargs)
        self.error_messages["required"] = "Choisissez l'utilisateur."
        self.error_messages["invalid_choice"] = (
            "Personne, parmi ceux qui ont AFAS-Déclarer, n'a cet identifiant : choisissez dans la liste."
        )


class AffectationForm(Form):
    """The three steps of S0: the person, the role and its first day, the activités or the lieux."""

    error_summary = True

    rattachement = PersonField()
    role = forms.ChoiceField(
        label="Au rôle de",
        choices=RoleProfil.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le rôle."},
    )
    opens_on = DateField(label="À partir du", initial=timezone.localdate)
    portee = forms.ChoiceField(
        label="Je souhaite créer des habilitations sur…",
        choices=[(ACTIVITES, "des activités"), (LIEUX, "des lieux d'implantation")],
        widget=forms.RadioSelect,
        help_text="Sur un lieu d'implantation, seul le fournisseur de données d'activité se donne.",
        initial=ACTIVITES,
    )
    libelle = forms.CharField(label="Activité", required=False, max_length=160)
    type = forms.ChoiceField(label="Type d'activité", required=False)
    nature = forms.ChoiceField(label="Nature d'activité", required=False)
    affichee = forms.ChoiceField(choices=[(ACTIVITES, ""), (LIEUX, "")], widget=forms.HiddenInput)
    tous = forms.BooleanField(required=False)
    tous_de = forms.MultipleChoiceField(required=False)
    choix = forms.MultipleChoiceField(label="Sélection", required=False)

    def __init__(
        self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, portees: list[Portee], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rattachement"].offer(people, suggest_url)  # type: ignore[attr-defined]
        natures: list[Any] = [(each.libelle, list(each.natures.items())) for each in types().values()]
        known = [("", "Tous"), *((each.code, each.libelle) for each in types().values())]
        self.fields["type"].choices = known  # type: ignore[attr-defined]
        self.fields["nature"].choices = [("", "Toutes"), *natures]  # type: ignore[attr-defined]
        self.portees = {key_of(each): each for each in portees}
        self.fields["choix"].choices = [(key, key) for key in self.portees]  # type: ignore[attr-defined]
        self.fields["choix"].error_messages["invalid_choice"] = "Une ligne cochée n'existe plus : vérifiez la liste."
        activites = {str(activite.pk) for activite, _ in portees}
        self.fields["tous_de"].choices = [(pk, pk) for pk in activites]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        portee = self.cleaned_data.get("portee")
        if portee and portee != self.cleaned_data.get("affichee"):
            self.add_error("portee", _OTHER_LIST)
        elif portee and not self.chosen and "choix" not in self.errors:
            self.add_error("choix", _NONE_CHOSEN[portee])
        return cleaned

    @property
    def chosen(self) -> list[Portee]:
        """What was ticked, one by one, by activité or all together."""
        typed = self.cleaned_data
        if typed.get("tous"):
            return list(self.portees.values())
        whole = set(typed.get("tous_de", []))
        ticked = set(typed.get("choix", []))
        return [each for key, each in self.portees.items() if key in ticked or str(each[0].pk) in whole]


def key_of(portee: Portee) -> str:
    """How a box of the list names its activité or its lieu."""
    activite, lieu = portee
    return str(lieu.pk if lieu else activite.pk)


class RemplacementForm(Form):
    """Who comes after an approbateur, from which day at the earliest."""

    rattachement = PersonField()
    opens_on = DateField(
        label="À partir du",
        initial=timezone.localdate,
        help_text="Au plus tôt le jour où la Caf aura répondu.",
    )

    def __init__(self, *args: Any, people: QuerySet[Rattachement], suggest_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rattachement"].offer(people, suggest_url)  # type: ignore[attr-defined]


class RetraitForm(Form):
    """Why a proposal that waits for the Caf is withdrawn."""

    motif = forms.CharField(label="Motif", max_length=300, help_text="Par exemple : erreur de personne.")
