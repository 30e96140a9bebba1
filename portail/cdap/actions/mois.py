"""The partitions of the consultations, ready before their month begins."""

from datetime import date

from django.db import connection, transaction

from portail.cdap.calculs.droits import first_of, month_after
from portail.cdap.queries.mois import months_apart

AHEAD = 3  # months ready after the current one: as long as the job may fail before anything lies apart


@transaction.atomic
def prepare_months(on: date) -> int:
    """The month of `on`, the `AHEAD` that follow it and those of which rows lie apart have their partition, rows
    included; how many were made. Safe to run twice."""
    wanted = {month_after(first_of(on), n) for n in range(AHEAD + 1)} | set(months_apart())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(cdap_consultation_months(mois, 1)) FROM unnest(%s::date[]) mois", [sorted(wanted)])
        return int(cursor.fetchone()[0])
