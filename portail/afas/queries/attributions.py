"""« Habilitations d'action sociale » (S0): who has which role on which activité and lieu, and what nobody has."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.afas.enums import EtatProfil, RoleProfil, Validation
from portail.afas.models import Activite, LieuImplantation, Profil
from portail.afas.models.activites import ActiviteQuerySet, ProfilQuerySet
from portail.afas.queries.profils import declaring
from portail.afas.roles import DECLARER
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Habilitation
from portail.ui.templatetags.ui import day

_ACTING = (Validation.SANS_OBJET, Validation.VALIDEE)


@dataclass(frozen=True)
class Recherche:
    """What is looked for; without état, what acts or may act."""

    on: date
    etats: frozenset[str] = frozenset({EtatProfil.ACTIF, EtatProfil.INACTIF})
    role: str = ""
    utilisateur: str = ""
    lieux: bool = True

    @property
    def wants_gaps(self) -> bool:
        return EtatProfil.NON_ATTRIBUE in self.etats and not self.utilisateur

    def activites(self, rows: ActiviteQuerySet) -> ActiviteQuerySet:
        """Those with something to show.

        What nobody has is worked out beside: with « or », the base would read the profiles of everybody.
        """
        if not self.wants_gaps:
            return rows.filter(Exists(self.profils().order_by().filter(activite=OuterRef("pk"))))
        held = self.profils().order_by().filter(activite__in=rows.order_by().values("pk"))
        shown = {gap.activite for gap in self.gaps_among(rows.not_ended_on(self.on))}
        return rows.filter(pk__in=shown.union(held.values_list("activite", flat=True)))

    def gaps_among(self, rows: ActiviteQuerySet) -> Iterator["Gap"]:
        """The roles looked for that nobody has on these activités and, when they are looked for, on their lieux."""
        for gap in gaps_among(rows, self.on):
            if gap.role == (self.role or gap.role) and (gap.lieu is None or self.lieux):
                yield gap

    def profils(self) -> QuerySet[Profil]:
        rows = Profil.objects.filter(self._in_etat())
        if self.role:
            rows = rows.filter(role=self.role)
        if self.utilisateur:
            rows = rows.filter(rattachement__utilisateur__sort_key__holds=self.utilisateur)
        return rows if self.lieux else rows.filter(lieu=None)

    def _in_etat(self) -> Q:
        """Only « Actif » without « Inactif », or the contrary, asks whose right to declare holds today."""
        standing = Q(pk__in=Profil.objects.standing(self.on).order_by().values("pk"))
        wanted = Q(pk__in=[])
        if EtatProfil.HISTORIQUE in self.etats:
            wanted |= ~standing
        if {EtatProfil.ACTIF, EtatProfil.INACTIF} <= self.etats:
            return wanted | standing
        rights = Habilitation.objects.open_on(self.on).filter(role=DECLARER.code)
        acts = Q(period__contains=self.on, validation__in=_ACTING) & Q(
            rattachement__in=rights.order_by().values("rattachement")
        )
        if EtatProfil.ACTIF in self.etats:
            wanted |= standing & acts
        if EtatProfil.INACTIF in self.etats:
            wanted |= standing & ~acts
        return wanted


class Gap(NamedTuple):
    """A role that nobody can use, on an activité or on one of its lieux."""

    activite: int
    lieu: int | None
    role: str
    is_given: bool  # to people who may not declare, and will not


Place = tuple[int, int | None, str]  # an activité, one of its lieux or itself, a role


def gaps_among(rows: ActiviteQuerySet, on: date) -> Iterator[Gap]:
    """Every role that nobody who may declare has; the activity may be supplied on the activité, or on each lieu."""
    inside = rows.order_by().values("pk")
    held, given = _places(Profil.objects.standing(on).filter(activite__in=inside), on)
    lieux: dict[int, list[int]] = defaultdict(list)
    open_lieux = LieuImplantation.objects.open_on(on).filter(activite__in=inside).order_by()
    for pk, activite in open_lieux.values_list("pk", "activite"):
        lieux[activite].append(pk)
    for activite in rows.order_by().values_list("pk", flat=True):
        for role in (RoleProfil.FINANCES, RoleProfil.APPROBATEUR):
            if (activite, None, role) not in held:
                yield Gap(activite, None, role, (activite, None, role) in given)
        whole: Place = (activite, None, RoleProfil.ACTIVITE)
        if whole in held:
            continue
        places: list[Place] = [(activite, lieu, RoleProfil.ACTIVITE) for lieu in lieux[activite]] or [whole]
        yield from (Gap(*place, bool({whole, place} & given)) for place in places if place not in held)


def _places(standing: ProfilQuerySet, on: date) -> tuple[set[Place], set[Place]]:
    """Where a role is held by somebody who may declare, that day or later; and where it is given at all."""
    rows = standing.with_able(on).order_by().values_list("activite", "lieu", "role", "is_able")
    told = [((activite, lieu, role), is_able) for activite, lieu, role, is_able in rows]
    return {place for place, is_able in told if is_able}, {place for place, _ in told}


def incomplete_for(acteur: Acteur) -> int:
    """On how many activités of the day a role is given to nobody: the partner's own, or the Caf's."""
    rows = Activite.objects.visible_to(acteur) if acteur.caf is not None else Activite.objects.given_by(acteur)
    return len({gap.activite for gap in gaps_among(rows.open_on(acteur.on), acteur.on)})


# What is shown


@dataclass(frozen=True)
class Attribution:
    """A line: somebody's role, or a role that nobody has (`profil` is None)."""

    activite: Activite
    lieu: LieuImplantation | None
    role: str
    etat: str
    why: str = ""
    profil: Profil | None = None

    @property
    def role_label(self) -> str:
        return RoleProfil(self.role).label

    @property
    def etat_label(self) -> str:
        return EtatProfil(self.etat).label

    @property
    def is_waiting(self) -> bool:
        return (
            self.profil is not None
            and self.profil.validation == Validation.EN_ATTENTE
            and self.etat == EtatProfil.INACTIF
        )

    @property
    def may_end(self) -> bool:
        return self.profil is not None and self.etat in (EtatProfil.ACTIF, EtatProfil.INACTIF)

    @property
    def may_be_replaced(self) -> bool:
        return self.may_end and self.profil is not None and self.profil.validation == Validation.VALIDEE


@dataclass
class Bloc:
    """An activité, or one of its lieux, with its lines."""

    activite: Activite
    lieu: LieuImplantation | None
    lines: list[Attribution] = field(default_factory=list)

    @property
    def has_waiting(self) -> bool:
        return any(line.is_waiting for line in self.lines)


def blocs_of(activites: Sequence[Activite], recherche: Recherche) -> list[Bloc]:
    """The blocks of these activités, each followed by those of its lieux."""
    lines: dict[tuple[int, int | None], list[Attribution]] = defaultdict(list)
    for line in [*_held(activites, recherche), *_gaps(activites, recherche)]:
        lines[line.activite.pk, line.lieu.pk if line.lieu else None].append(line)
    blocs = []
    for activite in activites:
        lieux = {line.lieu for (pk, _), each in lines.items() if pk == activite.pk for line in each if line.lieu}
        for lieu in (None, *sorted(lieux, key=lambda lieu: (lieu.libelle, lieu.pk))):
            if found := lines.get((activite.pk, lieu.pk if lieu else None)):
                blocs.append(Bloc(activite, lieu, sorted(found, key=_rank)))
    return blocs


def _rank(line: Attribution) -> tuple[int, str, int]:
    name = line.profil.rattachement.utilisateur.sort_key if line.profil else ""
    return list(RoleProfil).index(RoleProfil(line.role)), name, line.profil.pk if line.profil else 0


def _held(activites: Sequence[Activite], recherche: Recherche) -> Iterator[Attribution]:
    by_pk = {activite.pk: activite for activite in activites}
    rows = recherche.profils().filter(activite__in=by_pk).select_related("rattachement__utilisateur", "lieu")
    profils = list(rows.order_by("pk"))
    able = declaring({profil.rattachement_id for profil in profils}, recherche.on)
    for profil in profils:
        etat, why = etat_of(profil, recherche.on, is_able=profil.rattachement_id in able)
        yield Attribution(by_pk[profil.activite_id], profil.lieu, profil.role, etat, why, profil)


def etat_of(profil: Profil, on: date, *, is_able: bool) -> tuple[str, str]:
    """The état of a role that day, and why when it does not act; `is_able`: may its person declare that day?"""
    if profil.validation == Validation.REFUSEE:
        return EtatProfil.HISTORIQUE, f"Refusé par la Caf : {profil.refusal}"
    if profil.is_withdrawn or (profil.closes_on is not None and profil.closes_on < on):
        return EtatProfil.HISTORIQUE, profil.closing_reason
    if profil.validation == Validation.EN_ATTENTE:
        return EtatProfil.INACTIF, "En attente de validation par votre Caf."
    if profil.opens_on > on:
        return EtatProfil.INACTIF, f"À partir du {day(profil.opens_on)}."
    if not is_able:
        return EtatProfil.INACTIF, "Cette personne n'a plus le rôle AFAS-Déclarer : elle ne peut pas agir."
    return EtatProfil.ACTIF, ""


def _gaps(activites: Sequence[Activite], recherche: Recherche) -> Iterator[Attribution]:
    """What nobody has: the lines of « Non attribué »."""
    if not recherche.wants_gaps:
        return
    by_pk = {activite.pk: activite for activite in activites}
    rows = Activite.objects.filter(pk__in=by_pk).not_ended_on(recherche.on)
    gaps = list(recherche.gaps_among(rows))
    lieux = LieuImplantation.objects.in_bulk([gap.lieu for gap in gaps if gap.lieu is not None])
    for gap in gaps:
        lieu = lieux[gap.lieu] if gap.lieu is not None else None
        why = "Qui a ce rôle n'a plus l'accès." if gap.is_given else "Personne n'a ce rôle."
        yield Attribution(by_pk[gap.activite], lieu, gap.role, EtatProfil.NON_ATTRIBUE, why)


# What may be chosen as the scope of a role


def portees_for(
    acteur: Acteur, *, lieux: bool, libelle: str = "", type_: str = "", nature: str = ""
) -> list[tuple[Activite, LieuImplantation | None]]:
    """The activités, or their lieux, on which he may give a role today or later."""
    rows = Activite.objects.given_by(acteur).not_ended_on(acteur.on)
    if libelle:
        rows = rows.filter(sort_key__holds=libelle)
    if type_:
        rows = rows.filter(type=type_)
    if nature:
        rows = rows.filter(nature=nature)
    if not lieux:
        return [(activite, None) for activite in rows]
    open_lieux = LieuImplantation.objects.not_ended_on(acteur.on).filter(activite__in=rows.order_by().values("pk"))
    found = open_lieux.select_related("activite").order_by("activite__sort_key", "activite_id", "libelle", "pk")
    return [(lieu.activite, lieu) for lieu in found]
