"""Forms of simulations: those of the real acts, whose answers are kept instead of being carried out."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from portail.conventionnement.forms import BulletinForm, ClosingForm, SuspensionForm
from portail.conventionnement.models import VersionConvention
from portail.habilitations import queries as habilitations
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import roles_changed, shown, told
from portail.habilitations.forms import (
    LATER,
    AppartenanceForm,
    CloseForm,
    GroupeField,
    GroupeForm,
    RattachementField,
    RolesForm,
)
from portail.habilitations.models import Groupe
from portail.simulations import queries
from portail.simulations.enums import OF_A_GROUPE, OF_THE_CAF, NatureChangement
from portail.simulations.queries import Place
from portail.ui.forms import DateField, FilterForm, Form
from portail.ui.templatetags.ui import elided

_DAYS = ("opens_on", "closes_on")


def _kept(typed: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps it: days as AAAA-MM-JJ, empty for none."""
    return {name: (f"{value or ''}" if name in _DAYS or name == "on" else value) for name, value in typed.items()}


class SimulationForm(Form):
    libelle = forms.CharField(
        label="Nom de la simulation", max_length=80, help_text="Par exemple : réorganisation de l'accueil."
    )
    jour = DateField(
        label="Jour d'effet",
        required=False,
        help_text="Les changements sont essayés comme s'ils étaient faits ce jour-là. Vide : le jour du calcul.",
    )

    def clean_jour(self) -> date | None:
        jour = self.cleaned_data["jour"]
        if jour and jour < timezone.localdate():
            raise forms.ValidationError("Ce jour est passé : choisissez aujourd'hui ou un jour à venir.")
        return jour


class ChoixForm(FilterForm):
    """Which change comes next, and on which group."""

    nature = forms.ChoiceField(label="Changement", error_messages={"required": "Choisissez un changement."})
    groupe = GroupeField(
        label="Groupe",
        queryset=Groupe.objects.none(),
        required=False,
        empty_label="(Aucun)",
        help_text="Pour un nouveau sous-groupe : son groupe parent. Sans objet pour la convention et ses bulletins.",
    )

    def __init__(self, *args: Any, acteur: Acteur, simulation: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groupe"].queryset = habilitations.managed_groupes_of(acteur, simulation.convention)  # type: ignore[attr-defined]
        self.fields["nature"].choices = [*_choices(acteur)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("nature") in OF_A_GROUPE and not typed.get("groupe"):
            self.add_error("groupe", "Choisissez le groupe à changer.")
        return typed

    @property
    def place(self) -> tuple[str, str]:
        """The nature and the target, as the URL of the change names them."""
        nature, _, service = self.cleaned_data["nature"].partition(":")
        groupe = self.cleaned_data["groupe"]
        if nature in (NatureChangement.SUSPENSION, NatureChangement.CLOTURE):
            return nature, queries.WHOLE
        return nature, service or (str(groupe.pk) if groupe else queries.NEW)


def _choices(acteur: Acteur) -> Iterable[tuple[str, str]]:
    for nature in NatureChangement:
        if nature == NatureChangement.BULLETIN and acteur.caf:
            yield from ((f"{nature}:{s.code}", f"Bulletin d'adhésion : {s.libelle}") for s in roles.SERVICES.values())
        elif nature not in OF_THE_CAF or acteur.caf:
            yield nature.value, str(nature.label)


class PersonnesField(forms.CharField):
    """Identifiants, separated as one likes; a list of them."""

    widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        return list(dict.fromkeys(re.findall(r"\w+", super().clean(value).upper())))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class _People(forms.Form):
    """Several people at once, by their identifiants or as the members of a group."""

    personnes = PersonnesField(
        label="Identifiants des personnes",
        required=False,
        help_text="Un par ligne, ou séparés par des espaces : ils se copient depuis la liste des utilisateurs.",
    )
    source = GroupeField(
        label="Ou tous les membres du groupe",
        queryset=Groupe.objects.none(),
        required=False,
        empty_label="(Aucun)",
    )
    acteur: Acteur
    place: Place
    needs_people = True

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        named = typed.get("personnes") or []
        found = queries.people_named(self.acteur, self.place.simulation.convention, named)
        if unknown := [each for each in named if each not in found]:
            listed = ", ".join(unknown[:10]) + (f" et {len(unknown) - 10} autres" if len(unknown) > 10 else "")
            self.add_error("personnes", f"Personne, parmi les accès que vous gérez, n'a l'identifiant {listed}.")
        elif self.needs_people and not named and not typed.get("source"):
            self.add_error("personnes", "Indiquez au moins une personne, ou choisissez un groupe.")
        self.named = list(found.values())
        return typed

    def people(self) -> dict[str, Any]:
        source = self.cleaned_data.get("source")
        return {"people": self.named, "source": source.pk if source else None}

    def people_told(self) -> str:
        source = self.cleaned_data.get("source")
        named = f"{len(self.named)} personne{'s' if len(self.named) > 1 else ''}" if self.named else ""
        members = f"les membres du groupe {source.libelle}" if source else ""
        return " et ".join(filter(None, [named, members]))


class RolesChangement(RolesForm):
    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        held = habilitations.roles_held(place.groupe, acteur.on)  # type: ignore[arg-type]
        self.place, self.held = place, held
        typed = set(place.changement.values["roles"]) if place.changement else held
        opened = queries.roles_opened(place.simulation, acteur.on)
        super().__init__(data, grantable=opened | held, held=typed)

    def values(self) -> dict[str, Any]:
        return {"roles": sorted(self.wanted)}

    def told(self) -> str:
        added, removed = self.wanted - self.held, self.held - self.wanted
        return f"Rôles du groupe {self.place.groupe.libelle} : {roles_changed(added, removed) or 'inchangés'}"  # type: ignore[union-attr]


class GroupeChangement(GroupeForm):
    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        names = ("code", "libelle", *_DAYS)
        known = place.changement.values if place.changement else {n: getattr(place.groupe, n) for n in names}
        super().__init__(data, initial=known, **kwargs)
        self.place = place

    def values(self) -> dict[str, Any]:
        return _kept(self.cleaned_data)

    def told(self) -> str:
        typed = self.cleaned_data
        return f"Groupe {self.place.groupe.libelle} : {typed['code']} - {typed['libelle']}" + told(  # type: ignore[union-attr]
            typed["opens_on"], typed["closes_on"]
        )


class SousGroupeChangement(_People, GroupeForm):
    """A new group with its roles, its responsable and its first members."""

    responsable = RattachementField(label="Responsable des habilitations", required=False, empty_label="(Aucun)")
    roles = forms.MultipleChoiceField(
        label="Rôles du groupe",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un sous-groupe ne peut avoir que les rôles de son groupe parent.",
    )
    field_order = ("code", "libelle", *_DAYS, "roles", "responsable", "personnes", "source")
    needs_people = False

    def __init__(self, data: Any, *, acteur: Acteur, place: Place, suggest_url: str, **kwargs: Any) -> None:
        self.acteur, self.place = acteur, place
        known = dict(place.changement.values) if place.changement else {"opens_on": acteur.on}
        super().__init__(data, initial=_people_typed(known, acteur, place), **kwargs)
        convention = place.simulation.convention
        opened = queries.roles_opened(place.simulation, acteur.on)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.code, f"{service.libelle} – {role.libelle}")
            for service in roles.SERVICES.values()
            for role in service.roles
            if role.code in opened
        ]
        self.fields["responsable"].offer(habilitations.nameable_in(acteur, convention), suggest_url)  # type: ignore[attr-defined]
        self.fields["source"].queryset = habilitations.managed_groupes_of(acteur, convention)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in ("code", "libelle", *_DAYS, "roles")}
        named = self.cleaned_data["responsable"]
        return _kept(typed) | self.people() | {"responsable": named.pk if named else None}

    def told(self) -> str:
        typed, parent = self.cleaned_data, self.place.groupe
        kind = f"Nouveau sous-groupe {elided(parent.libelle)}" if parent else "Nouveau groupe"
        given = f" ; rôles : {roles.labels(typed['roles'])}" if typed["roles"] else ""
        people = f" ; avec {self.people_told()}" if self.people_told() else ""
        dates = told(typed["opens_on"], typed["closes_on"])
        return f"{kind} : {typed['code']} - {typed['libelle']}{dates}{given}{people}"


def _people_typed(values: dict[str, Any], acteur: Acteur, place: Place) -> dict[str, Any]:
    """What a form of people shows of what was kept."""
    shown_again = {**values, "personnes": queries.identifiants_of(values.get("people", []))}
    if values.get("responsable"):
        people = habilitations.rattachements_for(acteur, place.simulation.convention)
        shown_again["responsable"] = people.filter(pk=values["responsable"]).first()
    return shown_again


class AjoutChangement(_People, AppartenanceForm):
    field_order = ("personnes", "source", *_DAYS)

    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        self.acteur, self.place = acteur, place
        groupes = habilitations.managed_groupes_of(acteur, place.simulation.convention)
        known = dict(place.changement.values) if place.changement else {"opens_on": place.simulation.jour or acteur.on}
        super().__init__(data, groupes=groupes, initial=_people_typed(known, acteur, place), **kwargs)
        del self.fields["groupe"]
        self.fields["source"].queryset = groupes.exclude(pk=place.groupe.pk)  # type: ignore[attr-defined, union-attr]

    def values(self) -> dict[str, Any]:
        return _kept({name: self.cleaned_data[name] for name in _DAYS}) | self.people()

    def told(self) -> str:
        typed = self.cleaned_data
        dates = told(typed["opens_on"], typed["closes_on"])
        return f"Ajouter au groupe {self.place.groupe.libelle} : {self.people_told()}{dates}"  # type: ignore[union-attr]


class RetraitChangement(_People, CloseForm):
    source = None  # type: ignore[assignment]
    tous = forms.BooleanField(label="Tous les membres du groupe", required=False)
    field_order = ("personnes", "tous", "when", "on", "motif")
    needs_people = False

    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        self.acteur, self.place = acteur, place
        known = place.changement.values if place.changement else {}
        super().__init__(data, initial=_people_typed(known, acteur, place), **kwargs)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not typed.get("personnes") and not typed.get("tous") and not self.errors.get("personnes"):
            self.add_error("personnes", "Indiquez au moins une personne, ou cochez « Tous les membres du groupe ».")
        return typed

    def values(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in ("when", "on", "motif", "tous")}
        if typed["when"] != LATER:
            typed["on"] = None
        return _kept(typed) | {"people": self.named}

    def told(self) -> str:
        typed = self.cleaned_data
        who = "tous les membres" if typed["tous"] else self.people_told()
        end = f"à la fin du {typed['on']:%d/%m/%Y}" if typed["when"] == LATER else "immédiatement"
        return f"Retirer du groupe {self.place.groupe.libelle} : {who}, {end}"  # type: ignore[union-attr]


class BulletinChangement(BulletinForm):
    def __init__(self, data: Any, *, acteur: Acteur, place: Place, initial: Any, **kwargs: Any) -> None:
        known = place.changement.values if place.changement else initial
        version = VersionConvention(convention=place.simulation.convention)
        super().__init__(data, service=place.service, version=version, initial=known, **kwargs)

    def values(self) -> Any:
        return asdict(super().values())

    def told(self) -> str:
        bulletin = super().values()
        limit = f", {bulletin.max_utilisateurs} utilisateurs au plus" if bulletin.max_utilisateurs else ""
        dates = told(self.cleaned_data["opens_on"], self.cleaned_data["closes_on"])
        service = roles.service(self.service).libelle
        return f"Bulletin « {service} » : {roles.labels(bulletin.roles)}{dates}{limit}"


class SuspensionChangement(SuspensionForm):
    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        known = place.changement.values if place.changement else {"opens_on": place.simulation.jour or acteur.on}
        super().__init__(data, initial=known, **kwargs)

    def values(self) -> dict[str, Any]:
        return _kept(self.cleaned_data)

    def told(self) -> str:
        return "Suspendre la convention" + told(self.cleaned_data["opens_on"], self.cleaned_data["closes_on"])


class ClotureChangement(ClosingForm):
    def __init__(self, data: Any, *, acteur: Acteur, place: Place, **kwargs: Any) -> None:
        super().__init__(data, initial=place.changement.values if place.changement else {}, **kwargs)

    def values(self) -> dict[str, Any]:
        return _kept(self.cleaned_data)

    def told(self) -> str:
        return f"Clôturer la convention à la fin du {shown(self.cleaned_data['closes_on'])}"


FORMS: dict[NatureChangement, Any] = {
    NatureChangement.ROLES: RolesChangement,
    NatureChangement.GROUPE: GroupeChangement,
    NatureChangement.SOUS_GROUPE: SousGroupeChangement,
    NatureChangement.AJOUT: AjoutChangement,
    NatureChangement.RETRAIT: RetraitChangement,
    NatureChangement.BULLETIN: BulletinChangement,
    NatureChangement.SUSPENSION: SuspensionChangement,
    NatureChangement.CLOTURE: ClotureChangement,
}
