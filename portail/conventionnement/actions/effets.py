"""What a validated version changes in the convention, its bulletins and its administrateurs."""

from datetime import date, timedelta

from django.db import transaction

from portail.conventionnement import queries
from portail.conventionnement.models import Bulletin, Contenu, VersionConvention
from portail.conventions.actions import open_roles
from portail.conventions.enums import Etat, Partie, Qualite
from portail.conventions.models import (
    Administrateur,
    BulletinAdhesion,
    Caf,
    ContratService,
    Convention,
    Interlocuteur,
    RoleBulletin,
)
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, end
from portail.habilitations.actions.conventions import attach_person, open_service_groupes
from portail.habilitations.actions.utilisateurs import Fiche, name_administrateur
from portail.habilitations.rules import refuse_losing_administrateur

_MOTIF = "Retiré par un avenant."


@transaction.atomic
def apply_version(*, by: Acteur, version: VersionConvention) -> list[str]:
    """Makes the convention what the version says, from today on; what it changed, in words.

    Nothing is deleted: what the version no longer says is closed the day before. The caller holds the lock, and has
    the right to.

    :raises Refused: when it would leave the convention without administrateur
    """
    convention, contenu = version.convention, version.told
    _set_convention(convention, contenu, by.on)
    _set_contrat(convention, contenu)
    effects = set_bulletins(convention, contenu, by.on)
    open_service_groupes(by=by, convention=convention, opens_on=max(convention.opens_on, by.on))
    return effects + _set_administrateurs(by, convention, contenu)


def _set_convention(convention: Convention, contenu: Contenu, on: date) -> None:
    convention.libelle, convention.finalites = contenu.libelle, contenu.finalites
    convention.closes_on = date.fromisoformat(contenu.closes_on) if contenu.closes_on else None
    if convention.validated_on is None:
        convention.opens_on = date.fromisoformat(contenu.opens_on)
        convention.etat, convention.validated_on = Etat.VALIDEE, on
    convention.save(update_fields=["libelle", "finalites", "opens_on", "closes_on", "etat", "validated_on"])
    convention.cafs.set(Caf.objects.filter(code__in=contenu.cafs))


def _set_contrat(convention: Convention, contenu: Contenu) -> None:
    contrat, _ = ContratService.objects.update_or_create(
        convention=convention,
        defaults={
            "gestion_habilitations": contenu.gestion_habilitations,
            "procedure_incident": contenu.procedure_incident,
        },
    )
    for person in contenu.interlocuteurs:
        Interlocuteur.objects.update_or_create(
            contrat_service=contrat,
            partie=Partie(person.partie),
            qualite=Qualite(person.qualite),
            defaults={"nom": person.nom, "courriel": person.courriel, "telephone": person.telephone},
        )
    named = [(p.partie, p.qualite) for p in contenu.interlocuteurs]
    for row in contrat.interlocuteurs.all():
        if (row.partie, row.qualite) not in named:
            row.delete()


def set_bulletins(convention: Convention, contenu: Contenu, on: date) -> list[str]:
    """Opens, changes and closes the bulletins as the contents say; what it changed, in words."""
    effects = []
    wanted = {bulletin.service: bulletin for bulletin in contenu.bulletins}
    held = {row.service: row for row in BulletinAdhesion.objects.not_ended_on(on).filter(convention=convention)}
    for service, row in held.items():
        if service not in wanted:
            _close(row, on)
            effects.append(f"service fermé : {_label(service)}")
    for service, bulletin in wanted.items():
        if service in held:
            row = held[service]
            _set_dates(row, bulletin)
        else:
            row = _open(convention, bulletin, on)
            effects.append(f"service ouvert : {_label(service)}")
        effects += _set_roles(row, bulletin, on)
    return effects


def _label(service: str) -> str:
    return roles.SERVICES[service].libelle if service in roles.SERVICES else service


def _last(bulletin: Bulletin) -> date | None:
    return date.fromisoformat(bulletin.closes_on) if bulletin.closes_on else None


def _open(convention: Convention, bulletin: Bulletin, on: date) -> BulletinAdhesion:
    first = date.fromisoformat(bulletin.opens_on)
    return BulletinAdhesion.objects.create(
        convention=convention,
        service=bulletin.service,
        opens_on=max(first, on) if convention.versions.filter(rang__gt=1).exists() else first,
        closes_on=_last(bulletin),
        max_utilisateurs=int(bulletin.max_utilisateurs) if bulletin.max_utilisateurs else None,
    )


def _set_dates(row: BulletinAdhesion, bulletin: Bulletin) -> None:
    row.closes_on = _last(bulletin)
    row.max_utilisateurs = int(bulletin.max_utilisateurs) if bulletin.max_utilisateurs else None
    row.save(update_fields=["closes_on", "max_utilisateurs"])


def _close(row: BulletinAdhesion | RoleBulletin, on: date) -> None:
    row.closes_on = max(on - timedelta(days=1), row.opens_on - timedelta(days=1))
    row.save(update_fields=["closes_on"])


def _set_roles(row: BulletinAdhesion, bulletin: Bulletin, on: date) -> list[str]:
    effects = []
    held = {given.role: given for given in RoleBulletin.objects.not_ended_on(on).filter(bulletin=row)}
    for role, given in held.items():
        if role not in bulletin.roles:
            _close(given, on)
            effects.append(f"rôle retiré : {roles.label(role)}")
        elif given.closes_on != row.closes_on:
            given.closes_on = row.closes_on
            given.save(update_fields=["closes_on"])
    for role in bulletin.roles:
        if role not in held:
            first = row.opens_on if row.opens_on >= on or not row.roles.exists() else on
            open_roles(row, [role], first, row.closes_on)
            effects.append(f"rôle ajouté : {roles.label(role)}")
    return effects


def _set_administrateurs(by: Acteur, convention: Convention, contenu: Contenu) -> list[str]:
    """Those newly named first: a convention is never left without any."""
    effects = []
    held = {person.courriel.casefold(): person for person in queries.administrateurs_of(convention)}
    wanted = {person.courriel.casefold(): person for person in contenu.administrateurs}
    for courriel, personne in wanted.items():
        if courriel in held:
            continue
        fiche = Fiche(personne.nom, personne.prenom, personne.courriel, opens_on=by.on, telephone=personne.telephone)
        rattachement = attach_person(by=by, convention=convention, fiche=fiche)
        name_administrateur(by=by, rattachement=rattachement, opens_on=max(by.on, rattachement.opens_on))
        effects.append(f"administrateur nommé : {rattachement.utilisateur.nom_complet}")
    for courriel, person in held.items():
        if courriel in wanted:
            continue
        for duty in Administrateur.objects.not_ended_on(by.on).filter(
            rattachement__utilisateur=person, rattachement__convention=convention
        ):
            allow(refuse_losing_administrateur(duty.rattachement, by.on))
            end(duty, by=by.utilisateur, closes_on=by.on - timedelta(days=1), motif=_MOTIF)
            effects.append(f"administrateur retiré : {person.nom_complet}")
    return effects
