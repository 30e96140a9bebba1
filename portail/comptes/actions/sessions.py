"""Sessions, and the drafts that outlive them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portail.comptes import events
from portail.comptes.models import (
    Brouillon,
    ChangementCourriel,
    MotDePasseProvisoire,
    Session,
    SignInLane,
    Utilisateur,
)
from portail.journal import actions as journal

BROUILLONS_AT_ONCE = 20
# Written out in SQL: every sign-in asks it.
_SURPLUS = """
DELETE FROM comptes_session WHERE session_key IN (
  SELECT session_key FROM comptes_session WHERE utilisateur_id = %s
  ORDER BY last_seen_at DESC, created_at DESC OFFSET %s)
"""


def end_sessions(utilisateur: Utilisateur, *, but: str | None = None) -> int:
    """Ends every session of the person, but the one of that key; how many ended."""
    ended, _ = Session.objects.filter(utilisateur=utilisateur).exclude(session_key=but or "").delete()
    return ended


def cut_access(utilisateur: Utilisateur) -> None:
    """Nobody goes on or comes back with what he has: sessions, password, provisional one, change of mail are no more.

    « Mot de passe oublié ? » is the way back. In the transaction of the caller, who has the right to and journals it.
    """
    locked = Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    locked.set_unusable_password()
    locked.save(update_fields=["password"])
    MotDePasseProvisoire.objects.filter(utilisateur=locked).delete()
    ChangementCourriel.objects.filter(utilisateur=locked).delete()
    end_sessions(locked)


def end_oldest_sessions(utilisateur: Utilisateur) -> None:
    """Leaves the person the few sessions he may have at once, the last used ones.

    Called once the newest is stored: whatever signs in at the same moment, the last call sees them all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SURPLUS, [utilisateur.pk, settings.PORTAIL["SESSIONS_AT_ONCE"]])


@transaction.atomic
def end_session(*, by: journal.Author, session: Session) -> None:
    opened = timezone.localtime(session.created_at)
    journal.record(
        events.SESSION_ENDED,
        by=by,
        about=[session.utilisateur] if session.utilisateur else [],
        opened=f"{opened:%d/%m/%Y à %Hh%M}",
    )
    session.delete()


@transaction.atomic
def record_sign_out(*, by: journal.Author, utilisateur: Utilisateur) -> None:
    journal.record(events.SIGNED_OUT, by=by, about=[utilisateur])


@transaction.atomic
def revoke_all_sessions() -> int:
    """Ends every session of everybody; how many ended."""
    ended, _ = Session.objects.all().delete()
    journal.record(events.SESSIONS_REVOKED, by=journal.SYSTEM, sessions=ended)
    return ended


def purge_ended_sessions() -> int:
    """Removes sessions and drafts that can serve no more; how many sessions."""
    now = timezone.now()
    Brouillon.objects.filter(saved_at__lt=now - timedelta(days=30)).delete()
    SignInLane.objects.filter(updated_at__lt=now - timedelta(days=30), open_at__lt=now).delete()
    ended, _ = Session.objects.filter(expire_date__lt=now).delete()
    return ended


@transaction.atomic
def keep_brouillon(*, utilisateur: Utilisateur, path: str, data: dict[str, Any]) -> None:
    """Keeps what is typed in the form at that path; of many forms left unfinished, the last ones."""
    Brouillon.objects.update_or_create(
        utilisateur=utilisateur, path=path, defaults={"data": data, "saved_at": timezone.now()}
    )
    mine = Brouillon.objects.filter(utilisateur=utilisateur)
    kept = list(mine.order_by("-saved_at").values_list("pk", flat=True)[:BROUILLONS_AT_ONCE])
    mine.exclude(pk__in=kept).delete()


def drop_brouillon(*, utilisateur: Utilisateur, path: str) -> None:
    Brouillon.objects.filter(utilisateur=utilisateur, path=path).delete()
