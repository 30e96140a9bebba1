"""Provisional passwords: asked, owed, made as their mail leaves, spent once."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.comptes import events
from portail.comptes.actions.lanes import address_bucket, count_failure, may_try, network_key
from portail.comptes.models import MotDePasseProvisoire, Utilisateur, midnight
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused

TOO_MANY_RESETS = "Trop de demandes viennent de votre réseau : réessayez dans un quart d'heure."
IDENTIFIANT_SHAPE = re.compile(r"[A-Z]{3}[0-9]{5}[A-Z]{2,6}")  # as the check constraint of Utilisateur
# No letter or digit that is taken for another; 16 of 32 are 80 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def issue_provisional(utilisateur: Utilisateur) -> str:
    """A new provisional password, valid once and 24 real hours; the one before is dead. Only its digest is kept.

    Called while the mail that carries it is being sent.
    """
    secret = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    now = timezone.now()
    MotDePasseProvisoire.objects.update_or_create(
        utilisateur=utilisateur,
        defaults={
            "digest": digest_of(secret),
            "issued_at": now,
            "expires_at": now + timedelta(hours=settings.PORTAIL["PROVISIONAL_HOURS"]),
            "used_at": None,
        },
    )
    return secret


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.strip().encode()).digest()


@transaction.atomic
def use_provisional(utilisateur: Utilisateur, password: str) -> bool:
    """True for the one try that spends the provisional password.

    One that is being used, or replaced by a newer one, at this very moment counts as spent.
    """
    now = timezone.now()
    valid = MotDePasseProvisoire.objects.select_for_update(skip_locked=True).filter(
        utilisateur=utilisateur.pk if utilisateur.is_active else 0,
        digest=digest_of(password),
        used_at=None,
        expires_at__gt=now,
    )
    provisional = valid.first()
    if provisional is None:
        return False
    provisional.used_at = now
    provisional.save(update_fields=["used_at"])
    return True


def is_provisional(utilisateur: Utilisateur, password: str) -> bool:
    return MotDePasseProvisoire.objects.filter(utilisateur=utilisateur, digest=digest_of(password)).exists()


def ask_reset(*, identifiant: str, address: str) -> None:
    """Asks for a provisional password. The same work is done whether or not the identifiant exists.

    What cannot be an identifiant may be a password typed in the wrong field: it is not written down.

    :raises Refused: when too many were asked from this network, whoever they were for
    """
    lane = network_key("oubli", address)
    if not may_try(lane, address_bucket()):
        raise Refused(TOO_MANY_RESETS)
    count_failure(lane, address_bucket())
    identifiant = identifiant.strip().upper()
    if IDENTIFIANT_SHAPE.fullmatch(identifiant):
        app.configure_task("comptes.send_reset", queue="courriels").defer(identifiant=identifiant)


@transaction.atomic
def send_reset(identifiant: str) -> None:
    """Owes the provisional password of an open account, a few times an hour at most."""
    utilisateur = Utilisateur.objects.select_for_update().filter(identifiant=identifiant).first()
    if utilisateur is None or not utilisateur.is_active or not _may_reset(utilisateur):
        return
    journal.record(
        events.PROVISIONAL_ASKED, by=journal.SYSTEM, about=[utilisateur], utilisateur=utilisateur.nom_complet
    )
    _owe_provisional(utilisateur, events.RESET)


def _may_reset(utilisateur: Utilisateur) -> bool:
    """Nobody's mailbox is flooded."""
    return in_the_last_hour(utilisateur, events.PROVISIONAL_ASKED.code) < settings.PORTAIL["RESETS_PER_HOUR"]


def in_the_last_hour(utilisateur: Utilisateur, kind: str) -> int:
    facts = JournalEntry.objects.filter(kind=kind, subjects__contains=[journal.subject(utilisateur)])
    return facts.filter(recorded_at__gt=timezone.now() - timedelta(hours=1)).count()


def _owe_provisional(utilisateur: Utilisateur, kind: Any, about: Iterable[Model] = ()) -> None:
    courriels.enqueue(
        kind,
        to=reset_address(utilisateur),
        to_label=utilisateur.nom_complet,
        about=[utilisateur, *about],
        facts={"utilisateur": utilisateur.pk},
    )


def reset_address(utilisateur: Utilisateur) -> str:
    """For a day after a change of mail, a reset still goes to the address before it, or before the first of several.

    Somebody who never chose a password has nothing to be robbed of: his mistyped address may be corrected at once.
    """
    changed = utilisateur.courriel_changed_at
    is_recent = changed is not None and timezone.now() - changed < timedelta(hours=24)
    has_chosen = utilisateur.has_usable_password() or utilisateur.password_changed_at is not None
    if is_recent and utilisateur.previous_courriel and has_chosen:
        return utilisateur.previous_courriel
    return utilisateur.courriel


def welcome(utilisateur: Utilisateur, *, about: list[Any]) -> None:
    """Owes a new person his two separate mails: the identifiant, then the provisional password (S3, S4).

    They leave on the day his account opens: a provisional password would not live until then.
    """
    opening = midnight(utilisateur.opens_on)
    for kind in (events.IDENTIFIANT, events.PROVISIONAL):
        courriels.enqueue(
            kind,
            to=utilisateur.courriel,
            to_label=utilisateur.nom_complet,
            about=[utilisateur, *about],
            facts={"utilisateur": utilisateur.pk},
            not_before=opening,
        )


@transaction.atomic
def resend_identifiant(*, by: journal.Author, utilisateur: Utilisateur, about: Iterable[Model] = ()) -> None:
    """« Renvoi de l'identifiant par mail » (S0); `about` is what it was done under."""
    courriels.enqueue(
        events.IDENTIFIANT,
        to=utilisateur.courriel,
        to_label=utilisateur.nom_complet,
        about=[utilisateur, *about],
        facts={"utilisateur": utilisateur.pk},
    )
    journal.record(events.IDENTIFIANT_SENT, by=by, about=[utilisateur, *about], utilisateur=utilisateur.nom_complet)


@transaction.atomic
def resend_provisional(*, by: journal.Author, utilisateur: Utilisateur, about: Iterable[Model] = ()) -> None:
    """Starts a reset for somebody else, who alone will see the secret; `about` is what it was done under.

    :raises Refused: when too many were asked within the hour
    """
    Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    if not _may_reset(utilisateur):
        raise Refused(
            "Trop de mots de passe provisoires ont été demandés pour cette personne : réessayez dans une heure."
        )
    _owe_provisional(utilisateur, events.RESET, about)
    journal.record(events.PROVISIONAL_ASKED, by=by, about=[utilisateur, *about], utilisateur=utilisateur.nom_complet)


def prepare_identifiant(facts: dict[str, Any]) -> dict[str, Any]:
    """What the mail of the identifiant needs."""
    return {"utilisateur": Utilisateur.objects.get(pk=facts["utilisateur"])}


def prepare_provisional(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Makes the provisional password as its mail leaves; None for somebody who is closed by now."""
    utilisateur = Utilisateur.objects.get(pk=facts["utilisateur"])
    if utilisateur.statut_today == "cloture":
        return None
    return {
        "utilisateur": utilisateur,
        "secret": issue_provisional(utilisateur),
        "hours": settings.PORTAIL["PROVISIONAL_HOURS"],
    }
