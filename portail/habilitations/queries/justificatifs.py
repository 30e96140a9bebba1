"""Proofs in somebody's perimeter, which roles ask for one, who checks them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, Convention, Rattachement, RoleBulletin
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Justificatif, RoleGroupe


def justificatifs_for(acteur: Acteur) -> QuerySet[Justificatif]:
    """His own, and those of the people he sees under a convention that asks for them; the last deposited first."""
    visible = Q(utilisateur=acteur.utilisateur)
    for role in roles.asking_proof():
        people = _where_asked(role).filter(_seen_by(acteur))
        visible |= Q(role=role, utilisateur__in=people.values("utilisateur"))
    rows = Justificatif.objects.filter(visible)
    return rows.select_related("utilisateur", "opened_by", "deposited_by").order_by("-deposited_at", "-pk")


def _where_asked(role: str) -> QuerySet[Rattachement]:
    """The accesses under a convention that asks for a proof of this role."""
    asking = RoleBulletin.objects.filter(
        bulletin__convention=OuterRef("convention"), role=role, justificatif_since__isnull=False
    )
    return Rattachement.objects.filter(Exists(asking))


def _seen_by(acteur: Acteur) -> Q:
    """The accesses of his Caf; where he administers, or those of the members of his groups, while they last."""
    if acteur.caf is not None:
        return Q(convention__cafs=acteur.caf.pk)
    members = Appartenance.objects.not_ended_on(acteur.on)
    his = members.filter(rattachement=OuterRef("pk"), groupe__in=acteur.managed_groupes)
    is_not_over = Q(closes_on=None) | Q(closes_on__gte=acteur.on)
    return is_not_over & (Q(convention__in=acteur.administered) | Q(Exists(his)))


def justificatif_for(acteur: Acteur, pk: int) -> Justificatif:
    return justificatifs_for(acteur).select_related("closed_by", "recontrolled_by").get(pk=pk)


def own_justificatifs(acteur: Acteur) -> QuerySet[Justificatif]:
    return Justificatif.objects.filter(utilisateur=acteur.utilisateur).select_related("opened_by", "utilisateur")


def places_of(acteur: Acteur, utilisateur: Utilisateur, role: str) -> list[Rattachement]:
    """Where the person serves today under a convention that asks for a proof of this role, as far as this one sees."""
    rows = _where_asked(role).filter(utilisateur=utilisateur, period__contains=acteur.on)
    if utilisateur.pk != acteur.utilisateur.pk:
        rows = rows.filter(_seen_by(acteur))
    rows = rows.select_related("utilisateur", "convention__organisme", "convention__caf_pivot")
    return list(rows.distinct().order_by("pk"))


def conventions_of(utilisateur: Utilisateur, on: date) -> list[Convention]:
    """Where the person serves that day or later: what a proof of his changes."""
    rows = Rattachement.objects.not_ended_on(on).filter(utilisateur=utilisateur)
    return list(Convention.objects.filter(pk__in=rows.values("convention")).order_by("pk"))


def conventions_asking(utilisateur: Utilisateur, role: str, on: date) -> list[Convention]:
    """Of those where the person serves that day or later, the ones that ask for a proof of this role."""
    asking = _where_asked(role).filter(utilisateur=utilisateur).filter(Q(closes_on=None) | Q(closes_on__gte=on))
    rows = Convention.objects.filter(pk__in=asking.values("convention")).select_related("caf_pivot")
    return list(rows.order_by("pk"))


def roles_asking(utilisateur: Utilisateur, on: date) -> dict[str, date]:
    """The roles that ask for a proof under the conventions where the person serves, and from which day."""
    serves = Rattachement.objects.open_on(on).filter(utilisateur=utilisateur)
    rows = RoleBulletin.objects.open_on(on).filter(
        justificatif_since__isnull=False,
        bulletin__convention__in=serves.values("convention"),
        bulletin__period__contains=on,
    )
    first = rows.order_by("role").values("role").annotate(since=Min("justificatif_since"))
    return {row["role"]: row["since"] for row in first}


@dataclass(frozen=True)
class Asked:
    """A role that asks for a proof, from which day, and the person's last proof for it."""

    role: roles.Role
    service: str
    since: date
    last: Justificatif | None


def asked_of(acteur: Acteur) -> list[Asked]:
    """What is asked of the person for the roles his groups give, with what he gave."""
    last = {proof.role: proof for proof in own_justificatifs(acteur).order_by("deposited_at", "pk")}
    given = RoleGroupe.objects.not_ended_on(acteur.on).filter(
        groupe__in=Appartenance.objects.not_ended_on(acteur.on)
        .filter(rattachement__utilisateur=acteur.utilisateur)
        .values("groupe")
    )
    wanted = set(given.values_list("role", flat=True)) | set(last)
    return [
        Asked(roles.role(code), roles.service_label(roles.service_of(code)), since, last.get(code))
        for code, since in sorted(roles_asking(acteur.utilisateur, acteur.on).items())
        if code in wanted
    ]


def asked_role_for(acteur: Acteur, role: str) -> roles.Role:
    """A role that asks a proof of this person.

    :raises Justificatif.DoesNotExist: for another one
    """
    if role not in roles_asking(acteur.utilisateur, acteur.on):
        raise Justificatif.DoesNotExist
    return roles.role(role)


def checkers_of(justificatif: Justificatif, on: date) -> list[Utilisateur]:
    """Who is told that a proof waits: the administrateurs where the person serves, but himself."""
    serves = _where_asked(justificatif.role).filter(utilisateur=justificatif.utilisateur_id, period__contains=on)
    conventions = list(serves.order_by().values_list("convention", flat=True))
    named = Administrateur.objects.open_on(on).filter(
        rattachement__convention__in=conventions, rattachement__period__contains=on
    )
    heads = named.order_by().values_list("rattachement__utilisateur", flat=True)
    people = Utilisateur.objects.filter(pk__in=set(heads)).exclude(pk=justificatif.utilisateur_id)
    return list(people.order_by("sort_key", "pk"))
