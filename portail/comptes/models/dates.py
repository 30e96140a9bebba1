"""What « dated » means for every table of the portal; how names sort; rows read by a written statement."""

import functools
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.fields.ranges import DateTimeRangeContains
from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from psycopg.sql import Literal


def midnight(day: date) -> datetime:
    """The instant at which this day begins in Paris."""
    return timezone.make_aware(datetime.combine(day, time.min))


class DateRange(Func):
    """From a day to a day, both included; no end is open; an end on the day before the beginning covers no day."""

    function = "daterange"
    template = "%(function)s(%(expressions)s + 1, '[)')"
    output_field = DateRangeField()


class SortKey(Func):
    """How a French reader sorts and searches names: no accents, no case, no hyphens (SQL `sort_key`)."""

    function = "sort_key"
    output_field = models.CharField(max_length=250, db_collation="C")


@models.CharField.register_lookup
class Holds(models.Lookup):
    """`sort_key__holds="emile"`: what was typed stands somewhere in the key, whatever the accents and the case.

    The pattern is written into the statement, quoted by the driver: a plan made for any pattern would read the whole
    table for a single letter, and the key is computed once rather than for each row.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        connection.ensure_connection()
        pattern = Literal(f"%{_like(_sort_key(str(self.rhs)))}%").as_string(connection.connection)
        return f"{column} LIKE {pattern.replace('%', '%%')}", list(parameters)


def at_day(statement: str, day: date) -> str:
    """The statement with its day, `%(on)s::date`, written into it.

    Of a day that it does not know, the base believes that one row in two hundred is open, and reads whole tables first.
    """
    return statement.replace("%(on)s::date", _literal(day))


def _literal(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


@DateRangeField.register_lookup
class CoversDay(DateTimeRangeContains):
    """`period__contains=day`, the day written into the statement: see `at_day`."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        return (_literal(self.rhs), []) if type(self.rhs) is date else super().process_rhs(compiler, connection)


@functools.lru_cache(maxsize=1024)
def _sort_key(typed: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sort_key(%s, '')", [typed.replace("\0", "")])
        return cursor.fetchone()[0]


def _like(text: str) -> str:
    """The text with what LIKE would read as a wildcard escaped."""
    return re.sub(r"([\\%_])", r"\\\1", text)


@functools.cache
def columns_of(model: type[models.Model], table: str) -> tuple[tuple[str, ...], str]:
    """The attributes of a row, and its columns as SQL reads them from what it calls `table`.

    What the base works out, as `period`, is left there: nobody reads it of a row found so.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    return tuple(field.attname for field in fields), ", ".join(f"{table}.{field.column}" for field in fields)


def rows_found(
    model: Any, statement: str, values: list[Any] | dict[str, Any], more: tuple[str, ...] = ()
) -> Iterator[Any]:
    """The rows of a statement that reads the `{columns}` of the table it calls `t`, then `more`.

    As `raw` gives them, which at each call asks anew which column is which field.
    """
    names, columns = columns_of(model, "t")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(columns=columns), values)
        rows = cursor.fetchall()
    for row in rows:
        instance = model.from_db(connection.alias, names, row[: len(names)])
        vars(instance).update(zip(more, row[len(names) :], strict=True))
        yield instance


class DatedQuerySet(models.QuerySet):
    def open_on(self, day: date) -> Self:
        """Rows open on that day, both ends included."""
        return self.filter(period__contains=day)

    def not_ended_on(self, day: date) -> Self:
        """Rows open on that day or later."""
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=day))


class Dated(models.Model):
    """Something open from one day to another, both included; nothing is deleted, things are closed."""

    opens_on = models.DateField("date d'ouverture")
    closes_on = models.DateField("date de clôture", null=True, blank=True)
    period = models.GeneratedField(
        expression=DateRange(F("opens_on"), F("closes_on")), output_field=DateRangeField(), db_persist=True
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_open(self, on: date) -> bool:
        return self.opens_on <= on and (self.closes_on is None or on <= self.closes_on)

    def statut(self, on: date) -> str:
        """`a_venir`, `ouvert` or `cloture` on that day."""
        if on < self.opens_on and not self.is_withdrawn:
            return "a_venir"
        return "ouvert" if self.is_open(on) else "cloture"

    @property
    def is_withdrawn(self) -> bool:
        """Closed before it covered any day (ADR 0009)."""
        return self.closes_on is not None and self.closes_on < self.opens_on

    @property
    def ended_on(self) -> date | None:
        """The day to tell as its end: the last day, or the day it was withdrawn (at the latest known, its first)."""
        if not self.is_withdrawn:
            return self.closes_on
        closed_at = getattr(self, "closed_at", None)
        return timezone.localdate(closed_at) if closed_at else self.opens_on

    @property
    def statut_today(self) -> str:
        return self.statut(timezone.localdate())


def closes_after_opening(name: str) -> models.CheckConstraint:
    """Closed at the earliest the day before the opening: what is closed at once on its first day covers no day."""
    return models.CheckConstraint(
        condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on") - timedelta(days=1)),
        name=name,
        violation_error_message="La date de clôture précède la date d'ouverture.",
    )


class Opened(Dated):
    """A dated fact that somebody decided: who opened it, who closed it, why."""

    opened_by = models.ForeignKey("comptes.Utilisateur", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_by = models.ForeignKey("comptes.Utilisateur", models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
