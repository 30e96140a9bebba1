"""People, their sessions and what lets them in; and what « dated » means for every table above."""

import functools
import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone
from psycopg.sql import Literal


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


@functools.lru_cache(maxsize=1024)
def _sort_key(typed: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sort_key(%s, '')", [typed.replace("\0", "")])
        return cursor.fetchone()[0]


def _like(text: str) -> str:
    """The text with what LIKE would read as a wildcard escaped."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def rows_found(model: Any, statement: str, values: list[Any], more: tuple[str, ...] = ()) -> Iterator[Any]:
    """The rows of a statement that reads the `{columns}` of the table it calls `t`, then `more`.

    As `raw` gives them, which at each call asks anew which column is which field.
    """
    names, columns = zip(*((field.attname, f"t.{field.column}") for field in model._meta.concrete_fields), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(columns=", ".join(columns)), values)
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


class Poste(models.TextChoices):
    SEDENTAIRE = "sedentaire", "Sédentaire (possède un poste fixe)"
    ITINERANT = "itinerant", "Itinérant (poste de travail variable)"


# Written out in SQL: it runs for every page, and composing it would cost more than running it.
_SIGNED_IN = """
SELECT {columns},
       (SELECT version FROM comptes_regleusage WHERE published_at <= statement_timestamp()
        ORDER BY version DESC LIMIT 1) AS regle_in_force,
       (SELECT r.version FROM comptes_acceptationregle a JOIN comptes_regleusage r ON r.id = a.regle_id
        WHERE a.utilisateur_id = t.id ORDER BY r.version DESC LIMIT 1) AS regle_accepted
FROM comptes_utilisateur t WHERE t.id = %s
"""
_SIGNING_IN = """
SELECT {columns},
       EXISTS (SELECT FROM comptes_motdepasseprovisoire m WHERE m.utilisateur_id = t.id AND m.digest = %s
               AND m.used_at IS NULL AND m.expires_at > %s) AS is_provisional
FROM comptes_utilisateur t WHERE t.identifiant = %s
"""


class UtilisateurQuerySet(DatedQuerySet):
    def signed_in(self, pk: Any) -> Any:
        """The person of a session, with the version of the règles d'usage in force and the one he accepted."""
        return next(rows_found(self.model, _SIGNED_IN, [pk], more=("regle_in_force", "regle_accepted")), None)

    def signing_in(self, identifiant: str, provisional: bytes) -> Any:
        """Who has this identifiant, None when nobody; `is_provisional`: is that the digest of what he was sent?"""
        values = [provisional, timezone.now(), identifiant]
        return next(rows_found(self.model, _SIGNING_IN, values, ("is_provisional",)), None)

    def with_courriel(self, courriel: str) -> Self:
        """Who has this mail address, whatever the case: at most one person, found by the index that keeps him alone."""
        return self.alias(mail=Lower("courriel")).filter(mail=Lower(Value(courriel)))

    def get_by_natural_key(self, identifiant: str) -> Any:
        return self.get(identifiant=identifiant.upper())


class Utilisateur(AbstractBaseUser, Dated):
    """A person's one identity, whatever the conventions and services served (S3)."""

    identifiant = models.CharField(max_length=16, unique=True)
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    courriel = models.EmailField("adresse mail")
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    poste = models.CharField(max_length=12, choices=Poste, blank=True)
    is_agent = models.BooleanField("agent d'une Caf", default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edition = models.PositiveIntegerField(default=1, help_text="raised by each change; a stale form is refused")
    password_changed_at = models.DateTimeField(null=True, blank=True)
    courriel_changed_at = models.DateTimeField(null=True, blank=True)
    previous_courriel = models.EmailField(blank=True, help_text="where a reset goes in the day after a change")
    sort_key = models.GeneratedField(
        expression=SortKey(F("nom"), F("prenom")),
        output_field=models.CharField(max_length=250, db_collation="C"),
        db_persist=True,
    )

    USERNAME_FIELD = "identifiant"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    objects = UtilisateurQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("courriel"),
                name="utilisateur_courriel_unique",
                violation_error_message="Cette adresse mail ne peut pas être utilisée.",
            ),
            models.CheckConstraint(
                condition=Q(identifiant__regex=r"^[A-Z]{3}[0-9]{5}[A-Z]{2,6}$"), name="utilisateur_identifiant_shape"
            ),
            closes_after_opening("utilisateur_dates"),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="utilisateur_sort_key"),
            GinIndex(fields=["sort_key"], opclasses=["gin_trgm_ops"], name="utilisateur_sort_key_trgm"),
        ]

    def __str__(self) -> str:
        return self.identifiant

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.is_open(timezone.localdate())

    # the journal's author: see journal.actions.Author
    @property
    def journal_name(self) -> str:
        return self.identifiant

    @property
    def journal_label(self) -> str:
        return self.nom_complet

    @property
    def journal_organisation(self) -> str:
        return ""


class MotDePasseProvisoire(models.Model):
    """The one provisional password of a person: a newer one replaces it, one use ends it (S3, S4)."""

    utilisateur = models.OneToOneField(Utilisateur, models.PROTECT, related_name="mot_de_passe_provisoire")
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.utilisateur)


class RegleUsage(models.Model):
    """A version of the règles d'usage; the newest published one must be accepted to enter."""

    version = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    sections: Any = models.JSONField(help_text='[{"title", "paragraphs": [], "points": []}]')

    def __str__(self) -> str:
        return f"v{self.version}"


class AcceptationRegle(models.Model):
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="acceptations")
    regle = models.ForeignKey(RegleUsage, models.PROTECT, related_name="acceptations")
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["utilisateur", "regle"], name="acceptation_once")]

    def __str__(self) -> str:
        return f"{self.utilisateur} {self.regle}"


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """« Firefox, Windows », as its owner would say it."""
    names = [next((word for key, word in known if key in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, names)) or "Navigateur inconnu"


# Written out in SQL, as _SIGNED_IN is.
_ALIVE = "SELECT {columns} FROM comptes_session t WHERE session_key = %s AND created_at > %s AND last_seen_at > %s"


class SessionQuerySet(models.QuerySet):
    def alive(self, key: str | None) -> Any:
        """The session of that key, unless it lasts too long or its owner has done nothing for too long."""
        now, limits = timezone.now(), settings.PORTAIL
        began = now - timedelta(seconds=limits["SESSION_SECONDS"])
        seen = now - timedelta(seconds=limits["IDLE_SECONDS"])
        return next(rows_found(self.model, _ALIVE, [key, began, seen]), None)


class Session(AbstractBaseSession):
    """A browser's session; its owner sees it and can end it. `last_seen_at` moves with the person's acts only."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, null=True, related_name="sessions")
    created_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=300, blank=True)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        indexes = [models.Index(fields=["utilisateur"], name="session_utilisateur")]

    @property
    def handle(self) -> str:
        """A name for the session that is no secret."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @property
    def browser_label(self) -> str:
        return browser_in_words(self.browser)

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore


class SignInLane(models.Model):
    """Failures of one lane (an account seen from strange clients, a known device, an address): shared by all processes.

    `key` is a digest: a lane exists for unknown identifiants too, so that answers are the same.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class ChangementCourriel(models.Model):
    """A new mail address waiting to be confirmed from its mailbox; the link holds a secret, only its digest is here."""

    utilisateur = models.OneToOneField(Utilisateur, models.CASCADE, related_name="changement_courriel")
    courriel = models.EmailField()
    digest = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.utilisateur)


class Brouillon(models.Model):
    """What a person had typed in a form when the session ended; offered to the same person only."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="brouillons")
    path = models.CharField(max_length=300)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["utilisateur", "path"], name="brouillon_once")]

    def __str__(self) -> str:
        return self.path
