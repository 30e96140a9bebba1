"""Who has an attestation made, who posts it. None, or the French sentence why not."""

from portail.cdap.calculs.attestations import REQUIRED
from portail.cdap.definitions.champs import ATTESTATION_PAIEMENT, ATTESTATION_QF
from portail.cdap.enums import EtatEnvoi, EtatLotPostal, KindAttestation
from portail.cdap.models import Attestation, Consultation, EnvoiPostal, LotPostal
from portail.cdap.queries.attestations import attestations_for, consultation_of
from portail.cdap.queries.matrices import opened_by
from portail.cdap.rules.consultations import refuse_consulting, refuse_reading
from portail.conventions.enums import Fonction
from portail.habilitations.acteur import Acteur

ACTES = {KindAttestation.QF: ATTESTATION_QF, KindAttestation.PAIEMENT: ATTESTATION_PAIEMENT}
_OF_PARTNERS = "Cette page est celle des partenaires : la Caf délivre ses attestations dans ses propres outils."
_OF_THE_CAF = "Cette page est celle des agents de la Caf : suivez vos demandes dans « Mes attestations »."
_NOT_GESTIONNAIRE = "Seul un gestionnaire de la Caf prépare et suit les courriers."
_NONE = "Votre profil n'ouvre aucune attestation : la personne peut demander la sienne à la Caf."
_NOT_THIS = "Votre profil n'ouvre pas cette attestation : la personne peut la demander à la Caf."
_OVER = (
    "La consultation dont vient cette attestation est terminée : pour la relire, demandez à nouveau le dossier, avec "
    "le motif d'aujourd'hui."
)
UNKNOWN = {
    KindAttestation.QF: "Le quotient familial n'est pas connu de la Caf : elle ne l'atteste pas. Proposez à la "
    "personne de déclarer ses ressources, ou écrivez à la Caf par « Dialogue ».",
    KindAttestation.PAIEMENT: "Aucun paiement n'est enregistré pour ce mois : choisissez-en un autre, ou écrivez à la "
    "Caf par « Dialogue ».",
}


def kinds_opened(opened: frozenset[str]) -> list[KindAttestation]:
    """Those that the matrix opens, with every field that they need."""
    return [kind for kind, acte in ACTES.items() if acte in opened and opened >= REQUIRED[kind]]


def refuse_attesting(acteur: Acteur, consultation: Consultation) -> str | None:
    """Who reads the file now, with a profile that opens an attestation."""
    if refusal := refuse_reading(acteur, consultation):
        return refusal
    return None if kinds_opened(opened_by(consultation.caf_id, consultation.profil)) else _NONE


def refuse_kind(consultation: Consultation, kind: KindAttestation) -> str | None:
    return None if kind in kinds_opened(opened_by(consultation.caf_id, consultation.profil)) else _NOT_THIS


def refuse_attestations(acteur: Acteur) -> str | None:
    """The partner's people who have a profile, or who once had one made."""
    if acteur.caf is not None:
        return _OF_PARTNERS
    refusal = refuse_consulting(acteur)
    return None if refusal is None or attestations_for(acteur).exists() else refusal


def refuse_exporting_attestations(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_attestations(acteur)


def refuse_reading_attestation(acteur: Acteur, attestation: Attestation) -> str | None:
    """Who had it made, while he may read the file and his profile opens it still."""
    consultation = consultation_of(attestation)
    if refuse_reading(acteur, consultation):
        return _OVER
    return refuse_kind(consultation, KindAttestation(attestation.kind))


def refuse_posting(acteur: Acteur, attestation: Attestation) -> str | None:
    return refuse_reading_attestation(acteur, attestation)


# At the Caf


def refuse_envois(acteur: Acteur) -> str | None:
    """Every agent of the Caf sees the letters; the gestionnaires prepare them."""
    return None if acteur.caf is not None else _OF_THE_CAF


def refuse_exporting_envois(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_envois(acteur)


def refuse_reading_lot_postal(acteur: Acteur, lot: LotPostal) -> str | None:
    return refuse_envois(acteur)


def refuse_preparing(acteur: Acteur) -> str | None:
    if refusal := refuse_envois(acteur):
        return refusal
    return None if acteur.fonction == Fonction.GESTIONNAIRE else _NOT_GESTIONNAIRE


def refuse_downloading(acteur: Acteur, lot: LotPostal) -> str | None:
    """Once it is printed, until it is posted: its file is then gone."""
    if refusal := refuse_preparing(acteur):
        return refusal
    if lot.etat == EtatLotPostal.PREPARATION:
        return "Ce lot est en préparation : revenez dans un instant."
    return None if lot.etat == EtatLotPostal.PRET else "Ce lot est posté : son fichier est effacé."


def refuse_marking_posted(acteur: Acteur, lot: LotPostal) -> str | None:
    return refuse_downloading(acteur, lot)


def refuse_returning(acteur: Acteur, envoi: EnvoiPostal) -> str | None:
    """One that was posted."""
    if refusal := refuse_preparing(acteur):
        return refusal
    return None if envoi.etat == EtatEnvoi.POSTE else "Seul un courrier posté peut revenir."
