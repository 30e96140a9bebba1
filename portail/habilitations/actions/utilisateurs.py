"""People under a convention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import Opened, Utilisateur
from portail.conventions.models import Administrateur, Convention, DemandeRattachement, Organisme, Rattachement
from portail.courriels import actions as courriels
from portail.habilitations import events, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import (
    act,
    allow,
    end,
    forget_closing,
    held,
    insert,
    is_wider,
    keep_quota,
    lock,
    person_with,
    shown,
    take_identifiant,
    told,
    update,
)
from portail.habilitations.models import Appartenance, Responsable
from portail.journal import actions as journal
from portail.journal.models import Result
from portail.ui.rules import Difference, Refused, Stale
from portail.ui.templatetags.ui import phone

TO_BE_CHECKED = (
    "Ce compte demande une vérification de votre Caf, qui en est avertie : elle ouvrira l'accès ou reviendra vers vous."
)
_FIELDS = {"nom": "Nom", "prenom": "Prénom", "courriel": "Adresse mail", "telephone": "Téléphone", "poste": "Poste"}


@dataclass(frozen=True)
class Fiche:
    """What the form of a person says."""

    nom: str
    prenom: str
    courriel: str
    opens_on: date
    closes_on: date | None = None
    telephone: str = ""
    poste: str = ""


@act
def create_utilisateur(*, by: Acteur, convention: Convention, fiche: Fiche) -> Rattachement | None:
    """A new person under the convention, told by two mails; None when the Caf must check first (mail already known).

    :raises Refused: when a rule forbids it, or the person is already in this convention
    """
    lock(convention)
    allow(rules.refuse_creating_utilisateur(by, convention))
    allow(rules.refuse_dates(fiche.opens_on, fiche.closes_on, within=[_span(convention)]))
    known = person_with(fiche.courriel)
    if known is not None:
        _ask_caf(by=by, convention=convention, known=known, fiche=fiche)
        return None
    return _attach(by=by, convention=convention, utilisateur=new_person(convention, fiche), fiche=fiche)


def new_person(convention: Convention, fiche: Fiche) -> Utilisateur:
    """Somebody not known yet, without a password. The caller holds the lock of the convention."""
    utilisateur = Utilisateur(
        identifiant=take_identifiant(convention),
        password=make_password(None),
        nom=fiche.nom,
        prenom=fiche.prenom,
        courriel=fiche.courriel,
        telephone=fiche.telephone,
        poste=fiche.poste,
        opens_on=fiche.opens_on,
    )
    insert(utilisateur)
    return utilisateur


def _attach(*, by: Acteur, convention: Convention, utilisateur: Utilisateur, fiche: Fiche) -> Rattachement:
    rattachement = Rattachement(
        utilisateur=utilisateur,
        convention=convention,
        opens_on=fiche.opens_on,
        closes_on=fiche.closes_on,
        opened_by=by.utilisateur,
    )
    insert(rattachement)
    journal.record(
        events.UTILISATEUR_CREATED,
        by=by,
        about=[utilisateur, convention],
        utilisateur=utilisateur.nom_complet,
        identifiant=utilisateur.identifiant,
        dates=told(fiche.opens_on, fiche.closes_on),
    )
    comptes.welcome(utilisateur, about=[convention])
    return rattachement


def _span(convention: Convention) -> tuple[str, date, date | None]:
    return "de la convention", convention.opens_on, convention.closes_on


def _ask_caf(*, by: Acteur, convention: Convention, known: Utilisateur, fiche: Fiche) -> None:
    """The partner learns nothing of the person; somebody of his own convention he already sees."""
    allow(rules.refuse_known(by, convention, known))
    DemandeRattachement.objects.get_or_create(
        convention=convention,
        utilisateur=known,
        decided_at=None,
        defaults={
            "nom": fiche.nom,
            "prenom": fiche.prenom,
            "opens_on": fiche.opens_on,
            "closes_on": fiche.closes_on,
            "asked_by": by.utilisateur,
        },
    )
    journal.record(events.RATTACHEMENT_ASKED, by=by, about=[convention])
    courriels.enqueue(
        events.RATTACHEMENT_TO_CHECK,
        to=convention.caf_pivot.courriel,
        to_label=convention.caf_pivot.nom,
        about=[convention.caf_pivot],
        facts={"convention": convention.libelle},
    )


@act
def edit_utilisateur(*, by: Acteur, rattachement: Rattachement, fiche: Fiche, edition: int) -> None:
    """Changes a person's identity and dates under the convention.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else changed the person since the form was opened
    """
    lock(rattachement.convention)
    rattachement = held(rattachement)
    utilisateur = rattachement.utilisateur
    allow(rules.refuse_managing_utilisateur(by, rattachement))
    changes = differences(utilisateur, rattachement, fiche)
    if utilisateur.edition != edition:
        raise Stale(changes)
    identity = [c for c in changes if c.label in _FIELDS.values()]
    if identity:
        allow(rules.refuse_changing_identity(by, utilisateur))
        allow(rules.refuse_courriel(by, rattachement, fiche.courriel))
    allow(rules.refuse_dates(fiche.opens_on, fiche.closes_on, within=[_span(rattachement.convention)]))
    if _takes_days_away(rattachement, fiche, by.on):
        allow(rules.refuse_losing_administrateur(rattachement, by.on, (fiche.opens_on, fiche.closes_on)))
    gains = is_wider(fiche.opens_on, fiche.closes_on, than=rattachement)
    if changes:
        _write(by, utilisateur, rattachement, fiche, changes)
    if gains:
        open_person(rattachement)
        keep_quota(rattachement.convention, by.on)


def _takes_days_away(rattachement: Rattachement, fiche: Fiche, on: date) -> bool:
    """Would the person have less of the days from this one on?"""
    is_later = fiche.opens_on > max(on, rattachement.opens_on)
    return is_later or (fiche.closes_on is not None and fiche.closes_on != rattachement.closes_on)


def differences(utilisateur: Utilisateur, rattachement: Rattachement, fiche: Fiche) -> list[Difference]:
    """What the form changes of the person and of his access."""
    pairs: list[tuple[str, Any, Any]] = [
        (label, phone(getattr(utilisateur, name)), phone(getattr(fiche, name))) for name, label in _FIELDS.items()
    ]
    pairs.append(("Date d'ouverture", rattachement.opens_on, fiche.opens_on))
    pairs.append(("Date de clôture", rattachement.closes_on, fiche.closes_on))
    return [Difference(label, shown(before), shown(after)) for label, before, after in pairs if before != after]


def _write(
    by: Acteur, utilisateur: Utilisateur, rattachement: Rattachement, fiche: Fiche, changes: list[Difference]
) -> None:
    before, known = utilisateur.courriel, comptes.reset_address(utilisateur)
    for name in _FIELDS:
        setattr(utilisateur, name, getattr(fiche, name))
    utilisateur.edition += 1
    if fiche.courriel != before:
        utilisateur.previous_courriel, utilisateur.courriel_changed_at = known, timezone.now()
    update(utilisateur, [*_FIELDS, "edition", "previous_courriel", "courriel_changed_at"])
    kept = forget_closing(rattachement) if fiche.closes_on != rattachement.closes_on else ()
    rattachement.opens_on, rattachement.closes_on = fiche.opens_on, fiche.closes_on
    update(rattachement, ["opens_on", "closes_on", *kept])
    if fiche.courriel != before:
        comptes.tell_courriel_changed(utilisateur, {before, known})
    journal.record(
        events.UTILISATEUR_EDITED,
        by=by,
        about=[utilisateur, rattachement.convention],
        utilisateur=utilisateur.nom_complet,
        changes=" ; ".join(f"{c.label} : {c.before} → {c.after}" for c in changes),
    )


@act
def close_utilisateur(*, by: Acteur, rattachement: Rattachement, closes_on: date, motif: str) -> None:
    """Ends a person's access under the convention, with his memberships and charges, after `closes_on`.

    Somebody who serves nowhere else is closed as a person too: his sessions end at their next request.
    """
    lock(rattachement.convention)
    allow(rules.refuse_managing_utilisateur(by, rattachement))
    [(known, facts)] = closable([rattachement])
    close_known(by, known, facts, closes_on, motif)


def closable(rattachements: Sequence[Rattachement]) -> list[tuple[Rattachement, list[Opened]]]:
    """Each access as it now is, with all that ends with it; for one or for many, as many queries.

    The people are held, as by who gives them an access elsewhere: what another convention does meanwhile is seen, or
    waits.
    """
    keys = [each.pk for each in rattachements]
    held = Utilisateur.objects.select_for_update(of=("self",)).filter(pk__in={r.utilisateur_id for r in rattachements})
    people = {person.pk: person for person in held.order_by("pk")}
    fresh = Rattachement.objects.in_bulk(keys)
    facts: dict[int, list[Opened]] = {pk: [] for pk in keys}
    models: tuple[Any, ...] = (Appartenance, Responsable, Administrateur)
    for model in models:
        for fact in model.objects.filter(rattachement__in=keys).order_by("pk"):
            facts[fact.rattachement_id].append(fact)
    for each in rattachements:
        fresh[each.pk].convention, fresh[each.pk].utilisateur = each.convention, people[each.utilisateur_id]
    return [(fresh[pk], [*facts[pk], fresh[pk]]) for pk in keys]


def close_known(by: Acteur, rattachement: Rattachement, facts: list[Opened], closes_on: date, motif: str) -> None:
    """Ends an access read under the lock of its convention, with what hangs on it."""
    allow(rules.refuse_closing_utilisateur(by, rattachement, until=closes_on))
    allow(rules.refuse_ending(rattachement, closes_on))
    for fact in facts:
        end(fact, by=by.utilisateur, closes_on=closes_on, motif=motif)
    _close_person_serving_nowhere(rattachement.utilisateur, closes_on)
    journal.record(
        events.UTILISATEUR_CLOSED,
        by=by,
        about=[rattachement.utilisateur, rattachement.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        closes_on=f"{closes_on:%d/%m/%Y}",
        motif=motif,
    )


def _close_person_serving_nowhere(utilisateur: Utilisateur, closes_on: date) -> None:
    elsewhere = Rattachement.objects.filter(utilisateur=OuterRef("pk")).exclude(closes_on__lte=closes_on)
    Utilisateur.objects.filter(~Exists(elsewhere), pk=utilisateur.pk).update(
        closes_on=max(closes_on, utilisateur.opens_on - timedelta(days=1)), edition=F("edition") + 1
    )


@transaction.atomic
def decide_demande(*, by: Acteur, demande: DemandeRattachement, is_granted: bool) -> None:
    """The Caf attaches a person already known to the convention that asked for him, or does not."""
    demande = DemandeRattachement.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    if demande.decided_at is not None:
        raise Refused("Cette demande a déjà été traitée.")
    lock(demande.convention)
    allow(rules.refuse_administering(by, demande.convention))
    allow(rules.refuse_attaching(demande.utilisateur) if is_granted else None)
    demande.decided_at, demande.decided_by, demande.is_granted = timezone.now(), by.utilisateur, is_granted
    demande.save(update_fields=["decided_at", "decided_by", "is_granted"])
    if is_granted:
        given = Rattachement.objects.create(
            utilisateur=demande.utilisateur,
            convention=demande.convention,
            opens_on=max(demande.opens_on, by.on),
            closes_on=demande.closes_on,
            opened_by=by.utilisateur,
        )
        open_person(given)
    journal.record(
        events.RATTACHEMENT_GRANTED if is_granted else events.RATTACHEMENT_REFUSED,
        by=by,
        about=[demande.utilisateur, demande.convention],
        result=Result.DONE if is_granted else Result.REFUSED,
        utilisateur=demande.utilisateur.nom_complet,
        convention=demande.convention.libelle,
    )


def open_person(rattachement: Rattachement) -> None:
    """The person's own dates hold those of an access just given: the end planned for him, or past, is no more.

    Somebody who had left comes back under his own identifiant (S3), with a new provisional password.
    """
    utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(pk=rattachement.utilisateur_id)
    if not is_wider(rattachement.opens_on, rattachement.closes_on, than=utilisateur):
        return
    had_left = utilisateur.statut_today == "cloture"
    utilisateur.opens_on = min(utilisateur.opens_on, rattachement.opens_on)
    if rattachement.closes_on is None or not utilisateur.is_open(rattachement.closes_on):
        utilisateur.closes_on = None
    utilisateur.edition += 1
    utilisateur.save(update_fields=["opens_on", "closes_on", "edition"])
    rattachement.utilisateur = utilisateur
    if had_left:
        comptes.welcome(utilisateur, about=[rattachement.convention])


@transaction.atomic
def name_administrateur(*, by: journal.Author, rattachement: Rattachement, opens_on: date) -> Administrateur:
    """Makes a person administrateur of the convention; whoever calls has the right to (the Caf, an import)."""
    lock(rattachement.convention)
    named = Administrateur.objects.create(
        rattachement=rattachement, opens_on=opens_on, opened_by=getattr(by, "utilisateur", None)
    )
    journal.record(
        events.ADMINISTRATEUR_NAMED,
        by=by,
        about=[rattachement.utilisateur, rattachement.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        convention=rattachement.convention.libelle,
    )
    return named


@transaction.atomic
def switch_organisation(*, by: Acteur, organisme: Organisme) -> None:
    """Notes that a person of several organisations now acts for this one."""
    journal.record(
        events.ORGANISATION_SWITCHED, by=by, about=[by.utilisateur, organisme], organisme=organisme.raison_sociale
    )


@transaction.atomic
def record_export(*, by: Acteur, what: str, rows: int, about: list[Any]) -> None:
    """Notes that a list left the portal as a file."""
    journal.record(events.LIST_EXPORTED, by=by, about=[by.utilisateur, *about], what=what, rows=rows)
