"""Works out a right and keeps it; decides on it; tells the partner."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from portail.afas import events
from portail.afas.actions.common import held, move
from portail.afas.actions.versements import due_after
from portail.afas.models import Declaration, Droit, NotificationDroit, VersionDeclaration
from portail.afas.queries.droits import amount, calculation_of, current_droit, last_version
from portail.afas.queries.traitement import told_of_droit
from portail.afas.queries.versions import digest_of
from portail.afas.rules import traitement as rules
from portail.conventionnement.actions import new_code
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale


@transaction.atomic
def compute(*, by: Acteur, declaration: Declaration) -> Droit:
    """The right of the last version transmitted; the one already kept when nothing has changed since.

    :raises Refused: when a rule forbids it, or something the formula needs is missing (it is named)
    """
    declaration = held(declaration)
    allow(rules.refuse_computing(by, declaration))
    version = _transmitted(declaration)
    now = calculation_of(version, declaration)
    allow(rules.refuse_calculation(now))
    assert now.montant is not None  # noqa: S101 -- the rule has just said so
    kept = current_droit(declaration)
    if kept is not None and kept.empreinte == now.empreinte:
        return kept
    droit = Droit.objects.create(
        declaration=declaration,
        version=version,
        montant=now.montant,
        lignes=now.lignes,
        empreinte=now.empreinte,
        calculated_by=by.utilisateur,
        calculated_at=timezone.now(),
    )
    _record(events.DROIT_CALCULATED, by, declaration, montant=amount(droit.montant))
    return droit


def _transmitted(declaration: Declaration) -> VersionDeclaration:
    version = last_version(declaration)
    assert version is not None  # noqa: S101 -- what is being processed was transmitted
    return version


@transaction.atomic
def decide(*, by: Acteur, declaration: Declaration, seen: str) -> None:
    """« Traiter »: the right that was read is the one retained; `seen` is its empreinte.

    :raises Refused: when a rule forbids it, or the figures changed since it was worked out
    :raises Stale: when another calculation took its place meanwhile
    """
    declaration = held(declaration)
    allow(rules.refuse_deciding(by, declaration))
    droit = _same(declaration, seen)
    allow(rules.refuse_old_calculation(droit, calculation_of(droit.version, declaration)))
    move(declaration, "traiter", by=by)


def _same(declaration: Declaration, seen: str) -> Droit:
    droit = current_droit(declaration)
    assert droit is not None  # noqa: S101 -- the rule has just said so
    if droit.empreinte == seen:
        return droit
    shown = Droit.objects.filter(declaration=declaration, empreinte=seen).order_by("-pk").first()
    was = amount(shown.montant) if shown else ""
    raise Stale([Difference("Montant du droit", was, amount(droit.montant))])


@transaction.atomic
def reopen(*, by: Acteur, declaration: Declaration, motif: str) -> None:
    """Takes the decision back before it is notified.

    :raises Refused: when a rule forbids it
    """
    declaration = held(declaration)
    allow(rules.refuse_reopening(by, declaration))
    move(declaration, "rouvrir", by=by, motif=motif)


@transaction.atomic
def notify(*, by: Acteur, declaration: Declaration, seen: str = "") -> NotificationDroit:
    """Tells the partner the right that was decided, freezes the letter, and has what is owed prepared for payment.

    `seen` is the empreinte of the right that was read, when one was.

    :raises Refused: when a rule forbids it
    :raises Stale: when it is no longer the right that was read
    """
    declaration = held(declaration)
    allow(rules.refuse_notifying(by, declaration))
    droit = current_droit(declaration)
    assert droit is not None  # noqa: S101 -- the rule has just said so
    if seen:
        droit = _same(declaration, seen)
    contenu = _letter(declaration, droit)
    notification = NotificationDroit.objects.create(
        declaration=declaration,
        droit=droit,
        contenu=contenu,
        empreinte=digest_of(contenu),
        code=new_code(),
        notified_by=by.utilisateur,
        notified_at=timezone.now(),
    )
    move(declaration, "notifier", by=by)
    _record(events.DROIT_NOTIFIED, by, declaration, montant=amount(droit.montant))
    for person in told_of_droit(declaration.activite, by.on):
        facts = {"declaration": str(declaration), "pk": declaration.pk}
        courriels.enqueue(
            events.DROIT_IS_NOTIFIED, to=person.courriel, to_label=person.nom_complet, about=[declaration], facts=facts
        )
    due_after(declaration, droit, by)
    return notification


def _letter(declaration: Declaration, droit: Droit) -> dict[str, Any]:
    """All that the letter says: it never changes with what it was made of."""
    told = droit.version.contenu
    return {
        "activite": told["activite"],
        "echeance": told["echeance"],
        "version": droit.version.numero,
        "version_empreinte": droit.version.empreinte,
        "montant": f"{droit.montant:f}",
        "lignes": droit.lignes,
        "droit_empreinte": droit.empreinte,
        "le": timezone.localdate().isoformat(),
    }


def _record(kind: object, by: journal.Author, declaration: Declaration, *, montant: str) -> None:
    about = [declaration, declaration.activite, declaration.activite.organisme]
    journal.record(kind, by=by, about=about, declaration=str(declaration), montant=montant)  # type: ignore[arg-type]
