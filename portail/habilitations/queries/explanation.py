"""Why a person has a right, or what is missing and who can give it.

Whether he has it is read from the one definition of an effective right; this only tells the links of the chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.urls import reverse

from portail.comptes.models import Dated
from portail.conventions.enums import Etat
from portail.conventions.models import BulletinAdhesion, Rattachement, RoleBulletin
from portail.habilitations import roles
from portail.habilitations.models import Appartenance, Groupe, Habilitation, RoleGroupe
from portail.habilitations.queries.conditions import Conditions, Stop
from portail.ui.templatetags.ui import elided

_BY_CAF = "la Caf"


@dataclass(frozen=True)
class Link:
    """One condition of a right: met or not, from when to when, given by whom; `reason` says what is missing."""

    label: str
    is_ok: bool
    starts_on: date | None = None
    ends_on: date | None = None
    by: str = ""
    reason: str = ""
    url: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Explanation:
    """A role and its chain; `until` is the right's last day, `remedy` who can open what is missing."""

    role: roles.Role
    service: str
    is_held: bool
    links: list[Link]
    until: date | None = None
    remedy: str = ""


def explain(rattachement: Rattachement, on: date) -> list[Explanation]:
    """Every role the bulletins or the person's groups name, held ones first, each with its chain that day."""
    facts = _Facts(rattachement, on)
    explanations = [facts.explain(code) for code in facts.role_codes()]
    return sorted(explanations, key=lambda e: (not e.is_held, e.service, e.role.code))


def _refusal(fact: Dated, on: date, what: str) -> str:
    """Why a dated fact does not count that day; nothing when it does."""
    if fact.is_open(on):
        return ""
    if fact.statut(on) == "a_venir":
        return f"{what} ne commence que le {fact.opens_on:%d/%m/%Y}."
    return f"{what} a pris fin le {fact.ended_on:%d/%m/%Y}."


def _days(fact: Dated) -> tuple[date | None, date | None]:
    """From when to when it counts; no day for what was withdrawn before it covered one."""
    return (None, None) if fact.is_withdrawn else (fact.opens_on, fact.closes_on)


def _name(person: object) -> str:
    return getattr(person, "nom_complet", "")


class _Facts:
    """Everything needed to explain all the roles of one person under one convention, read once."""

    def __init__(self, rattachement: Rattachement, on: date) -> None:
        self.rattachement, self.on = rattachement, on
        self.convention = rattachement.convention
        self.rights = {h.role: h for h in self._rights()}
        self.appartenances = list(
            Appartenance.objects.filter(rattachement=rattachement)
            .select_related("groupe", "opened_by")
            .order_by("-opens_on")
        )
        self.lines = self._lines({a.groupe_id for a in self.appartenances})
        groupes = {g.pk for line in self.lines.values() for g in line}
        self.role_groupes = list(RoleGroupe.objects.filter(groupe__in=groupes).select_related("opened_by"))
        self.bulletins = list(BulletinAdhesion.objects.filter(convention=self.convention).order_by("-opens_on"))
        self.role_bulletins = list(RoleBulletin.objects.filter(bulletin__in=self.bulletins).order_by("-opens_on"))
        self.holders = self._holders()
        self.conditions = Conditions(rattachement, on)

    def _rights(self) -> Iterable[Habilitation]:
        rows = Habilitation.objects.open_on(self.on).filter(
            utilisateur=self.rattachement.utilisateur_id,
            convention=self.convention.pk,
            rattachement=self.rattachement.pk,
        )
        return rows.order_by("role", "period")

    def _lines(self, groupes: set[int]) -> dict[int, list[Groupe]]:
        """Each group's line, itself first, the top last."""
        rows = Groupe.objects.filter(descendants__groupe__in=groupes).annotate(below=F("descendants__groupe"))
        lines: dict[int, list[Groupe]] = {pk: [] for pk in groupes}
        for groupe in rows.order_by("-niveau"):
            lines[groupe.below].append(groupe)  # type: ignore[attr-defined]
        return lines

    def _holders(self) -> dict[str, list[str]]:
        """The open groups of the convention that hold each role, by label."""
        rows = RoleGroupe.objects.open_on(self.on).filter(
            groupe__convention=self.convention, groupe__period__contains=self.on
        )
        holders: dict[str, list[str]] = {}
        for role, libelle in rows.order_by("groupe__niveau", "groupe__code").values_list("role", "groupe__libelle"):
            holders.setdefault(role, []).append(libelle)
        return holders

    def role_codes(self) -> list[str]:
        return sorted({r.role for r in self.role_bulletins} | {r.role for r in self.role_groupes})

    def explain(self, role: str) -> Explanation:
        right = self.rights.get(role)
        links = self._carriers(role)
        appartenance = self._best_appartenance(role, right)
        if appartenance is None:
            links.append(Link("Appartenance à un groupe qui a ce rôle", False, reason="Aucun groupe ne le lui donne."))
        else:
            links += self._through(appartenance, role)
        return Explanation(
            role=roles.role(role),
            service=roles.SERVICES[roles.service_of(role)].libelle if roles.service_of(role) in roles.SERVICES else "",
            is_held=right is not None,
            links=links,
            until=_last_day(right) if right else None,
            remedy="" if right else self._remedy(role, links),
        )

    def _carriers(self, role: str) -> list[Link]:
        """The person, his rattachement, the convention and the bulletin."""
        utilisateur = self.rattachement.utilisateur
        return [
            _link(f"Compte {elided(utilisateur.nom_complet)}", utilisateur, self.on, "Le compte"),
            _link(
                "Accès au titre de la convention",
                self.rattachement,
                self.on,
                "L'accès",
                _name(self.rattachement.opened_by),
            ),
            self._convention_link(),
            self._bulletin_link(role),
            *(_stop_link(stop) for stop in self.conditions.of(role, self._opening(role))),
        ]

    def _convention_link(self) -> Link:
        reason = _refusal(self.convention, self.on, "La convention")
        if self.convention.etat != Etat.VALIDEE:
            reason = "La convention n'est pas validée."
        elif self.convention.validated_on and self.on < self.convention.validated_on:
            reason = f"La convention n'est validée qu'au {self.convention.validated_on:%d/%m/%Y}."
        elif self.convention.suspensions.open_on(self.on).exists():
            reason = "La convention est suspendue par la Caf."
        url = reverse("habilitations:convention_view", args=[self.convention.pk])
        c = self.convention
        return Link(f"Convention « {c.libelle} »", not reason, *_days(c), _BY_CAF, reason, url)

    def _bulletin_link(self, role: str) -> Link:
        service = roles.SERVICES.get(roles.service_of(role))
        label = f"Bulletin d'adhésion « {service.libelle if service else role} »"
        opening = self._opening(role)
        if opening is None:
            return Link(label, False, by=_BY_CAF, reason="Le bulletin d'adhésion n'ouvre pas ce rôle.")
        bulletin = next(b for b in self.bulletins if b.pk == opening.bulletin_id)
        role_bulletin = opening
        reason = _refusal(bulletin, self.on, "Le bulletin") or _refusal(role_bulletin, self.on, "Le rôle au bulletin")
        return Link(label, not reason, *_days(bulletin), _BY_CAF, reason)

    def _opening(self, role: str) -> RoleBulletin | None:
        """The line of a bulletin that opens the role that day; else one that opens it another day."""
        bulletins = {b.pk: b for b in self.bulletins}
        candidates = [rb for rb in self.role_bulletins if rb.role == role]
        return min(
            candidates,
            key=lambda rb: not (rb.is_open(self.on) and bulletins[rb.bulletin_id].is_open(self.on)),
            default=None,
        )

    def _best_appartenance(self, role: str, right: Habilitation | None) -> Appartenance | None:
        """The membership that gives the right; without right, the one that fails least."""
        if right is not None:
            return next(a for a in self.appartenances if a.pk == right.appartenance_id)
        relevant = [a for a in self.appartenances if any(self._role_rows(g, role) for g in self.lines[a.groupe_id][:1])]
        return min(relevant, key=lambda a: sum(not link.is_ok for link in self._through(a, role)), default=None)

    def _role_rows(self, groupe: Groupe, role: str) -> list[RoleGroupe]:
        return [r for r in self.role_groupes if r.groupe_id == groupe.pk and r.role == role]

    def _through(self, appartenance: Appartenance, role: str) -> list[Link]:
        groupe = appartenance.groupe
        url = reverse("habilitations:groupe_view", args=[self.convention.pk, groupe.pk])
        reason = _refusal(appartenance, self.on, "L'appartenance")
        by = _name(appartenance.opened_by)
        links = [Link(f"Membre du groupe {groupe.libelle}", not reason, *_days(appartenance), by, reason, url)]
        for each in self.lines[groupe.pk]:
            links.append(self._groupe_link(each, role))
        return links

    def _groupe_link(self, groupe: Groupe, role: str) -> Link:
        rows = self._role_rows(groupe, role)
        which = "Le groupe" if groupe.niveau == 1 else "Le sous-groupe"
        label = f"{which} {groupe.libelle} a le rôle"
        url = reverse("habilitations:groupe_view", args=[self.convention.pk, groupe.pk])
        reason = _refusal(groupe, self.on, which)
        if not rows:
            return Link(label, False, reason=reason or f"{which} {groupe.libelle} n'a pas ce rôle.", url=url)
        row = min(rows, key=lambda r: (not r.is_open(self.on), -r.opens_on.toordinal()))
        reason = reason or _refusal(row, self.on, "Le rôle")
        return Link(label, not reason, *_days(row), _name(row.opened_by), reason, url)

    def _remedy(self, role: str, links: list[Link]) -> str:
        if self.rattachement.statut(self.on) == "cloture":
            return "L'accès de cette personne est clôturé."
        missing = [link for link in links if not link.is_ok]
        opening = max((link.starts_on for link in missing if link.starts_on), default=self.on)
        if opening > self.on and all(link.starts_on and link.starts_on > self.on for link in missing):
            return f"Ce droit s'ouvrira de lui-même le {opening:%d/%m/%Y}."
        if any(link.by == _BY_CAF for link in missing):
            return "Seule la Caf peut l'ouvrir."
        remedies = [link.remedy for link in missing if link.remedy]
        if len(remedies) < len(missing):
            remedies.append(self._by_groupe(role))
        return " ".join(remedies)

    def _by_groupe(self, role: str) -> str:
        """Which group can give the role."""
        holders = self.holders.get(role, [])
        if not holders:
            return "Un administrateur de la convention peut d'abord donner ce rôle à un groupe."
        names = ", ".join(holders[:3]) + ("…" if len(holders) > 3 else "")
        return f"Un administrateur, ou le responsable du groupe, peut l'ajouter à : {names}."


def _link(label: str, fact: Dated, on: date, what: str, by: str = "") -> Link:
    reason = _refusal(fact, on, what)
    return Link(label, not reason, *_days(fact), by, reason)


def _stop_link(stop: Stop) -> Link:
    return Link(stop.label, stop.is_ok, stop.starts_on, stop.ends_on, stop.by, stop.reason, remedy=stop.remedy)


def _last_day(right: Habilitation) -> date | None:
    return right.period.upper - timedelta(days=1) if right.period.upper else None
