"""The journal of the conventions of a Caf: however long it is, a page reads a few lines of an index."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portail.comptes.models import midnight
from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.journal.models import JournalEntry, Result

_OF_EACH_CONVENTION = """
SELECT line.* FROM unnest(%(conventions)s::text[]) AS named(convention) CROSS JOIN LATERAL (
  SELECT recorded_at, id FROM journal_journalentry entry
  WHERE entry.convention = named.convention AND {where} ORDER BY recorded_at {way}, id {way} LIMIT %(limit)s) AS line
UNION ALL
(SELECT recorded_at, id FROM journal_journalentry
 WHERE convention = '*' AND subjects && %(conventions)s::varchar[]
   AND {where} ORDER BY recorded_at {way}, id {way} LIMIT %(limit)s)
"""
_OF_ONE_AUTHOR = """
SELECT recorded_at, id FROM journal_journalentry
WHERE by = ANY(%(by)s) AND (convention = ANY(%(conventions)s) OR convention = '*' AND
  subjects && %(conventions)s::varchar[]) AND {where} ORDER BY recorded_at {way}, id {way} LIMIT %(limit)s
"""
# The numbers first, as an array: the base cannot then believe that it would be quicker to read the whole journal.
_LINES = """
SELECT * FROM journal_journalentry
WHERE id = ANY(ARRAY(SELECT id FROM ({found}) AS found ORDER BY recorded_at {way}, id {way} LIMIT %(limit)s))
ORDER BY recorded_at {way}, id {way}
"""


@dataclass(frozen=True)
class Question:
    """What is asked of the journal; both days are included, from midnight to midnight in Paris."""

    by: str = ""
    since: date | None = None
    until: date | None = None
    result: str = ""


@dataclass(frozen=True)
class Journal:
    """What the journal says of the conventions of his Caf and of the people who serve there."""

    conventions: list[str]
    asked: Question

    def lines(self, key: int | None, newer: bool, limit: int) -> list[JournalEntry]:
        """At most `limit` lines on one side of the line `key`, the nearest first; without a key, the newest."""
        cut = None if key is None else JournalEntry.objects.filter(pk=key).values_list("recorded_at", flat=True).first()
        if cut is None and key is not None:
            return []
        side = [] if key is None else [f"(recorded_at, id) {'>' if newer else '<'} (%(cut)s, %(key)s)"]
        found = _OF_ONE_AUTHOR if self.asked.by else _OF_EACH_CONVENTION
        names = {"where": " AND ".join([*self._asked(), *side]) or "true", "way": "ASC" if newer else "DESC"}
        statement = _LINES.format(found=found.format(**names), **names)
        return list(JournalEntry.objects.raw(statement, self._values | {"key": key, "cut": cut, "limit": limit}))

    def _asked(self) -> list[str]:
        wanted = {
            "recorded_at >= %(since)s": self.asked.since,
            "recorded_at < %(end)s": self.asked.until,
            f"result = '{Result.REFUSED}'": self.asked.result == Result.REFUSED,  # written so: see the index
            f"result = '{Result.DONE}'": self.asked.result == Result.DONE,
        }
        return [condition for condition, is_wanted in wanted.items() if is_wanted]

    @property
    def _values(self) -> dict[str, Any]:
        by, since, until = self.asked.by, self.asked.since, self.asked.until
        return {
            "conventions": self.conventions,
            "by": [by, by.upper(), by.lower()],
            "since": since and midnight(since),
            "end": until and midnight(until + timedelta(days=1)),
        }


def journal_for(acteur: Acteur, asked: Question = Question()) -> Journal:
    conventions = Convention.objects.visible_to(acteur).order_by().values_list("pk", flat=True)
    return Journal([f"convention:{pk}" for pk in conventions], replace(asked, by=asked.by.strip()))
