"""What a new convention is given by its Caf: the groups of its services and its administrateur."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import Utilisateur
from portail.conventions.actions import Contact
from portail.conventions.models import Administrateur, BulletinAdhesion, Convention, Rattachement
from portail.habilitations import events, roles
from portail.habilitations.actions.common import lock, roles_changed, told
from portail.habilitations.actions.utilisateurs import (
    Fiche,
    name_administrateur,
    new_person,
    open_person,
)
from portail.habilitations.models import Groupe, RoleGroupe
from portail.habilitations.rules import AGENT
from portail.journal import actions as journal
from portail.ui.rules import Refused, Settled


@transaction.atomic
def open_service_groupes(*, by: journal.Author, convention: Convention, opens_on: date) -> list[Groupe]:
    """The groups that come with the services of the bulletins (S0: AFAS-HABILITER, AFAS-DECLARER), not made twice.

    Whoever calls has the right to (the Caf, an import).
    """
    lock(convention)
    bulletins = BulletinAdhesion.objects.filter(convention=convention).prefetch_related("roles")
    opened = []
    for bulletin in bulletins:
        allowed = {row.role for row in bulletin.roles.all()}
        for code, libelle, role in roles.service(bulletin.service).groupes:
            if role in allowed and not Groupe.objects.filter(convention=convention, code=code).exists():
                day = max(opens_on, bulletin.opens_on)
                opened.append(_open_groupe(by, convention, code, libelle, role, day))
    return opened


def _open_groupe(
    by: journal.Author, convention: Convention, code: str, libelle: str, role: str, opens_on: date
) -> Groupe:
    person = getattr(by, "utilisateur", None)
    groupe = Groupe.objects.create(
        convention=convention, code=code, libelle=libelle, opens_on=opens_on, opened_by=person
    )
    RoleGroupe.objects.create(groupe=groupe, role=role, opens_on=opens_on, opened_by=person)
    about = [groupe, convention]
    journal.record(
        events.GROUPE_CREATED, by=by, about=about, groupe=libelle, code=code, parent="", dates=told(opens_on, None)
    )
    journal.record(events.ROLES_SET, by=by, about=about, groupe=libelle, changes=roles_changed({role}, set()))
    return groupe


@transaction.atomic
def attach_administrateur(*, by: journal.Author, convention: Convention, fiche: Fiche) -> Administrateur:
    """The administrateur partenaire of a convention, told by two mails when he is new in the portal."""
    rattachement = attach_person(by=by, convention=convention, fiche=fiche)
    return name_administrateur(by=by, rattachement=rattachement, opens_on=max(fiche.opens_on, rattachement.opens_on))


@transaction.atomic
def attach_person(*, by: journal.Author, convention: Convention, fiche: Fiche) -> Rattachement:
    """The person of that mail, serving under the convention; told by two mails when he is new in the portal.

    Somebody already known by that mail is attached under his own identifiant; an access he has there already serves.
    Whoever calls has the right to (the Caf, an import).

    :raises Refused: when it is somebody of a Caf
    """
    lock(convention)
    person = getattr(by, "utilisateur", None)
    utilisateur = Utilisateur.objects.with_courriel(fiche.courriel).first()
    if utilisateur is not None and utilisateur.is_agent:
        raise Refused(Settled(AGENT.format(fiche.courriel)))
    there = Rattachement.objects.not_ended_on(timezone.localdate())
    if utilisateur and (held := there.filter(utilisateur=utilisateur, convention=convention).first()):
        return held
    is_new = utilisateur is None
    if utilisateur is None:
        utilisateur = new_person(convention, fiche)
    rattachement = Rattachement.objects.create(
        utilisateur=utilisateur, convention=convention, opens_on=fiche.opens_on, opened_by=person
    )
    journal.record(
        events.UTILISATEUR_CREATED if is_new else events.RATTACHEMENT_GRANTED,
        by=by,
        about=[utilisateur, convention],
        utilisateur=utilisateur.nom_complet,
        identifiant=utilisateur.identifiant,
        convention=convention.libelle,
        dates=told(fiche.opens_on, None),
    )
    if is_new:
        comptes.welcome(utilisateur, about=[convention])
    else:
        open_person(rattachement)
    return rattachement


def complete_convention(by: journal.Author, convention: Convention, contact: Contact | None) -> None:
    """What an imported convention is owed: the groups of its services once validated, and its administrateur."""
    if convention.validated_on is not None:
        open_service_groupes(by=by, convention=convention, opens_on=max(convention.opens_on, convention.validated_on))
    if contact is not None:
        fiche = Fiche(contact.nom, contact.prenom, contact.courriel, opens_on=convention.opens_on)
        attach_administrateur(by=by, convention=convention, fiche=fiche)
