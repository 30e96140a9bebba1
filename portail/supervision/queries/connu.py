"""Recorded time: what the portal knew at an instant (ADR 0012)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection, transaction

from portail.conventions.models import Rattachement
from portail.habilitations.queries.explanation import Explanation, explain

_BEGINS = "SELECT applied FROM django_migrations WHERE app = 'supervision' AND name = '0002_known'"


def known_since() -> datetime:
    """The instant from which every change is kept; nothing can be told of what was known before."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGINS)
        return cursor.fetchone()[0]


@contextmanager
def known_at(instant: datetime | None) -> Iterator[None]:
    """Within, `HabilitationConnue` tells what was known at that instant; None changes nothing.

    What is asked must be read before leaving.
    """
    if instant is None:
        yield
        return
    with transaction.atomic():
        _set("portail.known_at", instant.isoformat())
        yield
        _set("portail.known_at", "")


@contextmanager
def _in_the_past(instant: datetime | None) -> Iterator[None]:
    """Within, every table behind a right reads as it was known at that instant."""
    if instant is None:
        yield
        return
    with known_at(instant):
        path = _set("search_path", "known, public")
        yield
        _set("search_path", path)


def explain_known_at(rattachement: Rattachement, on: date, instant: datetime | None) -> list[Explanation]:
    """Why the person had each right that day, as it was known at that instant."""
    with _in_the_past(instant):
        known = Rattachement.objects.select_related("utilisateur", "convention", "opened_by").filter(pk=rattachement.pk)
        found = known.first()
        return explain(found, on) if found else []


def _set(name: str, value: str) -> str:
    """Sets it until the transaction ends; what it was before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        return before or ""
