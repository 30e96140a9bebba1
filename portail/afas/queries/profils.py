"""Who does what for an activité: reads of the profiles."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Activite, Echeance, LieuImplantation, Profil
from portail.afas.roles import DECLARER, HABILITER
from portail.conventions.models import Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Groupe, Habilitation


def roles_on(acteur: Acteur, activite: Activite) -> set[str]:
    """What the person may do for the activité today, on itself or on one of its lieux."""
    return set(Profil.objects.of(acteur).filter(activite=activite).values_list("role", flat=True))


def people_of(activite: Activite, on: date) -> list[Profil]:
    """Who acts for the activité that day: validated, and still allowed to declare."""
    rows = activite.profils.open_on(on).acting().select_related("rattachement__utilisateur", "lieu")
    found = list(rows.order_by("role", "lieu__libelle", "rattachement__utilisateur__sort_key", "pk"))
    able = declaring({profil.rattachement_id for profil in found}, on)
    return [profil for profil in found if profil.rattachement_id in able]


def declaring(rattachements: Iterable[int], on: date) -> set[int]:
    """Those of these accesses that may declare that day (AFAS-Déclarer)."""
    rights = Habilitation.objects.open_on(on).filter(role=DECLARER.code, rattachement__in=list(rattachements))
    return set(rights.order_by().values_list("rattachement", flat=True))


def declares_on(rattachement: Rattachement, on: date) -> bool:
    return bool(declaring([rattachement.pk], on))


def most_at_once(activite: Activite, lieu: LieuImplantation | None, role: str, since: date) -> list[str]:
    """The names of those who have the role on the busiest day from this one on."""
    rows = activite.profils.standing(since).filter(role=role, lieu=lieu).select_related("rattachement__utilisateur")
    found = list(rows.order_by("opens_on", "pk"))
    days = {max(since, profil.opens_on) for profil in found}
    at_once = [[profil for profil in found if profil.is_open(day)] for day in sorted(days)]
    return [profil.rattachement.utilisateur.nom_complet for profil in max(at_once, key=len, default=[])]


def profils_for(acteur: Acteur) -> QuerySet[Profil]:
    """Those on the activités in his perimeter."""
    rows = Profil.objects.filter(activite__in=Activite.objects.visible_to(acteur).order_by().values("pk"))
    return rows.select_related("activite__organisme", "activite__caf", "lieu", "rattachement__utilisateur")


def profil_for(acteur: Acteur, pk: int) -> Profil:
    return profils_for(acteur).get(pk=pk)


def with_him(profil: Profil, on: date) -> list[str]:
    """The names of the others who have the same role there, that day or later."""
    rows = profil.activite.profils.standing(on).filter(role=profil.role, lieu=profil.lieu).exclude(pk=profil.pk)
    return [
        each.rattachement.utilisateur.nom_complet
        + (" (en attente de validation)" if each.validation == Validation.EN_ATTENTE else "")
        for each in rows.select_related("rattachement__utilisateur").order_by("opens_on", "pk")
    ]


def approbateur_of(activite: Activite, on: date) -> Profil | None:
    """The validated approbateur of that day, or the next one."""
    rows = activite.profils.standing(on).filter(validation=Validation.VALIDEE)
    return rows.select_related("rattachement__utilisateur").order_by("opens_on").first()


# Who may be chosen


def _habilited(acteur: Acteur) -> set[int]:
    return {right.convention for right in acteur.rights if right.role == HABILITER.code}


def candidates_for(acteur: Acteur) -> QuerySet[Rattachement]:
    """The people who may declare, now or later, under the conventions where he gives profiles."""
    rights = Habilitation.objects.filter(
        role=DECLARER.code, convention__in=_habilited(acteur), period__overlap=(acteur.on, None)
    )
    rows = Rattachement.objects.filter(pk__in=rights.order_by().values("rattachement"))
    return rows.select_related("utilisateur", "convention").order_by("utilisateur__sort_key", "pk")


def others_for(acteur: Acteur) -> QuerySet[Rattachement]:
    """The people of the same conventions who may not declare: they have to be added to a group first."""
    rows = Rattachement.objects.not_ended_on(acteur.on).filter(convention__in=_habilited(acteur))
    able = candidates_for(acteur).order_by().values("pk")
    return rows.exclude(pk__in=able).select_related("utilisateur", "convention").order_by("utilisateur__sort_key", "pk")


def declaring_groupes(conventions: Iterable[int], on: date) -> list[Groupe]:
    """The groups that give AFAS-Déclarer that day, where somebody missing is to be added."""
    rows = Groupe.objects.open_on(on).filter(convention__in=list(conventions))
    return list(rows.filter(roles__role=DECLARER.code, roles__period__contains=on).distinct().order_by("code", "pk"))


# The Caf


def approbateurs_for(acteur: Acteur) -> QuerySet[Profil]:
    """Every approbateur proposed for an activité of his Caf; none for a partner."""
    rows = Profil.objects.filter(role=RoleProfil.APPROBATEUR, activite__caf=acteur.caf if acteur.caf else None)
    return rows.select_related(
        "activite__organisme",
        "activite__caf",
        "rattachement__utilisateur",
        "rattachement__convention",
        "remplace__rattachement__utilisateur",
        "opened_by",
        "decided_by",
        "lieu",
    ).order_by("opened_at", "pk")


def approbateur_for(acteur: Acteur, pk: int) -> Profil:
    return approbateurs_for(acteur).get(pk=pk)


def waiting_for(acteur: Acteur) -> QuerySet[Profil]:
    """Those that wait for an answer of his Caf."""
    return approbateurs_for(acteur).filter(pk__in=Profil.objects.waiting(acteur.on).order_by().values("pk"))


def open_echeances(activite: Activite, on: date) -> list[Echeance]:
    """What this activité has to declare that day."""
    rows = Echeance.objects.filter(caf=activite.caf_id, type=activite.type, opens_on__lte=on, due_on__gte=on)
    return list(rows.order_by("due_on", "pk"))
