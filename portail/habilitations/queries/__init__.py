"""Reads of conventions, people, groups and rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.comptes.models import DatedQuerySet, Utilisateur
from portail.conventions.models import (
    Administrateur,
    BulletinAdhesion,
    Convention,
    DemandeRattachement,
    Rattachement,
    RoleBulletin,
)
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur, Right
from portail.habilitations.models import (
    Appartenance,
    Groupe,
    Habilitation,
    Responsable,
    RoleGroupe,
)

_MAY_USE = """
SELECT EXISTS (SELECT FROM habilitations_habilitation
               WHERE utilisateur_id = %s AND convention_id = %s AND role = %s AND period @> %s::date)
"""


def may_use(utilisateur: int, role: str, convention: int, on: date) -> bool:
    """May this person use this role under this convention that day?"""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_USE, (utilisateur, convention, role, on))
        return bool(cursor.fetchone()[0])


# Conventions


def conventions_for(acteur: Acteur) -> QuerySet[Convention]:
    """The conventions in his perimeter, as the list shows them."""
    visible = Convention.objects.visible_to(acteur).with_suspension(acteur.on)
    return visible.select_related("organisme__type", "caf_pivot").order_by("sort_key", "pk")


def convention_for(acteur: Acteur, pk: int) -> Convention:
    return conventions_for(acteur).get(pk=pk)


def is_suspended(convention: Convention, on: date) -> bool:
    """Is there a suspension that day? A batch has asked once for all its lines."""
    day, answer = getattr(convention, "known_suspension", (None, False))
    return answer if day == on else convention.suspensions.open_on(on).exists()


def is_out_of_reach(acteur: Acteur, utilisateur: Utilisateur) -> bool:
    """Is the person, where this responsable answers for groups, also in a group that he does not manage?"""
    conventions = acteur.answered_for - acteur.administered
    if not conventions:
        return False
    his = Appartenance.objects.not_ended_on(acteur.on).filter(
        rattachement__utilisateur=utilisateur, rattachement__convention__in=conventions
    )
    return his.exclude(groupe__in=acteur.managed_groupes).exists()


def serving_outside(acteur: Acteur, people: Iterable[int]) -> set[int]:
    """Which of these people also serve where he has no say."""
    theirs = Rattachement.objects.not_ended_on(acteur.on).filter(utilisateur__in=people)
    if acteur.caf is not None:
        outside = theirs.exclude(convention__caf_pivot=acteur.caf)
    else:
        outside = theirs.exclude(convention__in=acteur.administered | acteur.answered_for)
    return set(outside.values_list("utilisateur", flat=True))


def serves_outside(acteur: Acteur, utilisateur: Utilisateur) -> bool:
    """Does the person also serve where he has no say? A batch has asked once for all its lines."""
    known = getattr(utilisateur, "known_outside", None)
    return bool(serving_outside(acteur, [utilisateur.pk])) if known is None else known


def is_administrateur(rattachement: Rattachement, on: date) -> bool:
    return Administrateur.objects.open_on(on).filter(rattachement=rattachement).exists()


def lasting_administrateurs(convention: Convention, on: date) -> QuerySet[Administrateur]:
    """The administrateurs of that day whom nothing planned takes away before the convention ends."""
    named = Administrateur.objects.open_on(on).filter(
        rattachement__convention=convention,
        rattachement__period__contains=on,
        rattachement__utilisateur__period__contains=on,
    )
    for carrier in ("", "rattachement__", "rattachement__utilisateur__"):
        stays = Q(**{f"{carrier}closes_on": None})
        if convention.closes_on is not None:
            stays |= Q(**{f"{carrier}closes_on__gte": convention.closes_on})
        named = named.filter(stays)
    return named


def administrateurs(convention: Convention, on: date) -> list[Rattachement]:
    open_ones = Administrateur.objects.open_on(on).filter(rattachement__convention=convention)
    rows = Rattachement.objects.filter(pk__in=open_ones.values("rattachement")).select_related("utilisateur")
    return list(rows.order_by("utilisateur__sort_key"))


# People


def rattachements_for(acteur: Acteur, convention: Convention) -> DatedQuerySet:
    """The people of a convention that this person may see: all, or for a responsable those of his groups."""
    administers = Administrateur.objects.open_on(acteur.on).filter(rattachement=OuterRef("pk"))
    people = Rattachement.objects.filter(convention=convention).select_related("utilisateur")
    people = people.annotate(is_administrateur=Exists(administers))
    if acteur.caf is None and convention.pk not in acteur.administered:
        his = Appartenance.objects.filter(rattachement=OuterRef("pk"), groupe__in=acteur.managed_groupes)
        people = people.filter(Exists(his) | Q(utilisateur=acteur.utilisateur))
    return people.order_by("utilisateur__sort_key", "pk")


def rattachement_for(acteur: Acteur, convention: int, pk: int) -> Rattachement:
    """One person of a convention, within the perimeter."""
    under = convention_for(acteur, convention)
    found = rattachements_for(acteur, under).get(pk=pk)
    found.convention = under
    return found


def appartenances_of(rattachement: Rattachement) -> DatedQuerySet:
    rows = Appartenance.objects.filter(rattachement=rattachement).select_related("groupe", "opened_by", "closed_by")
    return rows.order_by("-opens_on", "pk")


# Groups


def groupes_for(acteur: Acteur, convention: Convention) -> DatedQuerySet:
    visible = Groupe.objects.visible_to(acteur).filter(convention=convention)
    return visible.select_related("parent").order_by("code", "pk")


def groupe_for(acteur: Acteur, convention: int, pk: int) -> Groupe:
    under = convention_for(acteur, convention)
    found = groupes_for(acteur, under).get(pk=pk)
    found.convention = under
    if found.parent is not None:
        found.parent.convention = under
    return found


def groupe_export_for(acteur: Acteur, convention: int, pk: int, extension: str) -> tuple[Groupe, str]:
    return groupe_for(acteur, convention, pk), extension


def appartenance_for(acteur: Acteur, convention: int, pk: int) -> Appartenance:
    """A membership whose group the person may see."""
    under = convention_for(acteur, convention)
    rows = Appartenance.objects.filter(groupe__in=groupes_for(acteur, under))
    found = rows.select_related("groupe__parent", "rattachement__utilisateur").get(pk=pk)
    found.groupe.convention = found.rattachement.convention = under
    return found


def managed_groupes_of(acteur: Acteur, convention: Convention) -> DatedQuerySet:
    """The groups not yet closed where he may add people."""
    groupes = groupes_for(acteur, convention).not_ended_on(acteur.on)
    if convention.pk in acteur.administered or acteur.caf is not None:
        return groupes
    return groupes.filter(pk__in=acteur.managed_groupes)


def members_of(groupe: Groupe) -> DatedQuerySet:
    rows = Appartenance.objects.filter(groupe=groupe).select_related("groupe", "rattachement__utilisateur", "opened_by")
    return rows.order_by("rattachement__utilisateur__sort_key", "opens_on")


def responsables_of(groupe: Groupe, on: date) -> list[Responsable]:
    rows = Responsable.objects.open_on(on).filter(groupe=groupe)
    return list(rows.select_related("rattachement__utilisateur").order_by("rattachement__utilisateur__sort_key"))


def roles_held(groupe: Groupe, on: date) -> set[str]:
    """The roles the group has that day or will have."""
    return set(RoleGroupe.objects.not_ended_on(on).filter(groupe=groupe).values_list("role", flat=True))


def grantable_roles(groupe: Groupe, on: date) -> set[str]:
    """What the group may be given: its direct parent's roles, or for a top group those of the bulletins."""
    if groupe.parent_id:
        return set(RoleGroupe.objects.open_on(on).filter(groupe=groupe.parent_id).values_list("role", flat=True))
    bulletins = BulletinAdhesion.objects.not_ended_on(on).filter(convention=groupe.convention_id)
    return set(RoleBulletin.objects.not_ended_on(on).filter(bulletin__in=bulletins).values_list("role", flat=True))


def last_days_of_parent(groupe: Groupe, on: date) -> dict[str, date | None]:
    """Until when the parent holds each of its roles of the day: no sub-group may hold one longer."""
    rows = RoleGroupe.objects.open_on(on).filter(groupe=groupe.parent_id) if groupe.parent_id else []
    return {row.role: row.closes_on for row in rows}


# Rights


Periods = list[tuple[date, date | None]]


def current_rights(convention: int, on: date) -> dict[tuple[int, str], Periods]:
    """From that day on, when each person has each role under a convention: first days included, last ones not.

    Two chains that open the same role are one right: what counts is what a person gains or loses.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT utilisateur_id, role, lower(days), upper(days)
               FROM (SELECT utilisateur_id, role, range_agg(period * daterange(%(on)s, NULL)) AS periods
                     FROM habilitations_habilitation
                     WHERE convention_id = %(convention)s AND period && daterange(%(on)s, NULL) GROUP BY 1, 2) merged,
                    unnest(periods) AS days ORDER BY 1, 2, 3""",
            {"convention": convention, "on": on},
        )
        rights: dict[tuple[int, str], Periods] = {}
        for utilisateur, role, first, end in cursor.fetchall():
            rights.setdefault((utilisateur, role), []).append((first, end))
        return rights


def limited_bulletins(convention: Convention, on: date) -> list[BulletinAdhesion]:
    """The bulletins that limit how many people use their service."""
    bulletins = BulletinAdhesion.objects.not_ended_on(on).filter(convention=convention)
    return list(bulletins.filter(max_utilisateurs__isnull=False))


def _lasting(on: date) -> Q:
    return Q(period__endswith__gt=on) | Q(period__upper_inf=True)


def people_counted(bulletin: BulletinAdhesion, on: date) -> Any:
    """Who uses the service of a bulletin, from that day on: the people's numbers."""
    rights = Habilitation.objects.filter(_lasting(on), bulletin=bulletin)
    return rights.order_by().values_list("utilisateur", flat=True).distinct()


def bulletins_counting(utilisateur: int, bulletins: list[BulletinAdhesion], on: date) -> set[int]:
    """Those of the bulletins whose service this person uses, from that day on."""
    rights = Habilitation.objects.filter(_lasting(on), utilisateur=utilisateur, bulletin__in=bulletins)
    return set(rights.values_list("bulletin", flat=True))


def demandes_for(acteur: Acteur) -> QuerySet[DemandeRattachement]:
    """The cases the Caf has to decide: people already known, asked for by a partner."""
    rows = DemandeRattachement.objects.filter(decided_at=None, convention__caf_pivot=acteur.caf)
    return rows.select_related("convention__organisme", "utilisateur", "asked_by")


def demande_for(acteur: Acteur, pk: int) -> DemandeRattachement:
    return demandes_for(acteur).get(pk=pk)


@dataclass(frozen=True)
class HeldRole:
    """A role held today: what it lets one do, until which day (None: no end), under which convention and group."""

    role: roles.Role
    until: date | None
    convention: str
    groupe: str


def held_roles(acteur: Acteur, service: roles.Service) -> list[HeldRole]:
    """What the person may do in the service today, in the order of the registry; the longest chain of each role."""
    conventions = {place.convention: place.convention_label for place in acteur.places}
    longest: dict[tuple[str, int], Right] = {}
    for right in acteur.rights:
        key = right.role, right.convention
        if right.service == service.code and (key not in longest or right.outlasts(longest[key])):
            longest[key] = right
    held = [HeldRole(roles.role(r.role), r.until, conventions[r.convention], r.groupe) for r in longest.values()]
    order = [role.code for role in service.roles]
    return sorted(held, key=lambda h: (order.index(h.role.code) if h.role.code in order else len(order), h.convention))


def people_in_charge(acteur: Acteur) -> list[Utilisateur]:
    """Who administers the person's rights where he acts: the administrateurs of his conventions."""
    conventions = [place.convention for place in acteur.places]
    named = Administrateur.objects.open_on(acteur.on).filter(
        rattachement__convention__in=conventions, rattachement__period__contains=acteur.on
    )
    return list(Utilisateur.objects.filter(rattachements__administrations__in=named).distinct())


def convention_by(acteur: Acteur, convention: int) -> Convention:
    """The convention named in a URL below it."""
    return convention_for(acteur, convention)


def convention_export_for(acteur: Acteur, convention: int, extension: str) -> tuple[Convention, str]:
    return convention_for(acteur, convention), extension


def responsable_for(acteur: Acteur, convention: int, pk: int, responsable: int) -> Responsable:
    """One who answers for a group the person may see."""
    groupe = groupe_for(acteur, convention, pk)
    found = Responsable.objects.select_related("rattachement__utilisateur").get(groupe=groupe, pk=responsable)
    found.groupe = groupe
    return found


def addable_to(acteur: Acteur, groupe: Groupe) -> DatedQuerySet:
    """The people this person may add to the group: those he sees, not over, and not in it already."""
    already = Appartenance.objects.not_ended_on(acteur.on).filter(groupe=groupe, closes_on=None)
    people = rattachements_for(acteur, groupe.convention).not_ended_on(acteur.on)
    return people.exclude(pk__in=already.values("rattachement"))


def suggestions(acteur: Acteur, convention: Convention, typed: str) -> list[Rattachement]:
    """At most twenty people whose name or identifiant holds what was typed."""
    if len(typed) < 2:
        return []
    named = Q(utilisateur__sort_key__holds=typed)
    people = rattachements_for(acteur, convention).not_ended_on(acteur.on)
    return list(people.filter(named | Q(utilisateur__identifiant__startswith=typed.upper()))[:20])


def nameable_in(acteur: Acteur, convention: Convention) -> DatedQuerySet:
    """The people who may be named responsable: those the person sees, open today."""
    return rattachements_for(acteur, convention).open_on(acteur.on)


@dataclass(frozen=True)
class HeldByGroupe:
    """A role of a group with its dates and who gave it."""

    role: roles.Role
    service: str
    row: RoleGroupe


def role_rows_of(groupe: Groupe, on: date) -> list[HeldByGroupe]:
    """The roles the group has or will have, in the order of the registry."""
    rows = RoleGroupe.objects.not_ended_on(on).filter(groupe=groupe).select_related("opened_by")
    by_code = {row.role: row for row in rows}
    known = [(service, role) for service in roles.SERVICES.values() for role in service.roles]
    return [HeldByGroupe(role, service.libelle, by_code[role.code]) for service, role in known if role.code in by_code]
