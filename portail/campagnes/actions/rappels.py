"""One mail to each reviewer: when the campaign is launched, then 14, 7 and 1 days before its end."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count

from portail.campagnes import events
from portail.campagnes.actions.preparation import about, raise_open, raise_orphans
from portail.campagnes.enums import OPEN, EtatCampagne, Niveau
from portail.campagnes.models import Campagne
from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.ui.templatetags.ui import counted

STEPS = (14, 7, 1)
# With the later reminders, what nobody answered goes up first: the administrateur, then the Caf, is asked in his turn.
_RAISED = {7: Niveau.RESPONSABLE, 1: Niveau.ADMINISTRATEUR}


def _step(campagne: Campagne, on: date) -> int | None:
    """The reminder whose day has come."""
    left = (campagne.ends_on - on).days
    return min((step for step in STEPS if left <= step), default=None)


def tell_launch(campagne: Campagne, on: date) -> int:
    """Tells every reviewer; a reminder whose day has come with the launch is told by it."""
    campagne.rappel = _step(campagne, on)
    campagne.save(update_fields=["rappel"])
    return _tell(events.TO_REVIEW, campagne, on)


def remind(on: date) -> int:
    """Sends the reminders of the day, once each, even after days without running; how many mails."""
    open_ones = Campagne.objects.filter(etat=EtatCampagne.OUVERTE, ends_on__gte=on).order_by("pk")
    return sum(_remind(pk, on) for pk in list(open_ones.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, on: date) -> int:
    free = Campagne.objects.select_for_update(of=("self",), skip_locked=True).select_related("convention")
    campagne = free.filter(pk=pk, etat=EtatCampagne.OUVERTE).first()
    if campagne is None:
        return 0
    raised, step = raise_orphans(campagne, on), _step(campagne, on)
    if step is None or (campagne.rappel is not None and campagne.rappel <= step):
        _record_raised(campagne, raised)
        return 0
    _record_raised(campagne, raised + _raise(campagne, step))
    campagne.rappel = step
    campagne.save(update_fields=["rappel"])
    return _tell(events.REMINDER, campagne, on)


def _raise(campagne: Campagne, step: int) -> int:
    """After days without running, several levels may go up at once: the highest first, so that none goes up twice."""
    reached = [niveau for day, niveau in sorted(_RAISED.items()) if step <= day]
    return sum(raise_open(campagne, niveau) for niveau in reached)


def _record_raised(campagne: Campagne, raised: int) -> None:
    if raised:
        journal.record(
            events.ESCALATED,
            by=journal.SYSTEM,
            about=about(campagne),
            numero=campagne.pk,
            campagne=campagne.libelle,
            lignes=counted(raised, "ligne,lignes"),
        )


def _tell(kind: Any, campagne: Campagne, on: date) -> int:
    days = (campagne.ends_on - on).days
    shared = {"campagne": campagne.libelle, "ends_on": f"{campagne.ends_on:%d/%m/%Y}", "days": days}
    with courriels.gathered() as owed:
        for person, lines in _waiting(campagne, on):
            courriels.enqueue(
                kind,
                to=person.courriel,
                to_label=person.nom_complet,
                about=[person, *about(campagne)],
                facts={**shared, "lines": lines},
            )
    return len(owed)


def _waiting(campagne: Campagne, on: date) -> Iterator[tuple[Utilisateur, int]]:
    """Each person with the number of lines that wait for him."""
    open_lines = campagne.lignes.filter(reponse__in=OPEN)
    rows = open_lines.exclude(relecteur=None).values_list("relecteur").annotate(lines=Count("pk"))
    found = dict(rows.order_by("relecteur"))
    people = Utilisateur.objects.in_bulk(list(found))
    yield from ((people[pk], lines) for pk, lines in found.items())
    by_caf = open_lines.filter(niveau=Niveau.CAF).values_list("convention__caf_pivot").annotate(lines=Count("pk"))
    for caf, lines in by_caf.order_by("convention__caf_pivot"):
        agents = AgentCaf.objects.open_on(on).filter(caf=caf, fonction=Fonction.ADMINISTRATEUR)
        for agent in agents.select_related("utilisateur").order_by("pk"):
            yield agent.utilisateur, lines


def tell_to_apply(campagne: Campagne) -> None:
    """Tells who launched it that its answers wait to be applied."""
    person = campagne.decided_by
    if person is not None:
        courriels.enqueue(
            events.TO_APPLY,
            to=person.courriel,
            to_label=person.nom_complet,
            about=[person, *about(campagne)],
            facts={"campagne": campagne.libelle, "ends_on": f"{campagne.ends_on:%d/%m/%Y}"},
        )
