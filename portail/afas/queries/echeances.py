"""Reads of the calendar of a Caf: its échéances, what they open, who is reminded when."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from psycopg.types.range import DateRange

from portail.afas.calculs.calendrier import observed, years_later
from portail.afas.enums import FROZEN, EtatDeclaration, Phase
from portail.afas.models import Activite, Declaration, Echeance, LieuImplantation, Profil
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur


def echeances_for(acteur: Acteur) -> QuerySet[Echeance]:
    """Those of his Caf, with how many declarations they opened and how many of these were transmitted."""
    rows = Echeance.objects.filter(caf=acteur.caf) if acteur.caf else Echeance.objects.none()
    opened = Declaration.objects.filter(echeance=OuterRef("pk"))
    return rows.select_related("caf").annotate(
        total=_counted(opened), transmitted=_counted(opened.filter(etat__in=FROZEN))
    )


def _counted(rows: QuerySet[Declaration]) -> Coalesce:
    per_echeance = rows.order_by().values("echeance").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_echeance, output_field=IntegerField()), 0)


def echeance_for(acteur: Acteur, pk: int) -> Echeance:
    return echeances_for(acteur).get(pk=pk)


def etats_of(echeance: Echeance) -> list[tuple[str, int]]:
    """How many declarations are in each state, in the order of their life."""
    rows = Declaration.objects.filter(echeance=echeance).order_by().values_list("etat").annotate(n=Count("pk"))
    found = dict(rows)
    return [(etat, found[etat]) for etat in EtatDeclaration.values if etat in found]


def activites_of(echeance: Echeance) -> QuerySet[Activite]:
    """Those that declare at it: open on a day of the exercice at least."""
    exercice = DateRange(date(echeance.exercice, 1, 1), date(echeance.exercice, 12, 31), "[]")
    return Activite.objects.filter(caf=echeance.caf_id, type=echeance.type, period__overlap=exercice)


def uncovered_of(echeance: Echeance, on: date) -> QuerySet[Activite]:
    """Of these, those that no approbateur validated by the Caf answers for that day."""
    approving = Profil.objects.signing(on).filter(activite=OuterRef("pk"))
    return activites_of(echeance).filter(~Exists(approving)).select_related("organisme")


@dataclass(frozen=True)
class Ouverture:
    """What opening an échéance makes: declarations and sheets to come, activités nobody may sign for."""

    activites: int
    feuilles: int
    uncovered: int


def opening_of(echeance: Echeance, on: date) -> Ouverture:
    """Two sheets at least per activité: its finances, and each of its lieux or itself."""
    activites = activites_of(echeance)
    exercice = DateRange(date(echeance.exercice, 1, 1), date(echeance.exercice, 12, 31), "[]")
    lieux = LieuImplantation.objects.filter(period__overlap=exercice, activite__in=activites.order_by().values("pk"))
    total = activites.count()
    placed = lieux.order_by().values("activite").distinct().count()
    return Ouverture(total, total + lieux.count() + total - placed, uncovered_of(echeance, on).count())


def moved_of(echeance: Echeance) -> tuple[int, int]:
    """What another due date touches: declarations not transmitted yet, people who were called."""
    open_ones = Declaration.objects.filter(echeance=echeance).exclude(etat__in=FROZEN)
    return open_ones.count(), echeance.avis.filter(days=None).count()


def reminders_of(due_on: date, on: date) -> int | None:
    """For how many days before the due date a reminder is owed by now; below zero once it is late.

    The nearest one passed counts: after days without running one mail is sent, not three. Late, there is one the day
    after, then one a week, as long as the settings say.
    """
    left = (due_on - on).days
    if left < 0:
        return -(1 + 7 * ((-left - 1) // 7)) if settings.PORTAIL["AFAS_RETARD_WEEKS"] * 7 >= -left else None
    names = ("AFAS_RAPPEL_DAYS", "AFAS_RAPPEL_NEXT_DAYS", "AFAS_RAPPEL_LAST_DAYS")
    return min((days for days in (settings.PORTAIL[name] for name in names) if days >= left), default=None)


def still_reminded(on: date) -> QuerySet[Echeance]:
    """The échéances that are open, and not late for so long that nobody is reminded any more."""
    oldest = on - timedelta(weeks=settings.PORTAIL["AFAS_RETARD_WEEKS"])
    return Echeance.objects.filter(opened_at__isnull=False, due_on__gte=oldest).select_related("caf").order_by("pk")


# A whole exercice at once

SHOWN = 20  # activités named on a page, the others counted
PRECEDENT, OBSERVE = "precedent", "observe"


def proposed(caf: Caf, exercice: int, types: list[str], origine: str) -> list[Echeance]:
    """The échéances of an exercice that the calendar does not have yet, not written: by type, then by phase.

    From the exercice before, a year later; or by the observed calendar. A type without exercice before has nothing.
    """
    there = {(e.type, e.phase) for e in Echeance.objects.filter(caf=caf, exercice=exercice).order_by("pk")}
    dates = _before(caf, exercice) if origine == PRECEDENT else _observed(exercice, types)
    return [
        Echeance(caf=caf, exercice=exercice, type=kind, phase=phase, opens_on=opens_on, due_on=due_on)
        for kind in types
        for phase in Phase.values
        if (kind, phase) not in there and (kind, phase) in dates
        for opens_on, due_on in [dates[kind, phase]]
    ]


_Dates = dict[tuple[str, str], tuple[date, date]]


def _before(caf: Caf, exercice: int) -> _Dates:
    rows = Echeance.objects.filter(caf=caf, exercice=exercice - 1).order_by("pk")
    return {(e.type, e.phase): (years_later(e.opens_on, 1), years_later(e.due_on, 1)) for e in rows}


def _observed(exercice: int, types: list[str]) -> _Dates:
    return {(kind, phase): observed(exercice, phase) for kind in types for phase in Phase.values}


def types_of(caf: Caf) -> set[str]:
    """The types of the activités that this Caf has."""
    return set(Activite.objects.filter(caf=caf).order_by().values_list("type", flat=True).distinct())
