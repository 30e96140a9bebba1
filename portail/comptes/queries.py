"""Reads of accounts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from portail.comptes.models import Brouillon, ChangementCourriel, RegleUsage, Session, Utilisateur
from portail.journal.models import JournalEntry


def regle_in_force() -> RegleUsage:
    """The newest published version of the règles d'usage."""
    return RegleUsage.objects.filter(published_at__lte=timezone.now()).order_by("-version").first() or RegleUsage(
        version=0, sections=[]
    )


def sessions_for(acteur: Any) -> list[Session]:
    """The person's open sessions, the most recent act first."""
    now, limits = timezone.now(), settings.PORTAIL
    alive = Session.objects.filter(
        created_at__gt=now - timedelta(seconds=limits["SESSION_SECONDS"]),
        last_seen_at__gt=now - timedelta(seconds=limits["IDLE_SECONDS"]),
    )
    return list(alive.filter(utilisateur=acteur.utilisateur).order_by("-last_seen_at"))


def session_for(acteur: Any, handle: str) -> Session:
    """One of the person's own sessions, by its handle (its key is a secret and stands on no page)."""
    for session in sessions_for(acteur):
        if session.handle == handle:
            return session
    raise Session.DoesNotExist


def sign_ins_of(utilisateur: Utilisateur, limit: int = 10) -> list[JournalEntry]:
    """The person's last sign-ins and refused ones, newest first."""
    kinds = ["comptes.session.opened", "comptes.session.refused"]
    return list(
        JournalEntry.objects.filter(kind__in=kinds, subjects__contains=[f"utilisateur:{utilisateur.pk}"]).order_by(
            "-pk"
        )[:limit]
    )


def pending_courriel(acteur: Any) -> ChangementCourriel | None:
    """The mail address the person still has to confirm."""
    return ChangementCourriel.objects.filter(utilisateur=acteur.utilisateur, expires_at__gt=timezone.now()).first()


def brouillon_for(acteur: Any, path: str) -> Brouillon | None:
    return Brouillon.objects.filter(utilisateur=acteur.utilisateur, path=path).first()
