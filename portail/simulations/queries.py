"""Reads of simulations, of the places where a change may be made, and of the difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from portail.conventions.enums import Fonction
from portail.conventions.models import BulletinAdhesion, Convention, Rattachement, RoleBulletin
from portail.habilitations import queries as habilitations
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Groupe
from portail.simulations.enums import OF_A_GROUPE, NatureChangement
from portail.simulations.models import Changement, LigneSimulation, Simulation

NEW = "nouveau"  # a group at the top, for a change that makes one
WHOLE = "convention"


def simulations_for(acteur: Acteur) -> QuerySet[Simulation]:
    """His own; those of the partner for its administrateurs; for the Caf its own and those of its conventions."""
    rows = Simulation.objects.select_related("convention__organisme", "convention__caf_pivot", "created_by", "caf")
    visible = Convention.objects.visible_to(acteur)
    if acteur.caf is not None:
        if acteur.fonction not in (Fonction.ADMINISTRATEUR, Fonction.AUDITEUR):
            return rows.none()
        theirs = rows.filter(Q(caf=None) | Q(caf=acteur.caf), convention__in=visible)
    else:
        own = Q(created_by=acteur.utilisateur, convention__in=visible)
        theirs = rows.filter(own | Q(convention__in=acteur.administered), caf=None)
    return theirs.order_by("-pk")


def simulation_for(acteur: Acteur, pk: int) -> Simulation:
    """A simulation in the perimeter; its convention carries what the rules ask of it."""
    found = simulations_for(acteur).select_related("applied_by", "version").get(pk=pk)
    found.convention = habilitations.convention_for(acteur, found.convention_id)
    return found


def simulation_export_for(acteur: Acteur, pk: int, extension: str) -> tuple[Simulation, str]:
    return simulation_for(acteur, pk), extension


@dataclass(frozen=True)
class Place:
    """Where a change goes: of which nature, on which group or service; `changement` when it is one already there."""

    simulation: Simulation
    nature: NatureChangement
    groupe: Groupe | None = None
    service: str = ""
    changement: Changement | None = None


def place_for(acteur: Acteur, pk: int, nature: str, cible: str) -> Place:
    """The place named in a URL: the number of a group, the code of a service, or the convention itself."""
    if nature not in NatureChangement:
        raise Changement.DoesNotExist
    simulation, kind = simulation_for(acteur, pk), NatureChangement(nature)
    if kind == NatureChangement.BULLETIN:
        if cible not in roles.SERVICES:
            raise Changement.DoesNotExist
        return Place(simulation, kind, service=cible)
    if cible.isdecimal() and len(cible) < 19 and kind in (*OF_A_GROUPE, NatureChangement.SOUS_GROUPE):
        return Place(simulation, kind, habilitations.groupe_for(acteur, simulation.convention_id, int(cible)))
    is_whole = kind in (NatureChangement.SUSPENSION, NatureChangement.CLOTURE) and cible == WHOLE
    if not is_whole and not (kind == NatureChangement.SOUS_GROUPE and cible == NEW):
        raise Changement.DoesNotExist
    return Place(simulation, kind)


def changement_for(acteur: Acteur, pk: int, rang: int) -> Place:
    """A change already in the basket."""
    simulation = simulation_for(acteur, pk)
    found = Changement.objects.get(simulation=simulation, rang=rang)
    groupe = None
    if found.groupe_id:
        groupe = habilitations.groupe_for(acteur, simulation.convention_id, found.groupe_id)
    service = str(found.values.get("service", ""))
    return Place(simulation, NatureChangement(found.nature), groupe, service, found)


def people_named(acteur: Acteur, convention: Convention, identifiants: Iterable[str]) -> dict[str, int]:
    """The accesses, by identifiant, of those of these people that he may see and whose access is not over."""
    people = habilitations.rattachements_for(acteur, convention).not_ended_on(acteur.on)
    rows = people.filter(utilisateur__identifiant__in=list(identifiants)).order_by("opens_on")
    return dict(rows.values_list("utilisateur__identifiant", "pk"))


def identifiants_of(rattachements: Iterable[int]) -> list[str]:
    rows = Rattachement.objects.filter(pk__in=list(rattachements)).order_by("utilisateur__identifiant")
    return list(rows.values_list("utilisateur__identifiant", flat=True))


def members_on(groupe: Groupe, on: date) -> list[Appartenance]:
    """Who is in the group that day or will be."""
    rows = Appartenance.objects.not_ended_on(on).filter(groupe=groupe).select_related("rattachement__utilisateur")
    return list(rows.order_by("rattachement__utilisateur__sort_key", "pk"))


def roles_opened(simulation: Simulation, on: date) -> set[str]:
    """What the bulletins open, with what a change of the basket would add to them."""
    bulletins = BulletinAdhesion.objects.not_ended_on(on).filter(convention=simulation.convention_id)
    held = RoleBulletin.objects.not_ended_on(on).filter(bulletin__in=bulletins)
    tried = simulation.changements.filter(nature=NatureChangement.BULLETIN).values_list("values", flat=True)
    return set(held.values_list("role", flat=True)) | {role for values in tried for role in values["roles"]}


def lignes_for(acteur: Acteur, simulation: Simulation) -> QuerySet[LigneSimulation]:
    """The difference, for the people he may see."""
    rows = LigneSimulation.objects.filter(simulation=simulation).select_related("utilisateur")
    if acteur.caf is None and simulation.convention_id not in acteur.administered:
        people = habilitations.rattachements_for(acteur, simulation.convention).order_by()
        rows = rows.filter(utilisateur__in=people.values("utilisateur"))
    return rows.order_by("utilisateur__sort_key", "utilisateur_id", "sens", "role", "opens_on")


def people_of(convention: Convention, on: date) -> int:
    """How many people serve there, from that day on."""
    return Rattachement.objects.not_ended_on(on).filter(convention=convention).count()
