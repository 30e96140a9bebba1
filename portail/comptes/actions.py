"""Opens, keeps and ends what lets a person in."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
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
# Seconds to wait after the nth failure in a row: ten tries at most before a full day (CNIL 2022-100).
DELAYS = (0, 0, 10, 30, 60, 300, 900, 3600, 4 * 3600)
LONGEST_DELAY = 24 * 3600
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
    :raises Busy: when too many passwords are being checked at once
    """
    identifiant = identifiant.strip().upper()[:16]
    lane = _key("appareil" if known_device else "compte", identifiant)
    may_try = _reserve(lane) and (known_device or _address_may_try(address))
    utilisateur = Utilisateur.objects.filter(identifiant=identifiant).first()
    matches = _check(utilisateur if may_try else None, password)
    is_provisional = utilisateur is not None and utilisateur.is_active and _use_provisional(utilisateur, password)
    if utilisateur is None or not utilisateur.is_active or not (matches or is_provisional):
        if not known_device:
            _count_for_address(address)
        _record_refusal(identifiant, utilisateur, may_try)
        raise Refused(REFUSED)
    return _let_in(utilisateur, lane, is_provisional)


def _check(utilisateur: Utilisateur | None, password: str) -> bool:
    """One hash, whoever it is for."""
    with hash_slot():
        if utilisateur is None:
            make_password(password)
            return False
        return utilisateur.check_password(password)


@transaction.atomic
def _let_in(utilisateur: Utilisateur, lane: str, is_provisional: bool) -> SignIn:
    SignInLane.objects.filter(pk=lane).delete()
    result = SignIn(utilisateur, is_provisional, utilisateur.last_login, _refused_since_last(utilisateur))
    _end_oldest_sessions(utilisateur, keep=settings.PORTAIL["SESSIONS_AT_ONCE"] - 1)
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


def _end_oldest_sessions(utilisateur: Utilisateur, *, keep: int) -> None:
    kept = Session.objects.filter(utilisateur=utilisateur).order_by("-last_seen_at").values("pk")[:keep]
    Session.objects.filter(utilisateur=utilisateur).exclude(pk__in=list(kept)).delete()


def _record_refusal(identifiant: str, utilisateur: Utilisateur | None, may_try: bool) -> None:
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


def _key(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def _reserve(key: str) -> bool:
    """Counts a try before it is made, so that no race gives more tries than the delays allow."""
    now = timezone.now()
    SignInLane.objects.bulk_create(
        [SignInLane(key=key, failures=0, open_at=now, updated_at=now)], ignore_conflicts=True
    )
    lane = SignInLane.objects.select_for_update().get(pk=key)
    if lane.open_at > now:
        return False
    lane.failures += 1
    delay = DELAYS[lane.failures - 1] if lane.failures <= len(DELAYS) else LONGEST_DELAY
    lane.open_at, lane.updated_at = now + timedelta(seconds=delay), now
    lane.save(update_fields=["failures", "open_at", "updated_at"])
    return True


def _address_failures(lane: SignInLane, now: datetime) -> int:
    """What an address still has against it: one failure is forgotten every few seconds."""
    forgotten = (now - lane.updated_at).total_seconds() / settings.PORTAIL["ADDRESS_TRY_SECONDS"]
    return max(0, lane.failures - int(forgotten))


def _address_may_try(address: str, kind: str = "adresse") -> bool:
    lane = SignInLane.objects.filter(pk=_key(kind, address)).first()
    return lane is None or _address_failures(lane, timezone.now()) < settings.PORTAIL["ADDRESS_TRIES"]


@transaction.atomic
def _count_for_address(address: str, kind: str = "adresse") -> None:
    now, key = timezone.now(), _key(kind, address)
    SignInLane.objects.bulk_create(
        [SignInLane(key=key, failures=0, open_at=now, updated_at=now)], ignore_conflicts=True
    )
    lane = SignInLane.objects.select_for_update().get(pk=key)
    if (failures := _address_failures(lane, now)) < lane.failures:
        lane.updated_at = now
    lane.failures = failures + 1
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


def _use_provisional(utilisateur: Utilisateur, password: str) -> bool:
    """True for the one try that spends the provisional password."""
    now = timezone.now()
    valid = MotDePasseProvisoire.objects.filter(
        utilisateur=utilisateur, digest=_digest(password), used_at=None, expires_at__gt=now
    )
    return bool(valid.update(used_at=now))


def ask_reset(*, identifiant: str, address: str) -> None:
    """Asks for a provisional password. The same work is done whether or not the identifiant exists."""
    if _address_may_try(address, "oubli"):
        _count_for_address(address, "oubli")
        app.configure_task("comptes.send_reset", queue="courriels").defer(identifiant=identifiant.strip().upper()[:16])


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
    asked = JournalEntry.objects.filter(
        kind=events.PROVISIONAL_ASKED.code,
        subjects__contains=[journal.subject(utilisateur)],
        recorded_at__gt=timezone.now() - timedelta(hours=1),
    )
    return asked.count() < settings.PORTAIL["RESETS_PER_HOUR"]


def _owe_provisional(utilisateur: Utilisateur, kind: Any) -> None:
    courriels.enqueue(
        kind,
        to=reset_address(utilisateur),
        to_label=utilisateur.nom_complet,
        about=[utilisateur],
        facts={"utilisateur": utilisateur.pk},
    )


def reset_address(utilisateur: Utilisateur) -> str:
    """For a day after a change of mail, a reset still goes to the address before it."""
    changed = utilisateur.courriel_changed_at
    if changed and utilisateur.previous_courriel and timezone.now() - changed < timedelta(hours=24):
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
    """Starts a reset for somebody else, who alone will see the secret."""
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
    """
    lane = _key("confirmation", utilisateur.identifiant)
    if not _reserve(lane):
        raise Refused("Trop d'essais : patientez avant de confirmer à nouveau votre mot de passe.")
    if not _check(utilisateur, password):
        return False
    SignInLane.objects.filter(pk=lane).delete()
    return True


def choose_password(*, by: journal.Author, utilisateur: Utilisateur, password: str, keep_session: str | None) -> None:
    """Sets the person's own password; his other sessions end, the provisional one is dead, he is told by mail.

    :raises Refused: when the password is not good enough
    """
    if refusal := rules.refuse_password(password, utilisateur):
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
    if changement is None or Utilisateur.objects.filter(courriel__iexact=changement.courriel).exists():
        return None
    path = reverse("comptes:courriel_confirm", args=[issue_confirmation(changement)])
    return {"link": settings.PUBLIC_URL + path, "hours": settings.PORTAIL["MAIL_CHANGE_HOURS"]}


# Sessions


def end_sessions(utilisateur: Utilisateur, *, but: str | None = None) -> int:
    """Ends every session of the person, but the one of that key; how many ended."""
    ended, _ = Session.objects.filter(utilisateur=utilisateur).exclude(session_key=but or "").delete()
    return ended


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
    """Owes a confirmation to the new address; nothing changes before it is confirmed."""
    now = timezone.now()
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


@transaction.atomic
def confirm_courriel(secret: str) -> Utilisateur:
    """The new address takes the place of the old one, which is told.

    :raises Refused: when the link is not valid any more
    """
    pending = ChangementCourriel.objects.select_for_update().filter(
        digest=_digest(secret), expires_at__gt=timezone.now()
    )
    changement = pending.select_related("utilisateur").first()
    if changement is None or Utilisateur.objects.filter(courriel__iexact=changement.courriel).exists():
        raise Refused("Ce lien n'est plus valable : recommencez depuis « Mon profil ».")
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


def tell_courriel_changed(utilisateur: Utilisateur, before: str) -> None:
    """The old address is told, whoever made the change."""
    courriels.enqueue(events.COURRIEL_CHANGED_MAIL, to=before, to_label=utilisateur.nom_complet, about=[utilisateur])


# Drafts


@transaction.atomic
def keep_brouillon(*, utilisateur: Utilisateur, path: str, data: dict[str, Any]) -> None:
    Brouillon.objects.update_or_create(
        utilisateur=utilisateur, path=path, defaults={"data": data, "saved_at": timezone.now()}
    )


def drop_brouillon(*, utilisateur: Utilisateur, path: str) -> None:
    Brouillon.objects.filter(utilisateur=utilisateur, path=path).delete()
