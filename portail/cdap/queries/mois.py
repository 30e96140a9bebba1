"""The months of the consultations, each in a partition of its own; what has none yet lies apart."""

from datetime import date

from django.db import connection

_MONTHS = """
SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Europe/Paris')::date FROM cdap_consultation_autres ORDER BY 1
"""


def months_apart() -> list[date]:
    """The first day of each month of which consultations lie in the default partition: none when all goes well."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        return [row[0] for row in cursor.fetchall()]
