"""Reads of organisations, kinds of organisations and versions of conventions."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventionnement.enums import OPEN, SEALED, EtatVersion
from portail.conventionnement.models import VersionConvention, label_of
from portail.conventions.models import Administrateur, Convention, Organisme, TypeOrganisme
from portail.habilitations.acteur import Acteur
from portail.journal.models import JournalEntry
from portail.journal.queries import acts_about

SIMILAR = 5

# Organisations


def types_for(acteur: Acteur) -> QuerySet[TypeOrganisme]:
    if acteur.caf is None:
        return TypeOrganisme.objects.none()
    return TypeOrganisme.objects.annotate(organismes_count=Count("organismes")).order_by("libelle", "pk")


def type_for(acteur: Acteur, pk: int) -> TypeOrganisme:
    return types_for(acteur).get(pk=pk)


def organismes_for(acteur: Acteur) -> QuerySet[Organisme]:
    """Every organisation, for an agent of a Caf: the same one may sign with several."""
    if acteur.caf is None:
        return Organisme.objects.none()
    return Organisme.objects.select_related("type").order_by("sort_key", "pk")


def organisme_for(acteur: Acteur, pk: int) -> Organisme:
    return organismes_for(acteur).get(pk=pk)


def organisme_export_for(acteur: Acteur, extension: str) -> str:
    return extension


def conventions_of(organisme: Organisme, acteur: Acteur) -> QuerySet[Convention]:
    """Its conventions with the Caf of this person."""
    return Convention.objects.visible_to(acteur).filter(organisme=organisme).order_by("-opens_on", "pk")


def similar_organismes(*, siret: str, raison_sociale: str, but: int | None = None) -> list[Organisme]:
    """Those that may be the same: another establishment of the same SIREN, or a name that holds this one."""
    alike = Q(siret__startswith=siret[:9]) | Q(sort_key__holds=raison_sociale)
    found = Organisme.objects.filter(alike).select_related("type").order_by("sort_key", "pk")
    return list(found.exclude(pk=but)[:SIMILAR] if but else found[:SIMILAR])


def acts_of(organisme: Organisme, acteur: Acteur) -> QuerySet[JournalEntry]:
    """What the journal tells of it, to a Caf that keeps its fiche."""
    acts = acts_about(organisme)
    return acts.none() if is_followed_elsewhere(organisme, acteur) else acts


def is_followed_elsewhere(organisme: Organisme, acteur: Acteur) -> bool:
    """Does it have conventions, and none with this person's Caf?"""
    conventions = Convention.objects.filter(organisme=organisme)
    return conventions.exists() and not conventions.filter(cafs=acteur.caf.pk if acteur.caf else None).exists()


def has_open_conventions(organisme: Organisme) -> bool:
    return Convention.objects.filter(organisme=organisme, closes_on=None).exists()


# Versions


def versions_for(acteur: Acteur) -> QuerySet[VersionConvention]:
    """The Caf's: all of its conventions'; the signatory's: those he was asked to sign; the administrateur's: signed."""
    versions = VersionConvention.objects.select_related(
        "convention__organisme__type", "convention__caf_pivot", "signataire"
    )
    if acteur.caf is not None:
        return versions.filter(convention__in=Convention.objects.visible_to(acteur).values("pk"))
    asked = Q(signataire=acteur.utilisateur, etat__in=SEALED)
    administered = Q(convention__in=acteur.administered, etat__in=(EtatVersion.SIGNEE, EtatVersion.VALIDEE))
    return versions.filter(asked | administered)


def version_for(acteur: Acteur, convention: int, rang: int) -> VersionConvention:
    return versions_for(acteur).get(convention=convention, rang=rang)


LISTS = ("interlocuteurs", "bulletins", "administrateurs")
SINGLE = ("perimetre", "contrat", "signataire")


@dataclass(frozen=True)
class Place:
    """A part of a version, and for a list the rank of one of its elements (None: a new one)."""

    version: VersionConvention
    part: str
    element: int | None = None


def part_for(acteur: Acteur, convention: int, rang: int, part: str) -> Place:
    if part not in SINGLE:
        raise VersionConvention.DoesNotExist
    return Place(version_for(acteur, convention, rang), part)


def element_for(acteur: Acteur, convention: int, rang: int, part: str, element: int | None = None) -> Place:
    """An element of a list that the version holds, or the place of a new one."""
    version = version_for(acteur, convention, rang)
    if part not in LISTS or (element is not None and element >= len(getattr(version.told, part))):
        raise VersionConvention.DoesNotExist
    return Place(version, part, element)


def versions_of(acteur: Acteur, convention: Convention) -> QuerySet[VersionConvention]:
    return versions_for(acteur).filter(convention=convention).prefetch_related("signatures").order_by("-rang")


def convention_for(acteur: Acteur, convention: int) -> Convention:
    """A convention of the Caf, as the acts on its life need it."""
    if acteur.caf is None:
        raise Convention.DoesNotExist
    visible = Convention.objects.visible_to(acteur).with_suspension(acteur.on)
    return visible.select_related("organisme__type", "caf_pivot").get(pk=convention)


class ToSign(NamedTuple):
    """A version that waits for a signature, as the home page tells it."""

    convention: int
    rang: int
    convention_label: str
    raison_sociale: str
    proposed_at: datetime

    @property
    def libelle(self) -> str:
        return label_of(self.rang)


# Written out in SQL: it runs for every home page, and composing it would cost more than running it.
_TO_SIGN = """
SELECT c.id, v.rang, c.libelle, o.raison_sociale, v.proposed_at
FROM conventionnement_versionconvention v
JOIN conventions_convention c ON c.id = v.convention_id
JOIN conventions_organisme o ON o.id = c.organisme_id
WHERE v.etat = %s AND {mine} = %s ORDER BY v.proposed_at, v.id
"""
_AS_SIGNATORY, _AS_CAF = _TO_SIGN.format(mine="v.signataire_id"), _TO_SIGN.format(mine="c.caf_pivot_id")


def versions_to_sign(acteur: Acteur) -> list[ToSign]:
    """What waits for this very person's signature: as signatory of a partner, or as administrateur of the Caf pivot."""
    with connection.cursor() as cursor:
        if acteur.caf is not None and acteur.is_caf_administrateur:
            cursor.execute(_AS_CAF, [EtatVersion.SIGNEE, acteur.caf.pk])
        else:
            cursor.execute(_AS_SIGNATORY, [EtatVersion.PROPOSEE, acteur.utilisateur.pk])
        return [ToSign(*row) for row in cursor.fetchall()]


def open_version(convention: Convention) -> VersionConvention | None:
    return VersionConvention.objects.filter(convention=convention, etat__in=OPEN).first()


def version_in_force(convention: Convention) -> VersionConvention | None:
    return VersionConvention.objects.filter(convention=convention, etat=EtatVersion.VALIDEE).order_by("-rang").first()


def version_by_code(code: str) -> VersionConvention | None:
    """The signed document of that verification code; nothing is told of one that the partner has not signed."""
    newer = VersionConvention.objects.filter(
        convention=OuterRef("convention"), rang__gt=OuterRef("rang"), etat=EtatVersion.VALIDEE
    )
    signed = VersionConvention.objects.filter(etat__in=(EtatVersion.SIGNEE, EtatVersion.VALIDEE))
    found = signed.filter(code=code).annotate(is_replaced=Exists(newer)).prefetch_related("signatures")
    return found.select_related("convention__organisme", "convention__caf_pivot").first()


def administrateurs_of(convention: Convention) -> list[Utilisateur]:
    """Those who administer it today."""
    named = Administrateur.objects.open_on(timezone.localdate()).filter(rattachement__convention=convention)
    people = Utilisateur.objects.filter(rattachements__administrations__in=named).distinct()
    return list(people.order_by("sort_key"))


def is_agent(courriel: str) -> bool:
    return Utilisateur.objects.with_courriel(courriel).filter(is_agent=True).exists()


def fresh(version: VersionConvention) -> VersionConvention:
    """The version as it stands now."""
    return VersionConvention.objects.get(pk=version.pk)
