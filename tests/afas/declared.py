"""Activités with what they declared, transmitted and were granted, for the dashboards."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from portail.afas.enums import EtatDeclaration, Phase, VoletKind
from portail.afas.models import Activite, Declaration, Droit, Echeance, EtapeDeclaration, VersionDeclaration
from portail.conventions.models import Caf, Organisme
from tests.afas.scene import FINANCES, SHEET, Scene

_NUMBERS = count(1)


def organisme_like(scene: Scene) -> Organisme:
    """Another organisation, unknown to everybody."""
    first, number = scene.activite.organisme, next(_NUMBERS)
    return Organisme.objects.create(
        raison_sociale=f"Organisme voisin {number}",
        siret=f"{90000000000000 + number}",
        type=first.type,
        adresse=first.adresse,
        code_postal=first.code_postal,
        commune=first.commune,
    )


def activite_like(scene: Scene, *, organisme: Organisme | None = None, caf: Caf | None = None) -> Activite:
    """Another activité of the same type and nature, by default of another organisation of the same Caf."""
    number = next(_NUMBERS)
    return Activite.objects.create(
        organisme=organisme or organisme_like(scene),
        caf=caf or scene.activite.caf,
        libelle=f"Accueil voisin {number}",
        type=scene.activite.type,
        nature=scene.activite.nature,
        numero_dossier=f"20260{number:04d}",
        opens_on=scene.activite.opens_on,
    )


def echeance_of(scene: Scene, exercice: int, phase: str = Phase.REEL, *, late: int = -30) -> Echeance:
    """The échéance of an exercice; `late` days since its due date."""
    due_on = timezone.localdate() - timedelta(days=late)
    dates = {"opens_on": due_on - timedelta(days=60), "due_on": due_on}
    known, _ = Echeance.objects.get_or_create(
        caf=scene.activite.caf, exercice=exercice, type=scene.activite.type, phase=phase, defaults=dates
    )
    Echeance.objects.filter(pk=known.pk).update(**dates)
    known.refresh_from_db()
    return known


def declared(
    scene: Scene,
    activite: Activite,
    echeance: Echeance,
    *,
    montant: str | None = None,
    etat: str = EtatDeclaration.NOTIFIEE,
    charges: str = FINANCES["c64"],
) -> Declaration:
    """What the activité transmitted at this échéance: one sheet, the finances; its right when there is one."""
    declaration, _ = Declaration.objects.get_or_create(
        activite=activite, echeance=echeance, defaults={"caf": activite.caf, "definition": "alsh/2023"}
    )
    now = timezone.now()
    Declaration.objects.filter(pk=declaration.pk).update(etat=etat, transmitted_at=now)
    declaration.refresh_from_db()
    volets = [
        {"kind": VoletKind.ACTIVITE, "lieu": None, "valeurs": SHEET},
        {"kind": VoletKind.FINANCIER, "lieu": None, "valeurs": FINANCES | {"c64": charges, "p70641": "2000"}},
    ]
    approver = scene.cast.people["garban"]
    version = VersionDeclaration.objects.create(
        declaration=declaration,
        numero=declaration.versions.count() + 1,
        contenu={"volets": volets},
        empreinte="0" * 64,
        code=f"{next(_NUMBERS):019d}",
        approved_by=approver,
        approved_at=now,
    )
    EtapeDeclaration.objects.create(
        declaration=declaration, code="transmettre", vers=EtatDeclaration.TRANSMISE, version=1, by=approver
    )
    if montant is not None:
        Droit.objects.create(
            declaration=declaration, version=version, montant=Decimal(montant), lignes=[], empreinte="0" * 64
        )
    return declaration
