"""Who wants to be told of which anomaly, and the weekly mail that tells it."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur, acteur_for
from portail.journal import actions as journal
from portail.supervision import events, rules
from portail.supervision.models import Abonnement
from portail.supervision.queries.anomalies import ANOMALIES, Anomalie, counts_for
from portail.ui.rules import Refused


@transaction.atomic
def follow(*, by: Acteur, anomalie: Anomalie, wanted: bool) -> None:
    """Tells the person of this anomaly from now on, or no more; asked twice, it is done once.

    :raises Refused: when he may not follow rights
    """
    if refusal := rules.refuse_following(by):
        raise Refused(refusal)
    mine = Abonnement.objects.filter(utilisateur=by.utilisateur, anomalie=anomalie.code)
    if wanted:
        _, changed = Abonnement.objects.get_or_create(
            utilisateur=by.utilisateur, anomalie=anomalie.code, defaults={"asked_at": timezone.now()}
        )
    else:
        changed = bool(mine.delete()[0])
    if changed:
        kind = events.ANOMALIE_FOLLOWED if wanted else events.ANOMALIE_LEFT
        journal.record(kind, by=by, about=[by.utilisateur], anomalie=anomalie.libelle)


def send_digests(on: date) -> int:
    """One mail to each subscriber with something to be told, once a week; how many. Safe to run twice."""
    monday = on - timedelta(days=on.weekday())
    due = Abonnement.objects.filter(Q(told_on=None) | Q(told_on__lt=monday))
    people = due.order_by("utilisateur").values_list("utilisateur", flat=True).distinct()
    return sum(_send_digest(pk, on, monday) for pk in list(people))


@transaction.atomic
def _send_digest(pk: int, on: date, monday: date) -> bool:
    due = Abonnement.objects.filter(Q(told_on=None) | Q(told_on__lt=monday), utilisateur=pk)
    codes = [row.anomalie for row in due.select_for_update(skip_locked=True).order_by("pk")]
    if not codes:
        return False
    person = Utilisateur.objects.get(pk=pk)
    found = _counted(person, on)
    told = [[ANOMALIES[code].libelle, found[code]] for code in ANOMALIES if code in codes and found.get(code)]
    due.update(told_on=on)
    if told:
        courriels.enqueue(
            events.ANOMALIES, to=person.courriel, to_label=person.nom_complet, about=[person], facts={"anomalies": told}
        )
    return bool(told)


def _counted(person: Utilisateur, on: date) -> dict[str, int]:
    """What he may see that day, over all the organisations he acts for; nothing once he may no longer look."""
    first = acteur_for(person, on=on)
    others = [o.pk for o in first.organisations if not o.is_current]
    found: dict[str, int] = {}
    for acteur in (first, *(acteur_for(person, on=on, organisme=organisme) for organisme in others)):
        if person.is_open(on) and rules.refuse_following(acteur) is None:
            for code, count in counts_for(acteur).items():
                found[code] = found.get(code, 0) + count
    return found
