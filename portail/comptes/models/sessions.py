"""Sessions, and the lanes in which failures to sign in are counted."""

import hashlib
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import Now
from django.utils import timezone

from portail.comptes.models.dates import columns_of, rows_found
from portail.comptes.models.utilisateurs import REGLES, REGLES_NAMES, Utilisateur

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


# Written out in SQL, and asked at once: it runs for every page.
_ALIVE = """
SELECT {columns}, {session}, {regles}
FROM comptes_session s LEFT JOIN comptes_utilisateur t ON t.id = s.utilisateur_id
WHERE s.session_key = %s AND s.created_at > %s AND s.last_seen_at > %s
""".replace("{regles}", REGLES)


class SessionQuerySet(models.QuerySet):
    def alive(self, key: str | None) -> Any:
        """The session of that key, unless it lasts too long or its owner has done nothing for too long.

        Its `utilisateur` is the person as `signed_in` gives him, None for a stranger.
        """
        now, limits = timezone.now(), settings.PORTAIL
        began = now - timedelta(seconds=limits["SESSION_SECONDS"])
        seen = now - timedelta(seconds=limits["IDLE_SECONDS"])
        names, columns = columns_of(self.model, "s")
        own = [f"session.{name}" for name in names]
        statement = _ALIVE.replace("{session}", columns)
        owner = next(rows_found(Utilisateur, statement, [key, began, seen], (*own, *REGLES_NAMES)), None)
        if owner is None:
            return None
        session: Any = self.model.from_db(DEFAULT_DB_ALIAS, names, [vars(owner).pop(name) for name in own])
        session.utilisateur = owner if owner.pk else None
        return session


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
