"""Suppléances: given, received, of a convention; what a person lends."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.conventions.models import Administrateur, Convention, Rattachement
from portail.habilitations import queries
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Groupe, Responsable, Suppleance


def _suppleances(acteur: Acteur) -> QuerySet[Suppleance]:
    """With `lends`: does the titulaire manage anything today?"""
    administers = Administrateur.objects.open_on(acteur.on).filter(rattachement=OuterRef("titulaire"))
    answers = Responsable.objects.open_on(acteur.on).filter(
        rattachement=OuterRef("titulaire"), groupe__period__contains=acteur.on
    )
    rows = Suppleance.objects.annotate(lends=Exists(administers) | Exists(answers))
    return rows.select_related(
        "titulaire__utilisateur", "titulaire__convention__caf_pivot", "suppleant__utilisateur", "closed_by"
    )


def suppleances_for(acteur: Acteur, convention: Convention) -> QuerySet[Suppleance]:
    """All those of a convention for its administrateurs and its Caf; for a responsable, those he is part of."""
    rows = _suppleances(acteur).filter(titulaire__convention=convention)
    if acteur.caf is None and convention.pk not in acteur.administered:
        here = acteur.utilisateur.pk
        rows = rows.filter(Q(titulaire__utilisateur=here) | Q(suppleant__utilisateur=here))
    return rows.order_by("-opens_on", "pk")


def suppleance_for(acteur: Acteur, convention: int, pk: int) -> Suppleance:
    """One of a convention, within the perimeter."""
    under = queries.convention_for(acteur, convention)
    found = suppleances_for(acteur, under).get(pk=pk)
    found.titulaire.convention = under
    return found


def own_suppleances(acteur: Acteur) -> list[Suppleance]:
    """Those that a person gave or received and that are not over."""
    here = acteur.utilisateur.pk
    rows = _suppleances(acteur).not_ended_on(acteur.on)  # type: ignore[attr-defined]
    mine = rows.filter(Q(titulaire__utilisateur=here) | Q(suppleant__utilisateur=here))
    return list(mine.order_by("opens_on", "pk"))


def rattachement_of(acteur: Acteur, convention: Convention) -> Rattachement:
    """Where he serves himself under the convention today."""
    rows = Rattachement.objects.open_on(acteur.on).select_related("utilisateur")
    found = rows.get(utilisateur=acteur.utilisateur, convention=convention)
    found.convention = convention
    return found


def nameable_for(acteur: Acteur, convention: Convention) -> QuerySet[Rattachement]:
    """Who may stand in for him or come after him: the people he sees, not over, but himself."""
    return queries.rattachements_for(acteur, convention).not_ended_on(acteur.on).exclude(utilisateur=acteur.utilisateur)


def lent_by(acteur: Acteur, convention: Convention) -> str:
    """What he would lend under the convention, in words."""
    if convention.pk in acteur.administered:
        return "toute la convention : utilisateurs, groupes, habilitations, demandes d'accès"
    groupes = Groupe.objects.filter(pk__in=acteur.managed_groupes, convention=convention).order_by("code")
    return f"les groupes {', '.join(groupe.libelle for groupe in groupes)} : leurs membres, leurs rôles"
