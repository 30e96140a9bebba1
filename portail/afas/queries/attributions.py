"""« Habilitations d'action sociale » (S0): who has which role on which activité and lieu, and what nobody has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.afas.enums import EtatProfil, RoleProfil, Validation
from portail.afas.models import Activite, LieuImplantation, Profil
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

    def activites(self, rows: QuerySet[Activite]) -> QuerySet[Activite]:
        """Those with something to show."""
        found = Q(Exists(self.profils().order_by().filter(activite=OuterRef("pk"))))
        return rows.filter(found | self._lacking() if self.wants_gaps else found)

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

    def _lacking(self) -> Q:
        roles = [self.role] if self.role else list(RoleProfil)
        lacking = Q(pk__in=[])
        for role in roles:
            lacking |= lacks(role, self.on)
        return lacking & (Q(closes_on=None) | Q(closes_on__gte=self.on))


def lacks(role: str, on: date) -> Q:
    """Has nobody this role on the activité? The activity may be supplied on each of its lieux instead."""
    standing = Profil.objects.standing(on).filter(role=role).order_by()
    on_it = ~Exists(standing.filter(activite=OuterRef("pk"), lieu=None))
    if role != RoleProfil.ACTIVITE:
        return Q(on_it)
    lieux = LieuImplantation.objects.open_on(on).order_by().filter(activite=OuterRef("pk"))
    bare = lieux.filter(~Exists(standing.filter(lieu=OuterRef("pk"))))
    return Q(on_it) & (~Q(Exists(lieux)) | Q(Exists(bare)))


def incomplete_for(acteur: Acteur) -> QuerySet[Activite]:
    """The activités of the day where a role is given to nobody: the partner's own, or the Caf's."""
    rows = Activite.objects.visible_to(acteur) if acteur.caf is not None else Activite.objects.given_by(acteur)
    lacking = lacks(RoleProfil.ACTIVITE, acteur.on) | lacks(RoleProfil.FINANCES, acteur.on)
    return rows.open_on(acteur.on).filter(lacking | lacks(RoleProfil.APPROBATEUR, acteur.on))


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
        return EtatProfil.INACTIF, "En attente de validation par votre CAF."
    if profil.opens_on > on:
        return EtatProfil.INACTIF, f"À partir du {day(profil.opens_on)}."
    if not is_able:
        return EtatProfil.INACTIF, "Cette personne n'a plus le rôle AFAS-Déclarer : elle ne peut pas agir."
    return EtatProfil.ACTIF, ""


def _gaps(activites: Sequence[Activite], recherche: Recherche) -> Iterator[Attribution]:
    """What nobody has: the lines of « Non attribué »."""
    if not recherche.wants_gaps:
        return
    on = recherche.on
    concerned = [activite for activite in activites if activite.closes_on is None or activite.closes_on >= on]
    standing = Profil.objects.standing(on).filter(activite__in=concerned).order_by()
    held: set[tuple[int, int | None, str]] = set(standing.values_list("activite", "lieu", "role"))
    lieux: dict[int, list[LieuImplantation]] = defaultdict(list)
    for lieu in LieuImplantation.objects.open_on(on).filter(activite__in=concerned).order_by("libelle", "pk"):
        lieux[lieu.activite_id].append(lieu)
    for activite in concerned:
        for place, role in _missing(activite, lieux[activite.pk], held):
            if role == (recherche.role or role) and (place is None or recherche.lieux):
                yield Attribution(activite, place, role, EtatProfil.NON_ATTRIBUE, "Personne n'a ce rôle.")


def _missing(
    activite: Activite, lieux: Iterable[LieuImplantation], held: set[tuple[int, int | None, str]]
) -> Iterator[tuple[LieuImplantation | None, str]]:
    for role in (RoleProfil.FINANCES, RoleProfil.APPROBATEUR):
        if (activite.pk, None, role) not in held:
            yield None, role
    if (activite.pk, None, RoleProfil.ACTIVITE) in held:
        return
    lieux = list(lieux)
    if not lieux:
        yield None, RoleProfil.ACTIVITE
    for lieu in lieux:
        if (activite.pk, lieu.pk, RoleProfil.ACTIVITE) not in held:
            yield lieu, RoleProfil.ACTIVITE


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
