"""The règles d'usage and a person's own password."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import hashers
from django.db import transaction
from django.utils import timezone

from portail.comptes import events, rules
from portail.comptes.actions.lanes import clear, key_of, reserve
from portail.comptes.actions.provisional import is_provisional
from portail.comptes.actions.sessions import end_sessions
from portail.comptes.adapters import hash_slot
from portail.comptes.models import AcceptationRegle, MotDePasseProvisoire, RegleUsage, Utilisateur
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.journal.models import Result
from portail.ui.rules import Refused


@transaction.atomic
def publish_regle(*, sections: list[dict[str, Any]]) -> RegleUsage:
    """A new version of the règles d'usage, asked of everybody from now on."""
    last = RegleUsage.objects.select_for_update().order_by("-version").first()
    regle = RegleUsage.objects.create(
        version=last.version + 1 if last else 1, published_at=timezone.now(), sections=sections
    )
    journal.record(events.REGLE_PUBLISHED, by=journal.SYSTEM, about=[regle], version=regle.version)
    return regle


@transaction.atomic
def accept_regle(*, by: journal.Author, utilisateur: Utilisateur, regle: RegleUsage) -> None:
    _, is_new = AcceptationRegle.objects.get_or_create(utilisateur=utilisateur, regle=regle)
    if is_new:
        journal.record(events.REGLE_ACCEPTED, by=by, about=[utilisateur], version=regle.version)


@transaction.atomic
def refuse_regle(*, by: journal.Author, utilisateur: Utilisateur, regle: RegleUsage) -> None:
    journal.record(events.REGLE_REFUSED, by=by, about=[utilisateur], result=Result.REFUSED, version=regle.version)


def check_password(utilisateur: Utilisateur, password: str) -> bool:
    """Is this the person's own password? Wrong ones are delayed as at sign-in.

    :raises Refused: while he must wait
    :raises Busy: when too many passwords are being checked at once
    """
    lane = key_of("confirmation", utilisateur.identifiant)
    with hash_slot():
        if not reserve(lane):
            raise Refused("Trop d'essais : patientez avant de confirmer à nouveau votre mot de passe.")
        # Hashed anew at sign-in only: a new hash in the middle of a session would end it.
        is_right = hashers.check_password(password, utilisateur.password)
    if is_right:
        clear(lane)
    return is_right


def choose_password(
    *,
    by: journal.Author,
    utilisateur: Utilisateur,
    password: str,
    keep_session: str | None,
    words: Iterable[str] = (),
) -> None:
    """Sets the person's own password; his other sessions end, the provisional one is dead, he is told by mail.

    `words` are those one would guess for him beside his own: his organisation.

    :raises Refused: when the password is not good enough
    """
    if refusal := rules.refuse_password(password, utilisateur, words):
        raise Refused(refusal)
    with hash_slot():
        if is_provisional(utilisateur, password):
            raise Refused("Choisissez un autre mot de passe que le mot de passe provisoire.")
        encoded = hashers.make_password(password)
    _store_password(by=by, utilisateur=utilisateur, encoded=encoded, keep_session=keep_session)


@transaction.atomic
def _store_password(*, by: journal.Author, utilisateur: Utilisateur, encoded: str, keep_session: str | None) -> None:
    had_one = utilisateur.has_usable_password()
    utilisateur.password = encoded
    Utilisateur.objects.filter(pk=utilisateur.pk).update(password=encoded, password_changed_at=timezone.now())
    MotDePasseProvisoire.objects.filter(utilisateur=utilisateur).delete()
    end_sessions(utilisateur, but=keep_session)
    journal.record(events.PASSWORD_CHOSEN, by=by, about=[utilisateur])
    if had_one:
        courriels.enqueue(
            events.PASSWORD_CHANGED, to=utilisateur.courriel, to_label=utilisateur.nom_complet, about=[utilisateur]
        )
