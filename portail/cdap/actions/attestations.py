"""An attestation is made from a file, read, printed, asked to be posted: each is written in the journal first."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from portail.cdap import events
from portail.cdap.calculs import attestations as calculs
from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.enums import KindAttestation
from portail.cdap.gateway import source_of
from portail.cdap.gateway.scelles import ADRESSE, ATTESTATION
from portail.cdap.models import Attestation, Consultation, EnvoiPostal
from portail.cdap.queries.attestations import consultation_of
from portail.cdap.queries.matrices import opened_by
from portail.cdap.rules import attestations as rules
from portail.cdap.rules.consultations import NO_FILE
from portail.conventionnement.actions import new_code
from portail.conventions.models import Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused


@transaction.atomic
def issue(*, by: Acteur, consultation: Consultation, kind: KindAttestation, asked: date) -> Attestation | None:
    """Attests what the profile opens, of the month `asked` for the payments; None when the file does not know it.

    Written in any case that it was asked: a file was read.

    :raises Refused: when a rule forbids it, or the file is gone
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_attesting(by, consultation) or rules.refuse_kind(consultation, kind))
    _record(events.ATTESTATION_ASKED, by, consultation, attestation=kind.label, caf=consultation.caf.nom)
    opened = opened_by(consultation.caf_id, consultation.profil)
    parties = _parties(consultation, calculs.needed_for(kind, opened))
    mois = calculs.mois_of(kind, parties, asked)
    valeur, lignes = calculs.attested(kind, parties, mois)
    if not valeur:
        return None
    contenu = calculs.Contenu(
        caf=consultation.caf.nom,
        numero=str(consultation),
        organisme=Organisme.objects.get(pk=consultation.organisme_id).raison_sociale,
        le=by.on,
        mois=mois,
        personnes=calculs.personnes(parties),
        adresse=calculs.adresse(parties, opened),
        enfants=calculs.enfants(parties[NomPartie.FAMILLE], opened),
        valeur=valeur,
        lignes=lignes,
    )
    attestation = _kept(by, consultation, kind, contenu)
    _record(events.ATTESTATION_ISSUED, by, consultation, attestation, attestation=kind.label, code=attestation.code)
    return attestation


def _kept(by: Acteur, consultation: Consultation, kind: KindAttestation, contenu: calculs.Contenu) -> Attestation:
    number, code, told = uuid.uuid4(), new_code(), calculs.encoded(contenu)
    return Attestation.objects.create(
        id=number,
        caf=consultation.caf,
        numero=consultation.numero,
        kind=kind,
        mois=contenu.mois,
        consultation=consultation.id,
        convention_id=consultation.convention_id,
        organisme_id=consultation.organisme_id,
        profil=consultation.profil,
        issued_by=by.utilisateur,
        issued_at=timezone.now(),
        contenu=ATTESTATION.close(consultation.caf, number, told),
        code=code,
        empreinte=calculs.digest(told, code),
    )


def note_reading(*, by: Acteur, attestation: Attestation) -> None:
    """It is about to be shown."""
    _record(events.ATTESTATION_READ, by, attestation.asked_in, attestation, attestation=str(attestation))


def note_printing(*, by: Acteur, attestation: Attestation) -> None:
    """It is about to be printed."""
    _record(events.ATTESTATION_PRINTED, by, attestation.asked_in, attestation, attestation=str(attestation))


def note_downloading(*, by: Acteur, attestation: Attestation) -> None:
    """Its PDF is about to be handed out."""
    _record(events.ATTESTATION_DOWNLOADED, by, attestation.asked_in, attestation, attestation=str(attestation))


@transaction.atomic
def post(*, by: Acteur, attestation: Attestation) -> EnvoiPostal:
    """Asks the Caf to post it to the allocataire, at the address of his file, which the partner is not told.

    :raises Refused: when a rule forbids it, or the file is gone
    :raises IntegrityError: when it was asked already for this file and this month
    :raises UnavailableError: when the Caf's system does not answer
    """
    allow(rules.refuse_posting(by, attestation))
    parties = _parties(consultation_of(attestation), [NomPartie.IDENTITE, NomPartie.FAMILLE])
    lines = calculs.address(parties[NomPartie.IDENTITE])
    told = calculs.recipient(parties[NomPartie.FAMILLE], lines).encode()
    sealed = ADRESSE.close(attestation.caf, attestation.pk, told)
    envoi = EnvoiPostal.objects.create(
        caf=attestation.caf,
        numero=attestation.numero,
        kind=attestation.kind,
        mois=attestation.mois,
        attestation=attestation,
        adresse=sealed,
        asked_by=by.utilisateur,
        asked_at=timezone.now(),
    )
    _record(events.ENVOI_ASKED, by, attestation.asked_in, attestation, envoi, attestation=str(attestation))
    return envoi


def _parties(consultation: Consultation, names: list[NomPartie]) -> dict[NomPartie, Any]:
    try:
        return source_of(consultation.caf).parties(consultation.numero, names)
    except LookupError:
        raise Refused(NO_FILE)


def _record(kind: Any, by: Acteur, consultation: Consultation, *about: Any, **facts: Any) -> None:
    """Never what is attested, nor of whom."""
    journal.record(kind, by=by, about=[consultation, *about], **facts)
