"""Lets people in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portail.comptes import events
from portail.comptes.actions.lanes import (
    address_bucket,
    clear,
    count_failure,
    device_lane,
    forget,
    give_back,
    lane_open_to,
    network_key,
)
from portail.comptes.actions.provisional import digest_of, use_provisional
from portail.comptes.adapters import hash_queue, hash_slot
from portail.comptes.models import Utilisateur
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.journal.models import JournalEntry, Result
from portail.ui.rules import Busy, Refused

REFUSED = (
    "Connexion impossible : vérifiez votre identifiant et votre mot de passe. Après plusieurs essais, une attente "
    "de plus en plus longue est imposée ; un mot de passe provisoire ne sert qu'une fois, pendant 24 heures. "
    "« Mot de passe oublié ? » vous en envoie un nouveau."
)


@dataclass(frozen=True)
class SignIn:
    """A successful sign-in: who, whether an own password must be chosen now, and what happened since the last."""

    utilisateur: Utilisateur
    must_choose_password: bool
    last_at: datetime | None
    refused_since: int


def sign_in(
    *,
    identifiant: str,
    password: str,
    address: str,
    known_device: str,
    browser: str = "",
    enter: Callable[[SignIn], Any] = lambda signed_in: signed_in,
) -> Any:
    """Lets a person in. Unknown, closed, wrong, delayed and expired take the same time and give the same answer.

    `known_device` is the number of a browser where this person signed in before, empty for a strange one; `browser`
    is what a strange one says it is. `enter` opens the session, in the transaction that journals it; what it gives is
    given back.

    :raises Refused: with that one answer
    :raises Busy: when too many passwords are being checked at once; no try is counted then
    """
    identifiant = identifiant.strip().upper()[:16]
    with hash_queue():
        lane = lane_open_to(identifiant, address, known_device)
        utilisateur = Utilisateur.objects.signing_in(identifiant, digest_of(password))
        try:
            matches = _check(utilisateur if lane else None, password)
        except Busy:
            give_back(lane, identifiant)
            raise
    is_provisional = utilisateur is not None and utilisateur.is_provisional and use_provisional(utilisateur, password)
    if utilisateur is None or not utilisateur.is_active or not (matches or is_provisional):
        if not known_device:
            count_failure(network_key("adresse", address), address_bucket())
        _record_refusal(utilisateur, had_to_wait=lane is None)
        raise Refused(REFUSED)
    with transaction.atomic():
        if lane:
            forget(lane, identifiant)
        if is_provisional and known_device:
            # He holds the mailbox: what was typed wrongly before on his own device no longer counts.
            clear(device_lane(identifiant, known_device))
        signed_in = _let_in(utilisateur, is_provisional)
        if not known_device:
            _tell_strange_device(signed_in, browser)
        return enter(signed_in)


def _check(utilisateur: Utilisateur | None, password: str) -> bool:
    """One hash, whoever it is for."""
    with hash_slot():
        if utilisateur is None:
            make_password(password)
            return False
        return utilisateur.check_password(password)


def _let_in(utilisateur: Utilisateur, is_provisional: bool) -> SignIn:
    result = SignIn(utilisateur, is_provisional, utilisateur.last_login, _refused_since_last(utilisateur))
    kind = events.PROVISIONAL_USED if is_provisional else events.SIGNED_IN
    journal.record(kind, by=utilisateur, about=[utilisateur])
    return result


def _tell_strange_device(signed_in: SignIn, browser: str) -> None:
    """The person is told of a browser never seen before; not of his very first one."""
    utilisateur = signed_in.utilisateur
    if signed_in.last_at is None:
        return
    at = timezone.localtime()
    courriels.enqueue(
        events.STRANGE_DEVICE,
        to=utilisateur.courriel,
        to_label=utilisateur.nom_complet,
        about=[utilisateur],
        facts={"at": f"{at:%d/%m/%Y à %Hh%M}", "browser": browser, "refused": signed_in.refused_since},
    )


def _refused_since_last(utilisateur: Utilisateur) -> int:
    refusals = JournalEntry.objects.filter(
        kind=events.SIGN_IN_REFUSED.code, subjects__contains=[journal.subject(utilisateur)]
    )
    if utilisateur.last_login:
        refusals = refusals.filter(recorded_at__gt=utilisateur.last_login)
    return refusals.count()


def _record_refusal(utilisateur: Utilisateur | None, *, had_to_wait: bool) -> None:
    # An unknown identifiant may be a password typed in the wrong field: it is not written down.
    motif = "attente imposée après plusieurs essais" if had_to_wait else "identifiant ou mot de passe refusé"
    journal.record(
        events.SIGN_IN_REFUSED,
        by=journal.SYSTEM,
        about=[utilisateur] if utilisateur else [],
        result=Result.REFUSED,
        identifiant=utilisateur.identifiant if utilisateur else "(inconnu)",
        motif=motif,
    )
