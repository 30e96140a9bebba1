"""How much was consulted lately, beside what the Caf allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from portail.cdap.definitions.gardes import DAY, HOUR, QUOTAS
from portail.cdap.queries.reglages import values_of
from portail.conventions.models import Caf, Convention

_WINDOWS = {"personne_heure": HOUR, "personne_jour": DAY, "organisme_heure": HOUR, "organisme_jour": DAY}
# One read of the index for each: the row which, still in the window, leaves no room for what is wanted.
_COLUMNS = (
    ("quota_personne_heure", "utilisateur", "1 hour"),
    ("quota_personne_jour", "utilisateur", "1 day"),
    ("quota_organisme_heure", "organisme", "1 hour"),
    ("quota_organisme_jour", "organisme", "1 day"),
)
_LAST = """(SELECT at FROM cdap_consultation WHERE {subject}_id = %({subject})s
 AND at > statement_timestamp() - interval '{window}' ORDER BY at DESC OFFSET %({code})s LIMIT 1)"""
_FULL = "SELECT " + ", ".join(
    _LAST.format(code=code, subject=subject, window=window) for code, subject, window in _COLUMNS
)


@dataclass(frozen=True)
class QuotaReached:
    """Which quota leaves no room, how much it is, and when there is room again."""

    code: str
    most: int
    until: datetime

    @property
    def window(self) -> timedelta:
        return _WINDOWS[self.code.removeprefix("quota_")]


def quota_reached(*, utilisateur: int, organisme: int, caf: int, wanted: int) -> QuotaReached | None:
    """The quota that `wanted` more consultations would pass: the one that lasts the longest.

    Whole hours and days slide: nobody consults twice as much by waiting for the clock.
    """
    allowed = values_of(caf)
    offsets = {code: max(0, allowed[code] - wanted) for code, _, _ in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(_FULL, {"utilisateur": utilisateur, "organisme": organisme} | offsets)
        row = cursor.fetchone()
    found = [
        QuotaReached(reglage.code, allowed[reglage.code], at + _WINDOWS[reglage.code.removeprefix("quota_")])
        for reglage, at in zip(QUOTAS, row, strict=True)
        if at is not None
    ]
    return max(found, key=lambda quota: quota.until, default=None)


def caf_pivot_of(convention: int) -> Caf:
    """Whose settings count under a convention, and who decides of it."""
    return Convention.objects.select_related("caf_pivot").get(pk=convention).caf_pivot
