"""Who acts, for whom, on which day: computed anew for each request, never kept."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf, Caf
from portail.ui.templatetags.ui import elided

_LONGEST_LABEL = 200  # of the journal
# Written out in SQL and asked at once: it runs for every page, where composing it would cost more than running it and
# each question to the base a twentieth of the page.
_PLACES = """
SELECT r.id, r.convention_id, c.libelle, o.id, o.raison_sociale,
       EXISTS (SELECT FROM conventions_administrateur a WHERE a.rattachement_id = r.id AND a.period @> %(on)s::date),
       ARRAY(SELECT below.groupe_id FROM habilitations_responsable p
             JOIN habilitations_groupe g ON g.id = p.groupe_id
             JOIN habilitations_groupeancestor below ON below.ancestor_id = p.groupe_id
             WHERE p.rattachement_id = r.id AND p.period @> %(on)s::date AND g.period @> %(on)s::date),
       ARRAY(SELECT b.service FROM conventions_bulletinadhesion b
             WHERE b.convention_id = r.convention_id AND b.period @> %(on)s::date),
       CASE WHEN EXISTS (SELECT FROM conventions_administrateur a WHERE a.rattachement_id = r.id
                         AND a.period @> %(on)s::date)
       THEN (SELECT count(*) FROM habilitations_demandeacces d
             JOIN conventions_rattachement w ON w.id = d.rattachement_id
             WHERE d.decided_at IS NULL AND w.convention_id = r.convention_id
               AND w.utilisateur_id <> ALL(%(not_of)s))
       WHEN EXISTS (SELECT FROM habilitations_responsable p WHERE p.rattachement_id = r.id AND p.period @> %(on)s::date)
       THEN (SELECT count(*) FROM habilitations_demandeacces d
             JOIN conventions_rattachement w ON w.id = d.rattachement_id
             WHERE d.decided_at IS NULL AND w.convention_id = r.convention_id
               AND w.utilisateur_id <> ALL(%(not_of)s)
               AND EXISTS (SELECT FROM habilitations_responsable p
                           JOIN habilitations_groupe g ON g.id = p.groupe_id
                           JOIN habilitations_groupeancestor below ON below.ancestor_id = p.groupe_id
                           JOIN habilitations_rolegroupe h ON h.groupe_id = below.groupe_id
                           WHERE p.rattachement_id = r.id AND p.period @> %(on)s::date AND g.period @> %(on)s::date
                             AND h.period @> %(on)s::date AND split_part(h.role, '.', 1) = d.service))
       ELSE 0 END,
       ARRAY(SELECT ARRAY[s.id::text, t.id::text, u.id::text, u.prenom || ' ' || u.nom, s.closes_on::text]
             FROM habilitations_suppleance s JOIN conventions_rattachement t ON t.id = s.titulaire_id
             JOIN comptes_utilisateur u ON u.id = t.utilisateur_id
             WHERE s.suppleant_id = r.id AND s.period @> %(on)s::date AND t.period @> %(on)s::date
               AND u.period @> %(on)s::date
               AND (EXISTS (SELECT FROM conventions_administrateur a
                            WHERE a.rattachement_id = t.id AND a.period @> %(on)s::date)
                    OR EXISTS (SELECT FROM habilitations_responsable p JOIN habilitations_groupe g ON g.id = p.groupe_id
                               WHERE p.rattachement_id = t.id AND p.period @> %(on)s::date
                                 AND g.period @> %(on)s::date))
             ORDER BY u.sort_key, s.id),
       ARRAY(SELECT ARRAY[h.service, h.role, h.convention_id::text, g.libelle, (upper(h.period) - 1)::date::text]
             FROM habilitations_habilitation h JOIN habilitations_groupe g ON g.id = h.groupe_id
             WHERE h.utilisateur_id = r.utilisateur_id AND h.convention_id = r.convention_id
               AND h.period @> %(on)s::date
             ORDER BY h.service, h.role, g.libelle)
FROM conventions_rattachement r
JOIN conventions_convention c ON c.id = r.convention_id
JOIN conventions_organisme o ON o.id = c.organisme_id
WHERE r.utilisateur_id = %(utilisateur)s AND r.period @> %(on)s::date
ORDER BY o.sort_key, c.sort_key, r.id
"""


@dataclass(frozen=True)
class Place:
    """An open rattachement: the convention and organisation served, what one may manage there, what is opened there."""

    rattachement: int
    convention: int
    convention_label: str
    organisme: int
    organisme_label: str
    is_administrateur: bool
    managed_groupes: list[int]
    services: list[str]
    pending_acces: int
    lent: list[list[str]]  # the suppleances received that lend something today: see Suppleant
    held: list[list[str | None]]  # the rights of the day there: see Right


@dataclass(frozen=True)
class Suppleant:
    """What a person acting for another was lent: by whom, under which convention, until which day."""

    pk: int
    rattachement: int
    titulaire: int
    titulaire_label: str
    until: date
    convention: int
    convention_label: str
    organisme: int
    organisme_label: str

    @classmethod
    def of(cls, place: Place, row: list[str]) -> "Suppleant":
        pk, rattachement, titulaire, label, until = row
        where = (place.convention, place.convention_label, place.organisme, place.organisme_label)
        return cls(int(pk), int(rattachement), int(titulaire), label, date.fromisoformat(until), *where)


@dataclass(frozen=True)
class Right:
    """A role of a service that the person may use today; `until` is its last day, None when nothing ends it."""

    service: str
    role: str
    convention: int
    groupe: str
    until: date | None

    @classmethod
    def of(cls, row: list[Any]) -> "Right":
        service, role, convention, groupe, until = row
        return cls(service, role, int(convention), groupe, until and date.fromisoformat(until))

    def outlasts(self, other: "Right") -> bool:
        return (self.until or date.max) > (other.until or date.max)


@dataclass(frozen=True)
class Organisation:
    """An organisation the person may act for."""

    pk: int
    label: str
    is_current: bool


@dataclass(eq=False)
class Acteur:
    """A signed-in person acting on the day `on`, for a Caf (`caf`, `fonction`) or for one partner (`places`).

    With `suppleant` he manages what somebody else lent him, and nothing of his own; his rights stay his.
    """

    utilisateur: Utilisateur
    on: date
    caf: Caf | None = None
    fonction: str = ""
    places: list[Place] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    suppleant: Suppleant | None = None
    suppleances: list[Suppleant] = field(default_factory=list)

    @property
    def nom_complet(self) -> str:
        return self.utilisateur.nom_complet

    @property
    def organisation_label(self) -> str:
        if self.caf:
            return self.caf.nom
        return self.places[0].organisme_label if self.places else ""

    @property
    def fonction_label(self) -> str:
        if self.fonction:
            return Fonction(self.fonction).label
        if self.suppleant:
            return f"en suppléance {elided(self.suppleant.titulaire_label)}"
        if self.administered:
            return "Administrateur partenaire"
        return "Responsable des habilitations" if self.managed_groupes else "Utilisateur"

    @cached_property
    def administered(self) -> set[int]:
        """The conventions he administers for the partner."""
        return {place.convention for place in self.places if place.is_administrateur}

    @cached_property
    def managed_groupes(self) -> set[int]:
        """The groups he answers for as responsable, and all below them."""
        return {groupe for place in self.places for groupe in place.managed_groupes}

    @cached_property
    def answered_for(self) -> set[int]:
        """The conventions where he is responsable of a group."""
        return {place.convention for place in self.places if place.managed_groupes}

    @cached_property
    def opened_services(self) -> set[str]:
        """The services that a bulletin opens today where he serves."""
        return {service for place in self.places for service in place.services}

    @cached_property
    def rights(self) -> list[Right]:
        """His rights of the day for the organisation he acts for, one per chain."""
        rights = [Right.of(row) for place in self.places for row in place.held]
        return sorted(rights, key=lambda right: (right.service, right.role, right.convention))

    def roles_of(self, service: str) -> set[str]:
        return {right.role for right in self.rights if right.service == service}

    @property
    def is_caf_administrateur(self) -> bool:
        return self.fonction == Fonction.ADMINISTRATEUR

    def is_bound_by(self, utilisateur: int) -> bool:
        """Is it somebody for whom he does nothing by what he was lent: himself, or who lent it?"""
        return self.suppleant is not None and utilisateur in (self.utilisateur.pk, self.suppleant.titulaire)

    @property
    def not_for(self) -> list[int]:
        """Those about whom he decides nothing: himself and, in suppléance, who lent it."""
        return [self.utilisateur.pk, *([self.suppleant.titulaire] if self.suppleant else [])]

    # the journal's author

    @property
    def journal_name(self) -> str:
        return self.utilisateur.identifiant

    @property
    def journal_label(self) -> str:
        """« Paul Robine, en suppléance de Jeanne Bruet »; cut to what the journal holds."""
        name = self.utilisateur.nom_complet
        return f"{name}, {self.fonction_label}"[:_LONGEST_LABEL] if self.suppleant else name

    @property
    def journal_organisation(self) -> str:
        return self.organisation_label


def acteur_for(
    utilisateur: Utilisateur, *, on: date, organisme: int | None = None, suppleance: int | None = None
) -> Acteur:
    """The person as acting that day; for `organisme` when he serves it, else for the first he serves.

    With `suppleance` he acts for who named him, as long as it lends him something; a suppleance lost changes nothing.
    """
    if utilisateur.is_agent:
        agent = AgentCaf.objects.open_on(on).filter(utilisateur=utilisateur).select_related("caf").first()
        return Acteur(utilisateur, on, caf=agent.caf if agent else None, fonction=agent.fonction if agent else "")
    places = _places(utilisateur.pk, on, not_of=[utilisateur.pk])
    received = [Suppleant.of(place, row) for place in places for row in place.lent]
    suppleant = next((each for each in received if each.pk == suppleance), None)
    served = {place.organisme: place.organisme_label for place in places}
    wanted = suppleant.organisme if suppleant else organisme
    current = wanted if wanted in served else next(iter(served), None)
    here = [place for place in places if place.organisme == current]
    return Acteur(
        utilisateur,
        on,
        places=_lent(here, utilisateur.pk, suppleant, on) if suppleant else here,
        organisations=[Organisation(pk, label, pk == current) for pk, label in served.items()],
        suppleant=suppleant,
        suppleances=received,
    )


def _places(utilisateur: int, on: date, *, not_of: list[int]) -> list[Place]:
    """Where the person serves; requests of `not_of` are not his to decide."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"utilisateur": utilisateur, "on": on, "not_of": not_of})
        return [Place(*row) for row in cursor.fetchall()]


def _lent(places: list[Place], utilisateur: int, suppleant: Suppleant, on: date) -> list[Place]:
    """His own places, where he manages only what the titulaire manages there today."""
    theirs = _places(suppleant.titulaire, on, not_of=[utilisateur, suppleant.titulaire])
    names = ("is_administrateur", "managed_groupes", "pending_acces")
    lender = [place for place in theirs if place.rattachement == suppleant.rattachement]
    lent = {place.convention: {name: getattr(place, name) for name in names} for place in lender}
    nothing: dict[str, Any] = {"is_administrateur": False, "managed_groupes": [], "pending_acces": 0}
    return [replace(place, **lent.get(place.convention, nothing)) for place in places]
