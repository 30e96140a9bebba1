"""Conventions, their organisations and their bulletins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from portail.conventions import events, roles
from portail.conventions.enums import Etat
from portail.conventions.models import BulletinAdhesion, Caf, Convention, Organisme, RoleBulletin, TypeOrganisme
from portail.journal import actions as journal


@dataclass(frozen=True)
class FicheOrganisme:
    """What is said of a partner organisation."""

    siret: str
    raison_sociale: str
    type: TypeOrganisme
    adresse: str
    code_postal: str
    commune: str


@dataclass(frozen=True)
class FicheBulletin:
    """A service opened under a convention: its roles, its dates, how many people at most."""

    service: str
    roles: Sequence[str]
    opens_on: date
    closes_on: date | None = None
    max_utilisateurs: int | None = None


@dataclass(frozen=True)
class FicheConvention:
    """What is said of a convention; `cafs` are those it covers, the pivot among them."""

    numero: int
    libelle: str
    organisme: FicheOrganisme
    caf_pivot: Caf
    cafs: Sequence[Caf]
    opens_on: date
    closes_on: date | None = None
    etat: Etat = Etat.PROPOSEE
    validated_on: date | None = None
    finalites: Sequence[str] = ()
    bulletins: Sequence[FicheBulletin] = ()
    next_suffix: int = 0


@transaction.atomic
def open_convention(*, by: journal.Author, fiche: FicheConvention) -> Convention:
    """Records a convention with its organisation and its bulletins; whoever calls has the right to."""
    organisme, _ = Organisme.objects.get_or_create(siret=fiche.organisme.siret, defaults=vars(fiche.organisme))
    convention = Convention.objects.create(
        numero=fiche.numero,
        libelle=fiche.libelle,
        organisme=organisme,
        caf_pivot=fiche.caf_pivot,
        opens_on=fiche.opens_on,
        closes_on=fiche.closes_on,
        etat=fiche.etat,
        validated_on=fiche.validated_on,
        finalites=list(fiche.finalites),
        next_suffix=fiche.next_suffix,
    )
    convention.cafs.set(fiche.cafs)
    for bulletin in fiche.bulletins:
        _open_bulletin(convention, bulletin)
    end = f" au {fiche.closes_on:%d/%m/%Y}" if fiche.closes_on else ""
    journal.record(
        events.CONVENTION_OPENED,
        by=by,
        about=[convention, organisme],
        convention=convention.libelle,
        numero=f"{convention.numero:05d}",
        organisme=organisme.raison_sociale,
        dates=f", du {fiche.opens_on:%d/%m/%Y}{end}" if end else f", à partir du {fiche.opens_on:%d/%m/%Y}",
        services=", ".join(bulletin.service.upper() for bulletin in fiche.bulletins) or "aucun",
    )
    return convention


def _open_bulletin(convention: Convention, fiche: FicheBulletin) -> None:
    bulletin = BulletinAdhesion.objects.create(
        convention=convention,
        service=fiche.service,
        max_utilisateurs=fiche.max_utilisateurs,
        opens_on=fiche.opens_on,
        closes_on=fiche.closes_on,
    )
    open_roles(bulletin, fiche.roles, fiche.opens_on, fiche.closes_on)


def open_roles(bulletin: BulletinAdhesion, opened: Sequence[str], opens_on: date, closes_on: date | None) -> None:
    """Opens these roles under the bulletin; those that ask for a proof do so from their first day."""
    RoleBulletin.objects.bulk_create(
        RoleBulletin(
            bulletin=bulletin,
            role=role,
            opens_on=opens_on,
            closes_on=closes_on,
            justificatif_since=opens_on if roles.asks_proof(role) else None,
        )
        for role in opened
    )
