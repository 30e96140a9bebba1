"""Who acts, for whom, on which day: computed anew for each request, never kept."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf, Caf

# Written out in SQL: these two run for every page, and composing them would cost more than running them.
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
               AND w.utilisateur_id <> r.utilisateur_id)
       WHEN EXISTS (SELECT FROM habilitations_responsable p WHERE p.rattachement_id = r.id AND p.period @> %(on)s::date)
       THEN (SELECT count(*) FROM habilitations_demandeacces d
             JOIN conventions_rattachement w ON w.id = d.rattachement_id
             WHERE d.decided_at IS NULL AND w.convention_id = r.convention_id
               AND w.utilisateur_id <> r.utilisateur_id
               AND EXISTS (SELECT FROM habilitations_responsable p
                           JOIN habilitations_groupe g ON g.id = p.groupe_id
                           JOIN habilitations_groupeancestor below ON below.ancestor_id = p.groupe_id
                           JOIN habilitations_rolegroupe h ON h.groupe_id = below.groupe_id
                           WHERE p.rattachement_id = r.id AND p.period @> %(on)s::date AND g.period @> %(on)s::date
                             AND h.period @> %(on)s::date AND split_part(h.role, '.', 1) = d.service))
       ELSE 0 END
FROM conventions_rattachement r
JOIN conventions_convention c ON c.id = r.convention_id
JOIN conventions_organisme o ON o.id = c.organisme_id
WHERE r.utilisateur_id = %(utilisateur)s AND r.period @> %(on)s::date
ORDER BY o.sort_key, c.sort_key, r.id
"""
_RIGHTS = """
SELECT h.service, h.role, h.convention_id, g.libelle, (upper(h.period) - 1)::date
FROM habilitations_habilitation h JOIN habilitations_groupe g ON g.id = h.groupe_id
WHERE h.utilisateur_id = %s AND h.convention_id = ANY(%s) AND h.period @> %s::date
ORDER BY 1, 2, 3, 4
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


@dataclass(frozen=True)
class Right:
    """A role of a service that the person may use today; `until` is its last day, None when nothing ends it."""

    service: str
    role: str
    convention: int
    groupe: str
    until: date | None

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
    """A signed-in person acting on the day `on`, for a Caf (`caf`, `fonction`) or for one partner (`places`)."""

    utilisateur: Utilisateur
    on: date
    caf: Caf | None = None
    fonction: str = ""
    places: list[Place] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)

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
        if not self.places:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_RIGHTS, (self.utilisateur.pk, [p.convention for p in self.places], self.on))
            return [Right(*row) for row in cursor.fetchall()]

    def roles_of(self, service: str) -> set[str]:
        return {right.role for right in self.rights if right.service == service}

    @property
    def is_caf_administrateur(self) -> bool:
        return self.fonction == Fonction.ADMINISTRATEUR

    # the journal's author

    @property
    def journal_name(self) -> str:
        return self.utilisateur.identifiant

    @property
    def journal_label(self) -> str:
        return self.utilisateur.nom_complet

    @property
    def journal_organisation(self) -> str:
        return self.organisation_label


def acteur_for(utilisateur: Utilisateur, *, on: date, organisme: int | None = None) -> Acteur:
    """The person as acting that day; for `organisme` when he serves it, else for the first he serves."""
    if utilisateur.is_agent:
        agent = AgentCaf.objects.open_on(on).filter(utilisateur=utilisateur).select_related("caf").first()
        return Acteur(utilisateur, on, caf=agent.caf if agent else None, fonction=agent.fonction if agent else "")
    places = _places(utilisateur, on)
    served = {place.organisme: place.organisme_label for place in places}
    current = organisme if organisme in served else next(iter(served), None)
    return Acteur(
        utilisateur,
        on,
        places=[place for place in places if place.organisme == current],
        organisations=[Organisation(pk, label, pk == current) for pk, label in served.items()],
    )


def _places(utilisateur: Utilisateur, on: date) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"utilisateur": utilisateur.pk, "on": on})
        return [Place(*row) for row in cursor.fetchall()]
