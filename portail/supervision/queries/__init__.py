"""What the Caf sees of the portal: the journal of its conventions, and whether the machinery keeps up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.timesince import timesince

from portail.courriels.models import Courriel, Statut
from portail.journal.events import BROKEN, sentence
from portail.journal.models import JournalEntry, JournalSeal
from portail.journal.queries import last_seal, last_verification


@dataclass(frozen=True)
class Queue:
    """One queue of jobs: how many wait, since when the oldest, how many failed."""

    name: str
    waiting: int
    failed: int
    oldest: datetime | None

    @property
    def lag_in_words(self) -> str:
        """« 29 minutes »; nothing late is « aucun »."""
        if not self.lag_seconds:
            return "aucun"
        return timesince(timezone.now() - timedelta(seconds=self.lag_seconds))

    @property
    def lag_seconds(self) -> int:
        return int((timezone.now() - self.oldest).total_seconds()) if self.oldest else 0


def queues() -> list[Queue]:
    """Every queue that ever had a job; a job planned for later is not late."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT j.queue_name,
                      count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
                      count(*) FILTER (WHERE status = 'failed'),
                      min(coalesce(scheduled_at, d.at)) FILTER (WHERE status = 'todo'
                                                               AND coalesce(scheduled_at, now()) <= now())
               FROM procrastinate_jobs j
               LEFT JOIN LATERAL (SELECT at FROM procrastinate_events e WHERE e.job_id = j.id
                                  ORDER BY e.id LIMIT 1) d ON j.status = 'todo'
               GROUP BY 1 ORDER BY 1"""
        )
        return [Queue(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Scellement:
    """Until when the journal is sealed, and what its last verification found."""

    seal: JournalSeal | None
    verification: JournalEntry | None

    @property
    def is_broken(self) -> bool:
        return self.verification is not None and self.verification.kind == BROKEN.code

    @property
    def sentence(self) -> str:
        found = self.verification
        return sentence(found.kind, found.by_label, found.facts) if found else ""


def scellement() -> Scellement:
    return Scellement(last_seal(), last_verification())


@dataclass(frozen=True)
class Mails:
    to_send: int
    failed: int
    oldest: datetime | None


def mails() -> Mails:
    """How many mails wait or failed, and since when the oldest is owed."""
    waiting = Courriel.objects.filter(statut=Statut.TO_SEND)
    oldest = waiting.aggregate(at=models.Min("enqueued_at"))["at"]
    return Mails(waiting.count(), Courriel.objects.filter(statut=Statut.FAILED).count(), oldest)
