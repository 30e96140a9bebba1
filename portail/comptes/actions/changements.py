"""A person's own change of mail address."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from portail.comptes import events
from portail.comptes.actions.provisional import digest_of, in_the_last_hour, reset_address
from portail.comptes.models import ChangementCourriel, Utilisateur
from portail.courriels import actions as courriels
from portail.journal import actions as journal
from portail.ui.rules import Refused

TOO_MANY_CHANGES = "Vous avez demandé trop de changements d'adresse : réessayez dans une heure."
LINK_OVER = "Ce lien n'est plus valable : recommencez depuis « Mon profil »."


@transaction.atomic
def ask_courriel_change(*, by: journal.Author, utilisateur: Utilisateur, courriel: str) -> None:
    """Owes a confirmation to the new address; nothing changes before it is confirmed.

    :raises Refused: when too many were asked within the hour: strangers' mailboxes are not flooded
    """
    now = timezone.now()
    if in_the_last_hour(utilisateur, events.COURRIEL_CHANGE_ASKED.code) >= settings.PORTAIL["RESETS_PER_HOUR"]:
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
    ChangementCourriel.objects.filter(pk=changement.pk).update(digest=digest_of(secret))
    return secret


def prepare_confirmation(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Makes the confirmation link as its mail leaves; None when the address has been taken or the wish withdrawn."""
    changement = ChangementCourriel.objects.filter(utilisateur=facts["utilisateur"]).first()
    if changement is None or _is_taken(changement.courriel):
        return None
    path = reverse("comptes:courriel_confirm", args=[issue_confirmation(changement)])
    return {"link": settings.PUBLIC_URL + path, "hours": settings.PORTAIL["MAIL_CHANGE_HOURS"]}


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
        digest=digest_of(secret), expires_at__gt=timezone.now()
    )
    changement = pending.select_related("utilisateur").first()
    if changement is None or not changement.utilisateur.is_active or _is_taken(changement.courriel):
        raise Refused(LINK_OVER)
    utilisateur = changement.utilisateur
    before, known = utilisateur.courriel, reset_address(utilisateur)
    Utilisateur.objects.filter(pk=utilisateur.pk).update(
        courriel=changement.courriel,
        previous_courriel=known,
        courriel_changed_at=timezone.now(),
        edition=F("edition") + 1,
    )
    changement.delete()
    tell_courriel_changed(utilisateur, {before, known})
    journal.record(events.COURRIEL_CHANGED, by=utilisateur, about=[utilisateur], utilisateur=utilisateur.nom_complet)
    return utilisateur


def _is_taken(courriel: str) -> bool:
    return Utilisateur.objects.with_courriel(courriel).exists()


def tell_courriel_changed(utilisateur: Utilisateur, before: Collection[str]) -> None:
    """The address that was his is told, and the one where a reset still goes, whoever made the change."""
    for address in sorted(before):
        courriels.enqueue(
            events.COURRIEL_CHANGED_MAIL, to=address, to_label=utilisateur.nom_complet, about=[utilisateur]
        )
