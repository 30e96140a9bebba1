"""Reads of the attestations: those of a person, what one says, its letters, what anybody learns by its code."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet

from portail.cdap.calculs.attestations import Contenu, decoded, subject_in_words
from portail.cdap.enums import EtatEnvoi, KindAttestation
from portail.cdap.gateway.scelles import ADRESSE, ATTESTATION
from portail.cdap.models import Attestation, Consultation, EnvoiPostal, LotPostal
from portail.conventionnement.queries.documents import Document
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui import day

MONTHS = 24  # that may be attested, the current one included


def attestations_for(acteur: Acteur) -> QuerySet[Attestation]:
    """Those that he had made, the last one first; the Caf learns of those to post only."""
    if acteur.caf is not None:
        return Attestation.objects.none()
    return Attestation.objects.visible_to(acteur).select_related("caf", "organisme", "envoi")


def attestation_for(acteur: Acteur, pk: uuid.UUID) -> Attestation:
    return attestations_for(acteur).get(pk=pk)


def consultation_of(attestation: Attestation) -> Consultation:
    """The one it was made from."""
    return Consultation.objects.select_related("caf").get(
        id=attestation.consultation, utilisateur=attestation.issued_by_id, at__lte=attestation.issued_at
    )


def months_before(on: date) -> list[date]:
    """The months that may be attested, the last one first."""
    numbers = [on.year * 12 + on.month - 1 - back for back in range(MONTHS)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def contenu_of(attestation: Attestation) -> Contenu:
    """What it says, out of the vault."""
    return decoded(ATTESTATION.open(attestation.caf, attestation.pk, attestation.contenu))


def paper(attestation: Attestation, verify: str, destinataire: str = "") -> dict[str, Any]:
    """What is read and printed, on the page as in the PDF; `verify` is where its code is checked."""
    contenu, kind = contenu_of(attestation), KindAttestation(attestation.kind)
    rows = [
        ("Délivrée le", day(contenu.le)),
        ("Numéro allocataire", contenu.numero),
        ("Allocataire et conjoint", contenu.personnes),
        ("Adresse", contenu.adresse),
        ("Enfants", contenu.enfants),
        (subject_in_words(kind, contenu.mois), contenu.valeur),
    ]
    return {
        "title": kind.label,
        "caf": contenu.caf,
        "rows": [row for row in rows if row[1]],
        "lignes": contenu.lignes,
        "mention": f"Délivrée par la {contenu.caf}, via Mon Compte Partenaire, à la demande de l'organisme "
        f"« {contenu.organisme} ».",
        "code": attestation.code,
        "empreinte": attestation.empreinte,
        "verify": verify,
        "destinataire": destinataire,
    }


def attestation_by_code(code: str) -> Document | None:
    """What proves the paper to who holds it: its kind, its Caf, its day and its figure; never whose it is."""
    attestation = Attestation.objects.select_related("caf").filter(code=code).first()
    if attestation is None:
        return None
    contenu, kind = contenu_of(attestation), KindAttestation(attestation.kind)
    return Document(
        "success",
        "Cette attestation a été délivrée ici. Comparez la date et le chiffre ci-dessous avec ceux du papier : s'ils "
        "diffèrent, le papier a été modifié.",
        rows=[
            ("Document", kind.label),
            ("Caf", contenu.caf),
            ("Délivrée le", day(contenu.le)),
            (subject_in_words(kind, contenu.mois), contenu.valeur),
        ],
        empreinte=attestation.empreinte,
    )


# Letters


def envois_for(acteur: Acteur) -> QuerySet[EnvoiPostal]:
    """Those that his Caf posts, the oldest asked first."""
    rows = EnvoiPostal.objects.visible_to(acteur)
    return rows.select_related("attestation__organisme", "asked_by", "lot").order_by("asked_at", "pk")


def envoi_for(acteur: Acteur, pk: int) -> EnvoiPostal:
    return envois_for(acteur).get(pk=pk)


def waiting_envois(acteur: Acteur) -> QuerySet[EnvoiPostal]:
    """Those that no lot has yet."""
    return envois_for(acteur).filter(etat=EtatEnvoi.A_ENVOYER)


def lots_postaux_for(acteur: Acteur) -> QuerySet[LotPostal]:
    """Without their file: a list never reads it."""
    return LotPostal.objects.visible_to(acteur).select_related("made_by", "caf").defer("fichier").order_by("-pk")


def lot_postal_for(acteur: Acteur, pk: int) -> LotPostal:
    return lots_postaux_for(acteur).get(pk=pk)


def adresse_of(envoi: EnvoiPostal) -> str:
    """To whom the letter goes, out of the vault."""
    return ADRESSE.open(envoi.caf, envoi.attestation_id, envoi.adresse).decode()
