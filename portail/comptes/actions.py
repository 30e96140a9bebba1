"""Opens, keeps and ends what lets a person in."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.comptes import events, rules
from portail.comptes.adapters import hash_slot
from portail.comptes.models import (
    AcceptationRegle,
    Brouillon,
    ChangementCourriel,
    MotDePasseProvisoire,
    RegleUsage,
    Session,
    SignInLane,
    Utilisateur,
)
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.journal.models import JournalEntry, Result
from portail.ui.rules import Refused

REFUSED = (
    "Connexion impossible : vérifiez votre identifiant et votre mot de passe. Après plusieurs essais, une attente "
    "de plus en plus longue est imposée ; un mot de passe provisoire ne sert qu'une fois, pendant 24 heures. "
    "« Mot de passe oublié ? » vous en envoie un nouveau."
)
TOO_MANY_RESETS = "Trop de demandes viennent de votre réseau : réessayez dans un quart d'heure."
TOO_MANY_CHANGES = "Vous avez demandé trop de changements d'adresse : réessayez dans une heure."
LINK_OVER = "Ce lien n'est plus valable : recommencez depuis « Mon profil »."
IDENTIFIANT_SHAPE = re.compile(r"[A-Z]{3}[0-9]{5}[A-Z]{2,6}")  # as the check constraint of Utilisateur
# Seconds to wait after the nth failure in a row: ten tries at most before a full day (CNIL 2022-100).
DELAYS = (0, 0, 10, 30, 60, 300, 900, 3600, 4 * 3600)
LONGEST_DELAY = 24 * 3600
# Failures that an account stands from strange browsers, and how fast they are forgotten: the owner's own successes
# do not wipe them out, so that nobody gets more than 12 + 12 tries in a day.
ACCOUNT_FAILURES = 12
ACCOUNT_FAILURE_SECONDS = 2 * 3600
BROUILLONS_AT_ONCE = 20
# No letter or digit that is taken for another; 16 of 32 are 80 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignIn:
    """A successful sign-in: who, whether an own password must be chosen now, and what happened since the last."""

    utilisateur: Utilisateur
    must_choose_password: bool
    last_at: datetime | None
    refused_since: int


def sign_in(*, identifiant: str, password: str, address: str, known_device: bool) -> SignIn:
    """Lets a person in. Unknown, closed, wrong, delayed and expired take the same time and give the same answer.

    :raises Refused: with that one answer
    :raises Busy: when too many passwords are being checked at once; no try is counted then
    """
    identifiant = identifiant.strip().upper()[:16]
    with hash_slot():
        lane = _lane_open_to(identifiant, address, known_device)
        utilisateur = Utilisateur.objects.filter(identifiant=identifiant).first()
        matches = _check(utilisateur if lane else None, password)
    is_provisional = _use_provisional(utilisateur, password)
    if utilisateur is None or not utilisateur.is_active or not (matches or is_provisional):
        if not known_device:
            _count_failure(_network_key("adresse", address), _ADDRESS)
        _record_refusal(identifiant, utilisateur, may_try=bool(lane))
        raise Refused(REFUSED)
    if lane:
        _forget(lane, identifiant)
    return _let_in(utilisateur, is_provisional)


def _check(utilisateur: Utilisateur | None, password: str) -> bool:
    """One hash, whoever it is for."""
    if utilisateur is None:
        make_password(password)
        return False
    return utilisateur.check_password(password)


@transaction.atomic
def _let_in(utilisateur: Utilisateur, is_provisional: bool) -> SignIn:
    result = SignIn(utilisateur, is_provisional, utilisateur.last_login, _refused_since_last(utilisateur))
    kind = events.PROVISIONAL_USED if is_provisional else events.SIGNED_IN
    journal.record(kind, by=utilisateur, about=[utilisateur])
    return result


def _refused_since_last(utilisateur: Utilisateur) -> int:
    refusals = JournalEntry.objects.filter(
        kind=events.SIGN_IN_REFUSED.code, subjects__contains=[journal.subject(utilisateur)]
    )
    if utilisateur.last_login:
        refusals = refusals.filter(recorded_at__gt=utilisateur.last_login)
    return refusals.count()


def _record_refusal(identifiant: str, utilisateur: Utilisateur | None, *, may_try: bool) -> None:
    # An unknown identifiant may be a password typed in the wrong field: it is not written down.
    motif = "attente imposée après plusieurs essais" if not may_try else "identifiant ou mot de passe refusé"
    journal.record(
        events.SIGN_IN_REFUSED,
        by=journal.SYSTEM,
        about=[utilisateur] if utilisateur else [],
        result=Result.REFUSED,
        identifiant=utilisateur.identifiant if utilisateur else "(inconnu)",
        motif=motif,
    )


# Lanes: who must wait before another try


@dataclass(frozen=True)
class _Bucket:
    """How many failures a lane stands, and in how many seconds one of them is forgotten."""

    failures: int
    seconds: int


_ADDRESS = _Bucket(settings.PORTAIL["ADDRESS_TRIES"], settings.PORTAIL["ADDRESS_TRY_SECONDS"])
_ACCOUNT = _Bucket(ACCOUNT_FAILURES, ACCOUNT_FAILURE_SECONDS)


def _key(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def _network_key(kind: str, address: str) -> str:
    """The lane of an address; an IPv6 subscriber holds a whole /64 and has one lane for it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return _key(kind, address)
    if isinstance(ip, IPv6Address):
        return _key(kind, str(ip.ipv4_mapped or ip_network((ip, 64), strict=False)))
    return _key(kind, str(ip))


def _lane_open_to(identifiant: str, address: str, known_device: bool) -> str | None:
    """The key of the lane in which this try is made, None when it must wait.

    A throttled address closes nobody's lane: an attacker cannot slow more accounts than he may try.
    """
    if known_device:
        lane = _key("appareil", identifiant)
        return lane if _reserve(lane) else None
    lane = _key("compte", identifiant)
    is_open = _may_try(_network_key("adresse", address), _ADDRESS) and _reserve(lane, _key("jour", identifiant))
    return lane if is_open else None


def _forget(lane: str, identifiant: str) -> None:
    """After a success: no wait in this lane, and the try that succeeded was no failure."""
    SignInLane.objects.filter(pk=lane).delete()
    if lane == _key("compte", identifiant):
        SignInLane.objects.filter(pk=_key("jour", identifiant), failures__gt=0).update(failures=F("failures") - 1)


@transaction.atomic
def _reserve(key: str, bucket_key: str | None = None) -> bool:
    """Counts a try before it is made, so that no race gives more tries than the delays allow."""
    now = timezone.now()
    lane = _locked(key, now)
    if lane.open_at > now or (bucket_key and not _may_try(bucket_key, _ACCOUNT)):
        return False
    lane.failures += 1
    delay = DELAYS[lane.failures - 1] if lane.failures <= len(DELAYS) else LONGEST_DELAY
    lane.open_at, lane.updated_at = now + timedelta(seconds=delay), now
    lane.save(update_fields=["failures", "open_at", "updated_at"])
    if bucket_key:
        _count_failure(bucket_key, _ACCOUNT)
    return True


def _locked(key: str, now: datetime) -> SignInLane:
    SignInLane.objects.bulk_create(
        [SignInLane(key=key, failures=0, open_at=now, updated_at=now)], ignore_conflicts=True
    )
    return SignInLane.objects.select_for_update().get(pk=key)


def _remaining(lane: SignInLane, bucket: _Bucket, now: datetime) -> int:
    """The failures still held against a lane."""
    forgotten = (now - lane.updated_at).total_seconds() / bucket.seconds
    return max(0, lane.failures - int(forgotten))


def _may_try(key: str, bucket: _Bucket) -> bool:
    lane = SignInLane.objects.filter(pk=key).first()
    return lane is None or _remaining(lane, bucket, timezone.now()) < bucket.failures


@transaction.atomic
def _count_failure(key: str, bucket: _Bucket) -> None:
    """Holds one more failure against the lane; at most twice what it stands, so that everybody is forgiven one day."""
    now = timezone.now()
    lane = _locked(key, now)
    if (failures := _remaining(lane, bucket, now)) < lane.failures:
        lane.updated_at = now
    lane.failures = min(failures + 1, 2 * bucket.failures)
    lane.save(update_fields=["failures", "updated_at"])


# Provisional passwords


def issue_provisional(utilisateur: Utilisateur) -> str:
    """A new provisional password, valid once and 24 real hours; the one before is dead. Only its digest is kept.

    Called while the mail that carries it is being sent.
    """
    secret = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    now = timezone.now()
    MotDePasseProvisoire.objects.update_or_create(
        utilisateur=utilisateur,
        defaults={
            "digest": _digest(secret),
            "issued_at": now,
            "expires_at": now + timedelta(hours=settings.PORTAIL["PROVISIONAL_HOURS"]),
            "used_at": None,
        },
    )
    return secret


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.strip().encode()).digest()


@transaction.atomic
def _use_provisional(utilisateur: Utilisateur | None, password: str) -> bool:
    """True for the one try that spends the provisional password. The same query is made for everybody.

    One that is being used, or replaced by a newer one, at this very moment counts as spent.
    """
    now = timezone.now()
    valid = MotDePasseProvisoire.objects.select_for_update(skip_locked=True).filter(
        utilisateur=utilisateur.pk if utilisateur and utilisateur.is_active else 0,
        digest=_digest(password),
        used_at=None,
        expires_at__gt=now,
    )
    provisional = valid.first()
    if provisional is None:
        return False
    provisional.used_at = now
    provisional.save(update_fields=["used_at"])
    return True


def ask_reset(*, identifiant: str, address: str) -> None:
    """Asks for a provisional password. The same work is done whether or not the identifiant exists.

    What cannot be an identifiant may be a password typed in the wrong field: it is not written down.

    :raises Refused: when too many were asked from this network, whoever they were for
    """
    lane = _network_key("oubli", address)
    if not _may_try(lane, _ADDRESS):
        raise Refused(TOO_MANY_RESETS)
    _count_failure(lane, _ADDRESS)
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
    return _in_the_last_hour(utilisateur, events.PROVISIONAL_ASKED.code) < settings.PORTAIL["RESETS_PER_HOUR"]


def _in_the_last_hour(utilisateur: Utilisateur, kind: str) -> int:
    facts = JournalEntry.objects.filter(kind=kind, subjects__contains=[journal.subject(utilisateur)])
    return facts.filter(recorded_at__gt=timezone.now() - timedelta(hours=1)).count()


def _owe_provisional(utilisateur: Utilisateur, kind: Any) -> None:
    courriels.enqueue(
        kind,
        to=reset_address(utilisateur),
        to_label=utilisateur.nom_complet,
        about=[utilisateur],
        facts={"utilisateur": utilisateur.pk},
    )


def reset_address(utilisateur: Utilisateur) -> str:
    """For a day after a change of mail, a reset still goes to the address before it.

    Somebody who never chose a password has nothing to be robbed of: his mistyped address may be corrected at once.
    """
    changed = utilisateur.courriel_changed_at
    is_recent = changed is not None and timezone.now() - changed < timedelta(hours=24)
    if is_recent and utilisateur.previous_courriel and utilisateur.has_usable_password():
        return utilisateur.previous_courriel
    return utilisateur.courriel


def welcome(utilisateur: Utilisateur, *, about: list[Any]) -> None:
    """Owes a new person his two separate mails: the identifiant, then the provisional password (S3, S4)."""
    for kind in (events.IDENTIFIANT, events.PROVISIONAL):
        courriels.enqueue(
            kind,
            to=utilisateur.courriel,
            to_label=utilisateur.nom_complet,
            about=[utilisateur, *about],
            facts={"utilisateur": utilisateur.pk},
        )


@transaction.atomic
def resend_identifiant(*, by: journal.Author, utilisateur: Utilisateur) -> None:
    """« Renvoi de l'identifiant par mail » (S0)."""
    courriels.enqueue(
        events.IDENTIFIANT,
        to=utilisateur.courriel,
        to_label=utilisateur.nom_complet,
        about=[utilisateur],
        facts={"utilisateur": utilisateur.pk},
    )
    journal.record(events.IDENTIFIANT_SENT, by=by, about=[utilisateur], utilisateur=utilisateur.nom_complet)


@transaction.atomic
def resend_provisional(*, by: journal.Author, utilisateur: Utilisateur) -> None:
    """Starts a reset for somebody else, who alone will see the secret.

    :raises Refused: when too many were asked within the hour
    """
    Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    if not _may_reset(utilisateur):
        raise Refused(
            "Trop de mots de passe provisoires ont été demandés pour cette personne : réessayez dans une heure."
        )
    _owe_provisional(utilisateur, events.RESET)
    journal.record(events.PROVISIONAL_ASKED, by=by, about=[utilisateur], utilisateur=utilisateur.nom_complet)


# Règles d'usage and own password


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
    lane = _key("confirmation", utilisateur.identifiant)
    with hash_slot():
        if not _reserve(lane):
            raise Refused("Trop d'essais : patientez avant de confirmer à nouveau votre mot de passe.")
        # Hashed anew at sign-in only: a new hash in the middle of a session would end it.
        is_right = hashers.check_password(password, utilisateur.password)
    if is_right:
        SignInLane.objects.filter(pk=lane).delete()
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
        if _is_provisional(utilisateur, password):
            raise Refused("Choisissez un autre mot de passe que le mot de passe provisoire.")
        encoded = make_password(password)
    _store_password(by=by, utilisateur=utilisateur, encoded=encoded, keep_session=keep_session)


def _is_provisional(utilisateur: Utilisateur, password: str) -> bool:
    return MotDePasseProvisoire.objects.filter(utilisateur=utilisateur, digest=_digest(password)).exists()


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


def prepare_confirmation(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Makes the confirmation link as its mail leaves; None when the address has been taken or the wish withdrawn."""
    changement = ChangementCourriel.objects.filter(utilisateur=facts["utilisateur"]).first()
    if changement is None or _is_taken(changement.courriel):
        return None
    path = reverse("comptes:courriel_confirm", args=[issue_confirmation(changement)])
    return {"link": settings.PUBLIC_URL + path, "hours": settings.PORTAIL["MAIL_CHANGE_HOURS"]}


# Sessions


def end_sessions(utilisateur: Utilisateur, *, but: str | None = None) -> int:
    """Ends every session of the person, but the one of that key; how many ended."""
    ended, _ = Session.objects.filter(utilisateur=utilisateur).exclude(session_key=but or "").delete()
    return ended


def end_oldest_sessions(utilisateur: Utilisateur) -> None:
    """Leaves the person the few sessions he may have at once, the last used ones.

    Called once the newest is stored: whatever signs in at the same moment, the last call sees them all.
    """
    newest = Session.objects.filter(utilisateur=utilisateur).order_by("-last_seen_at", "-created_at")
    kept = list(newest.values_list("pk", flat=True)[: settings.PORTAIL["SESSIONS_AT_ONCE"]])
    Session.objects.filter(utilisateur=utilisateur).exclude(pk__in=kept).delete()


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


# Mail address


@transaction.atomic
def ask_courriel_change(*, by: journal.Author, utilisateur: Utilisateur, courriel: str) -> None:
    """Owes a confirmation to the new address; nothing changes before it is confirmed.

    :raises Refused: when too many were asked within the hour: strangers' mailboxes are not flooded
    """
    now = timezone.now()
    if _in_the_last_hour(utilisateur, events.COURRIEL_CHANGE_ASKED.code) >= settings.PORTAIL["RESETS_PER_HOUR"]:
        raise Refused(TOO_MANY_CHANGES)
    ChangementCourriel.objects.update_or_create(
        utilisateur=utilisateur,
        defaults={
            "courriel": courriel,
            "digest": None,
            "asked_at": now,
            "expires_at": now + timedelta(hours=settings.PORTAIL["MAIL_CHANGE_HOURS"]),
        },
    )
    facts = {"utilisateur": utilisateur.pk}
    label = utilisateur.nom_complet
    courriels.enqueue(events.COURRIEL_CONFIRM, to=courriel, to_label=label, about=[utilisateur], facts=facts)
    courriels.enqueue(events.COURRIEL_ASKED, to=utilisateur.courriel, to_label=label, about=[utilisateur])
    journal.record(events.COURRIEL_CHANGE_ASKED, by=by, about=[utilisateur])


def issue_confirmation(changement: ChangementCourriel) -> str:
    """The secret of a confirmation link; only its digest is kept. Called while its mail is being sent."""
    secret = secrets.token_urlsafe(24)
    ChangementCourriel.objects.filter(pk=changement.pk).update(digest=_digest(secret))
    return secret


def confirm_courriel(secret: str) -> Utilisateur:
    """The new address takes the place of the old one, which is told.

    :raises Refused: when the link is not valid any more
    """
    try:
        return _confirm_courriel(secret)
    except IntegrityError as error:  # somebody else has just taken the address
        raise Refused(LINK_OVER) from error


@transaction.atomic
def _confirm_courriel(secret: str) -> Utilisateur:
    pending = ChangementCourriel.objects.select_for_update().filter(
        digest=_digest(secret), expires_at__gt=timezone.now()
    )
    changement = pending.select_related("utilisateur").first()
    if changement is None or not changement.utilisateur.is_active or _is_taken(changement.courriel):
        raise Refused(LINK_OVER)
    utilisateur = changement.utilisateur
    before = utilisateur.courriel
    Utilisateur.objects.filter(pk=utilisateur.pk).update(
        courriel=changement.courriel,
        previous_courriel=before,
        courriel_changed_at=timezone.now(),
        edition=F("edition") + 1,
    )
    changement.delete()
    tell_courriel_changed(utilisateur, before)
    journal.record(events.COURRIEL_CHANGED, by=utilisateur, about=[utilisateur], utilisateur=utilisateur.nom_complet)
    return utilisateur


def _is_taken(courriel: str) -> bool:
    return Utilisateur.objects.filter(courriel__iexact=courriel).exists()


def tell_courriel_changed(utilisateur: Utilisateur, before: str) -> None:
    """The old address is told, whoever made the change."""
    courriels.enqueue(events.COURRIEL_CHANGED_MAIL, to=before, to_label=utilisateur.nom_complet, about=[utilisateur])


# Drafts


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
