"""The figures of each month, worked out at night: reading them from the journal on each page would take too long."""

from datetime import date, timedelta

from django.db import connection, transaction

from portail.habilitations.queries.bulk import in_the_order_of_the_view
from portail.supervision.models import Usage
from portail.supervision.queries.usages import last_months

# All months in one reading of the rights: that is what costs. A right that ends has its last day in the month; nothing
# is told of days to come.
_RIGHTS = """
INSERT INTO supervision_usage (convention_id, mois, service, habilites, ouvertes, terminees, connexions, connectes)
WITH months AS (SELECT first, ends, daterange(first, ends) AS days FROM unnest(%(firsts)s::date[], %(ends)s::date[])
                AS m(first, ends)),
rights AS MATERIALIZED (
  SELECT convention_id, service, utilisateur_id, period FROM habilitations_habilitation
  WHERE period && (SELECT daterange(min(first), max(ends)) FROM months)
)
SELECT convention_id, first, coalesce(service, ''), count(DISTINCT utilisateur_id),
       count(*) FILTER (WHERE lower(period) >= first AND lower(period) < ends),
       count(*) FILTER (WHERE upper(period) > first AND upper(period) <= ends), 0, 0
FROM months JOIN rights ON period && days
GROUP BY GROUPING SETS ((convention_id, first, service), (convention_id, first))
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
    todo = [month for month in months if month not in known or month >= months[1]]
    _record({first: min((first + timedelta(days=32)).replace(day=1), on) for first in todo})
    return len(todo)


@transaction.atomic
def _record(months: dict[date, date]) -> None:
    """Each month from its first day to the day after its last."""
    with in_the_order_of_the_view(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE supervision_usage IN SHARE ROW EXCLUSIVE MODE")
        Usage.objects.filter(mois__in=months).delete()
        cursor.execute(_RIGHTS, {"firsts": list(months), "ends": list(months.values())})
        for first, ends in months.items():
            cursor.execute(_SIGN_INS, {"first": first, "end": ends})
