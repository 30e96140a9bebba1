"""Yearly use (S4): who opened which service, warnings, suspension, reinstatement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from portail.conventions.models import Administrateur, Rattachement
from portail.courriels import actions as courriels
from portail.habilitations import events
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, end, keep_quota, lock, slices
from portail.habilitations.actions.lots import Line
from portail.habilitations.actions.personnes import person
from portail.habilitations.models import SuspensionUsage, UsageService
from portail.habilitations.queries.bulk import in_the_order_of_the_view
from portail.habilitations.queries.usages import usages_due
from portail.habilitations.rules.usages import refuse_reinstating
from portail.journal import actions as journal
from portail.ui.rules import Refused
from portail.ui.templatetags.ui import counted

# One write a day per person and service: later openings of the same day find theirs and write nothing.
_NOTE = """
INSERT INTO habilitations_usageservice (rattachement_id, service, counted_from, last_on, is_held)
SELECT place, %(service)s::varchar, %(on)s::date, %(on)s::date, true FROM unnest(%(places)s::bigint[]) AS place
WHERE NOT EXISTS (SELECT FROM habilitations_usageservice known
                  WHERE known.rattachement_id = place AND known.service = %(service)s::varchar
                    AND known.last_on >= %(on)s::date)
ON CONFLICT (rattachement_id, service)
DO UPDATE SET last_on = greatest(habilitations_usageservice.last_on, excluded.last_on), is_held = true
"""

# The uninterrupted days of each right that hold today: a right that came back after a gap is counted anew.
_COUNT = """
WITH held AS MATERIALIZED (
  SELECT h.rattachement_id, h.service, lower(days) AS first
  FROM (SELECT rattachement_id, service, range_agg(period) AS periods
        FROM habilitations_habilitation GROUP BY 1, 2) h, unnest(h.periods) AS days
  WHERE days @> %(on)s::date),
gone AS (
  UPDATE habilitations_usageservice u SET is_held = false
  WHERE is_held
    AND NOT EXISTS (SELECT FROM held h WHERE h.rattachement_id = u.rattachement_id AND h.service = u.service)
    AND NOT EXISTS (SELECT FROM habilitations_suspensionusage s
                    WHERE s.rattachement_id = u.rattachement_id AND s.service = u.service
                      AND s.period @> %(on)s::date))
INSERT INTO habilitations_usageservice (rattachement_id, service, counted_from, is_held)
SELECT rattachement_id, service, first, true FROM held
ON CONFLICT (rattachement_id, service)
DO UPDATE SET counted_from = greatest(habilitations_usageservice.counted_from, excluded.counted_from), is_held = true
WHERE habilitations_usageservice.counted_from < excluded.counted_from OR NOT habilitations_usageservice.is_held
"""
_DAY = "(u.reference + make_interval(months => %(months)s))::date"
_NOT_SUSPENDED = """u.is_held AND NOT EXISTS (
  SELECT FROM habilitations_suspensionusage s
  WHERE s.rattachement_id = u.rattachement_id AND s.service = u.service AND s.period @> %(on)s::date)"""
# The winner of a race has the row; a use moves the day, and what is told before it.
_TAKE = f"""
INSERT INTO habilitations_avisterme (terme, closes_on, days)
SELECT 'usage:' || u.id, {_DAY}, step.days
FROM habilitations_usageservice u CROSS JOIN unnest(%(days)s::int[]) AS step(days)
WHERE {_NOT_SUSPENDED} AND u.reference <= %(on)s::date + %(first)s::int - make_interval(months => %(months)s)
  AND {_DAY} <= %(on)s::date + step.days
ON CONFLICT DO NOTHING
RETURNING split_part(terme, ':', 2)::bigint
"""  # noqa: S608 (pieces of ours; values are parameters)
# Nobody is suspended without having been told some days before, even when this job has not run for long.
_SUSPEND = f"""
INSERT INTO habilitations_suspensionusage (rattachement_id, service, opens_on, unused_since, closing_reason)
SELECT u.rattachement_id, u.service, %(on)s::date, u.reference, ''
FROM habilitations_usageservice u
WHERE {_NOT_SUSPENDED} AND {_DAY} <= %(on)s::date
  AND EXISTS (SELECT FROM habilitations_avisterme told
              WHERE told.terme = 'usage:' || u.id AND told.closes_on = {_DAY}
                AND told.told_at < (%(on)s::date - %(last)s::int + 1)::timestamp AT TIME ZONE 'Europe/Paris')
ON CONFLICT DO NOTHING
RETURNING id
"""  # noqa: S608 (pieces of ours; values are parameters)


def note_use(acteur: Acteur, service: str) -> None:
    """The person opens the service today, under every convention that lets him: at most one write a day for each."""
    opened = {right.convention for right in acteur.rights if right.service == service}
    places = [place.rattachement for place in acteur.places if place.convention in opened]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"service": service, "on": acteur.on, "places": places})


@transaction.atomic
def watch_usages(on: date) -> tuple[int, int]:
    """Counts the year of every right, warns, then suspends what nobody used; how many warned, how many suspended.

    Safe to run twice, or by two workers at once, or after days without running.
    """
    limits = settings.PORTAIL
    days = sorted({limits["USAGE_AVIS_DAYS"], limits["USAGE_AVIS_LAST_DAYS"]})
    values: dict[str, Any] = {
        "on": on,
        "months": limits["UNUSED_MONTHS"],
        "days": days,
        "first": days[-1],
        "last": days[0],
    }
    with connection.cursor() as cursor:
        with in_the_order_of_the_view():
            cursor.execute(_COUNT, values)
        cursor.execute(_SUSPEND, values)
        suspended = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_TAKE, values)
        warned = {pk for (pk,) in cursor.fetchall()}
    with courriels.gathered(), journal.gathered():
        _warn(warned)
        _tell_suspended(suspended, on)
    return len(warned), len(suspended)


def _warn(usages: Iterable[int]) -> None:
    """One mail for each person, with the day before which each service has to be opened."""
    for own in _by_person(_rows(usages_due(), usages)):
        _mail(
            events.USAGE_AHEAD,
            own[0].rattachement,
            lines=[f"{_place(usage)} : avant le {usage.due_on:%d/%m/%Y}" for usage in own],
        )


def _tell_suspended(suspensions: Iterable[int], on: date) -> None:
    """The journal, one mail for each person, one digest that names nobody for each administrateur."""
    found = _rows(SuspensionUsage.objects.all(), suspensions)
    for suspension in found:
        _record(events.USAGE_SUSPENDED, journal.SYSTEM, suspension, since=f"{suspension.unused_since:%d/%m/%Y}")
    for own in _by_person(found):
        _mail(events.USAGE_IS_SUSPENDED, own[0].rattachement, lines=[_place(suspension) for suspension in own])
    for administrateur, lines in _digests(found, on):
        _mail(events.USAGES_ARE_SUSPENDED, administrateur, lines=lines)


def _rows(rows: QuerySet[Any], keys: Iterable[int]) -> list[Any]:
    """These rows with their person and convention."""
    rows = rows.select_related("rattachement__convention", "rattachement__utilisateur").order_by("pk")
    return [row for part in slices(sorted(keys)) for row in rows.filter(pk__in=part)]


def _by_person(rows: Iterable[Any]) -> list[list[Any]]:
    people: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        people[row.rattachement.utilisateur_id].append(row)
    return list(people.values())


def _digests(suspensions: list[SuspensionUsage], on: date) -> Iterator[tuple[Rattachement, list[str]]]:
    """For each administrateur, « Convention X, service : 3 personnes »."""
    counts = Counter((s.rattachement.convention_id, _place(s)) for s in suspensions)
    named = Administrateur.objects.open_on(on).filter(
        rattachement__convention__in={convention for convention, _ in counts}, rattachement__period__contains=on
    )
    for each in named.select_related("rattachement__utilisateur", "rattachement__convention").order_by("pk"):
        theirs = [(place, n) for (of, place), n in sorted(counts.items()) if of == each.rattachement.convention_id]
        yield each.rattachement, [f"{place} : {counted(n, 'personne,personnes')}" for place, n in theirs]


def _place(row: UsageService | SuspensionUsage) -> str:
    return f"{row.label} ({row.rattachement.convention.libelle})"


def _mail(kind: Any, rattachement: Rattachement, **facts: Any) -> None:
    utilisateur = rattachement.utilisateur
    courriels.enqueue(
        kind,
        to=utilisateur.courriel,
        to_label=utilisateur.nom_complet,
        about=[utilisateur, rattachement.convention],
        facts=facts,
    )


def _record(kind: Any, by: journal.Author, row: UsageService | SuspensionUsage, **facts: Any) -> None:
    rattachement = row.rattachement
    journal.record(
        kind,
        by=by,
        about=[rattachement.utilisateur, rattachement.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        service=row.label,
        **facts,
    )


def reinstatements(by: Acteur, usages: Iterable[UsageService]) -> Iterator[Line]:
    """A line for each service of each person."""
    for usage in usages:
        yield Line(f"usage:{usage.pk}", person(usage.rattachement), usage.label, partial(reinstate, by=by, usage=usage))


@transaction.atomic
def stop(*, by: journal.Author, rattachement: Rattachement, service: str, on: date, motif: str) -> SuspensionUsage:
    """The Caf stops a service for a person from today on, until it reinstates him; `motif` is told to him.

    `by` is an agent of the Caf, or the system when a job of the service found the reason. The caller tells the person.
    """
    lock(rattachement.convention)
    UsageService.objects.get_or_create(rattachement=rattachement, service=service, defaults={"counted_from": on})
    suspension, is_new = SuspensionUsage.objects.open_on(on).get_or_create(
        rattachement=rattachement,
        service=service,
        defaults={
            "opens_on": on,
            "unused_since": on,
            "motif": motif,
            "opened_by": by.utilisateur if isinstance(by, Acteur) else None,
        },
    )
    if not is_new and not suspension.motif:
        suspension.motif = motif
        suspension.save(update_fields=["motif"])
    _record(events.USAGE_STOPPED, by, suspension, motif=motif)
    return suspension


@transaction.atomic
def reinstate(*, by: Acteur, usage: UsageService, motif: str = "Rétabli") -> None:
    """« Rétablir »: the service opens again today, and its year is counted from today; the person is told.

    :raises Refused: when a rule forbids it, or it is not suspended
    """
    rattachement = usage.rattachement
    lock(rattachement.convention)
    allow(refuse_reinstating(by, usage))
    suspension = (
        SuspensionUsage.objects.select_for_update(of=("self",))
        .filter(rattachement=rattachement, service=usage.service)
        .open_on(by.on)
        .first()
    )
    if suspension is None:
        raise Refused(f"« {usage.label} » n'est pas suspendu pour cette personne.")
    end(suspension, by=by.utilisateur, closes_on=by.on - timedelta(days=1), motif=motif)
    UsageService.objects.filter(pk=usage.pk).update(counted_from=by.on)
    keep_quota(rattachement.convention, by.on)
    _record(events.USAGE_REINSTATED, by, usage)
    _mail(events.USAGE_IS_REINSTATED, rattachement, line=_place(usage))
