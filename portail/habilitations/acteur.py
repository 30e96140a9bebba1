"""Who acts, for whom, on which day: computed anew for each request, never kept."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Exists, OuterRef

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import Administrateur, AgentCaf, Caf, Organisme, Rattachement
from portail.habilitations.models import GroupeAncestor, Responsable

_RIGHTS = """
SELECT h.service, h.role, h.convention_id, g.libelle, (upper(h.period) - 1)::date
FROM habilitations_habilitation h JOIN habilitations_groupe g ON g.id = h.groupe_id
WHERE h.utilisateur_id = %s AND h.convention_id = ANY(%s) AND h.period @> %s::date
ORDER BY 1, 2, 3, 4
"""


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
    """A signed-in person, acting on `on` for a Caf (`caf`, `fonction`) or for a partner (`organisme`)."""

    utilisateur: Utilisateur
    on: date
    organisme: Organisme | None = None
    caf: Caf | None = None
    fonction: str = ""
    rattachements: list[Rattachement] = field(default_factory=list)
    all_rattachements: list[Rattachement] = field(default_factory=list)

    @property
    def nom_complet(self) -> str:
        return self.utilisateur.nom_complet

    @property
    def organisation_label(self) -> str:
        if self.caf:
            return self.caf.nom
        return self.organisme.raison_sociale if self.organisme else ""

    @property
    def fonction_label(self) -> str:
        if self.fonction:
            return Fonction(self.fonction).label
        if self.administered:
            return "Administrateur partenaire"
        return "Responsable des habilitations" if self.managed_groupes else "Utilisateur"

    @cached_property
    def organisations(self) -> list[Organisation]:
        organismes = {r.convention.organisme_id: r.convention.organisme for r in self.all_rattachements}
        current = self.organisme.pk if self.organisme else None
        return [Organisation(pk, o.raison_sociale, pk == current) for pk, o in organismes.items()]

    @cached_property
    def administered(self) -> set[int]:
        """The conventions he administers for the partner."""
        return {r.convention_id for r in self.rattachements if r.is_administrateur}  # type: ignore[attr-defined]

    @cached_property
    def managed_groupes(self) -> set[int]:
        """The groups he answers for as responsable, and all below them."""
        if not self.rattachements:
            return set()
        named = Responsable.objects.open_on(self.on).filter(
            rattachement__in=self.rattachements, groupe__period__contains=self.on
        )
        return set(GroupeAncestor.objects.filter(ancestor__in=named.values("groupe")).values_list("groupe", flat=True))

    @cached_property
    def answered_for(self) -> set[int]:
        """The conventions where he is responsable of a group."""
        if not self.managed_groupes:
            return set()
        named = Responsable.objects.open_on(self.on).filter(rattachement__in=self.rattachements)
        return set(named.values_list("groupe__convention", flat=True))

    @cached_property
    def rights(self) -> list[Right]:
        """His rights of the day for the organisation he acts for, one per chain."""
        conventions = [r.convention_id for r in self.rattachements]
        if not conventions:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_RIGHTS, (self.utilisateur.pk, conventions, self.on))
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
    served = _rattachements(utilisateur, on)
    chosen = next((r for r in served if r.convention.organisme_id == organisme), served[0] if served else None)
    if chosen is None:
        return Acteur(utilisateur, on)
    mine = [r for r in served if r.convention.organisme_id == chosen.convention.organisme_id]
    return Acteur(utilisateur, on, organisme=chosen.convention.organisme, rattachements=mine, all_rattachements=served)


def _rattachements(utilisateur: Utilisateur, on: date) -> list[Rattachement]:
    administers = Administrateur.objects.open_on(on).filter(rattachement=OuterRef("pk"))
    rattachements = Rattachement.objects.open_on(on).filter(utilisateur=utilisateur)
    return list(
        rattachements.select_related("convention__organisme")
        .annotate(is_administrateur=Exists(administers))
        .order_by("convention__organisme__sort_key", "convention__sort_key", "pk")
    )
