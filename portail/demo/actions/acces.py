"""How the people of the story stand at the door: password, règles d'usage, mails received."""

from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import MotDePasseProvisoire, Utilisateur
from portail.comptes.queries import regle_in_force
from portail.courriels.models import Courriel, Statut
from portail.demo import queries
from portail.demo.actions.common import Play, Said
from portail.ui.rules import Refused

NEVER_SIGNED_IN = ("new", "expired", "to_come")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def give_access(play: Play) -> None:
    """All who signed in long ago share one password and have accepted the règles d'usage."""
    regle = regle_in_force()
    if not regle.version:
        raise Refused("Aucune règle d'usage n'est publiée : lancez d'abord « manage.py publish_regles ».")
    encoded = make_password(play.story["password"])
    active = []
    for name, utilisateur in play.people.items():
        said = play.accesses[name]
        if said.get("access") in NEVER_SIGNED_IN:
            _give_provisional(utilisateur, said)
            continue
        comptes.accept_regle(by=utilisateur, utilisateur=utilisateur, regle=regle)
        utilisateur.password = encoded
        utilisateur.password_changed_at = _at(min(utilisateur.opens_on, play.today), 8)
        utilisateur.last_login = _last_login(play, utilisateur, said)
        active.append(utilisateur)
    Utilisateur.objects.bulk_update(active, ["password", "password_changed_at", "last_login"])


def _last_login(play: Play, utilisateur: Utilisateur, said: Said) -> datetime:
    last = play.day(said.get("left", -1))
    day = last - timedelta(days=play.chance.randint(370, 420) if said.get("is_idle") else play.chance.randint(0, 25))
    return _at(max(day, min(utilisateur.opens_on, last)), play.chance.randint(8, 17), play.chance.randint(0, 59))


def _give_provisional(utilisateur: Utilisateur, said: Said) -> None:
    if said["access"] == "expired":
        comptes.issue_provisional(utilisateur)
        MotDePasseProvisoire.objects.filter(utilisateur=utilisateur).update(
            digest=queries.expired_digest(),
            issued_at=timezone.now() - timedelta(hours=50),
            expires_at=timezone.now() - timedelta(hours=26),
        )


def note_mails_sent(play: Play) -> None:
    """Who begins today is still owed his mails, as what is due later; the others received theirs when they came."""
    waiting = [play.people[name].pk for name, said in play.accesses.items() if said.get("access") == "new"]
    opened = {utilisateur.pk: utilisateur.opens_on for utilisateur in play.people.values()}
    due = Courriel.objects.due(timezone.now())
    done = [courriel for courriel in due if courriel.facts.get("utilisateur") not in waiting]
    for courriel in done:
        day = min(opened.get(courriel.facts.get("utilisateur"), play.today), play.today)
        courriel.statut, courriel.tries = Statut.SENT, 1
        courriel.enqueued_at = courriel.due_at = courriel.sent_at = min(_at(day, 9), timezone.now())
    Courriel.objects.bulk_update(done, ["statut", "tries", "enqueued_at", "due_at", "sent_at"])
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'courriels.send_courriel' "
            "AND (args->>'pk')::bigint = ANY(%s)",
            [[courriel.pk for courriel in done]],
        )
