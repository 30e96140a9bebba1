"""The figures of each month, worked out at night: reading them from the journal on each page would take too long."""

from datetime import date, timedelta

from django.db import connection, transaction

from portail.supervision.models import Usage
from portail.supervision.queries.usages import last_months

# A right that ends has its last day in the month; nothing is told of days to come.
_RIGHTS = """
INSERT INTO supervision_usage (convention_id, mois, service, habilites, ouvertes, terminees, connexions, connectes)
SELECT convention_id, %(first)s::date, coalesce(service, ''), count(DISTINCT utilisateur_id),
       count(*) FILTER (WHERE lower(period) >= %(first)s::date AND lower(period) < %(end)s::date),
       count(*) FILTER (WHERE upper(period) > %(first)s::date AND upper(period) <= %(end)s::date), 0, 0
FROM habilitations_habilitation
WHERE period && daterange(%(first)s::date, %(end)s::date)
GROUP BY GROUPING SETS ((convention_id, service), (convention_id))
"""
_SIGN_INS = """
INSERT INTO supervision_usage (convention_id, mois, service, habilites, ouvertes, terminees, connexions, connectes)
SELECT r.convention_id, %(first)s::date, '', 0, 0, 0, count(DISTINCT j.id), count(DISTINCT j.by)
FROM journal_journalentry j
JOIN comptes_utilisateur u ON u.identifiant = j.by
JOIN conventions_rattachement r ON r.utilisateur_id = u.id AND r.period && daterange(%(first)s::date, %(end)s::date)
WHERE j.kind = 'comptes.session.opened'
  AND j.recorded_at >= %(first)s::timestamp AT TIME ZONE 'Europe/Paris'
  AND j.recorded_at < %(end)s::timestamp AT TIME ZONE 'Europe/Paris'
  AND j.id > coalesce((SELECT max(last_entry) FROM journal_journalseal
                       WHERE sealed_at < %(first)s::date - interval '1 day'), 0)
GROUP BY 1
ON CONFLICT (convention_id, mois, service)
DO UPDATE SET connexions = excluded.connexions, connectes = excluded.connectes
"""


def record_usage(on: date) -> int:
    """Works out the months not known yet and, until yesterday, the last two; how many. Safe to run twice."""
    months = last_months(on - timedelta(days=1))
    known = set(Usage.objects.filter(mois__in=months[1:]).values_list("mois", flat=True).distinct())
    for first in (todo := [month for month in months if month not in known or month >= months[1]]):
        _record(first, on)
    return len(todo)


@transaction.atomic
def _record(first: date, on: date) -> None:
    end = min((first + timedelta(days=32)).replace(day=1), on)
    values = {"first": first, "end": end}
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE supervision_usage IN SHARE ROW EXCLUSIVE MODE")
        Usage.objects.filter(mois=first).delete()
        cursor.execute(_RIGHTS, values)
        cursor.execute(_SIGN_INS, values)
