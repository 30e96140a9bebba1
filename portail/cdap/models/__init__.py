"""What the service keeps: files in the tables of the portal, what was consulted, who may read what, who objected."""

from portail.cdap.models.attestations import Attestation, EnvoiPostal, LotPostal
from portail.cdap.models.chargements import ChargementDossiers, TrancheChargement
from portail.cdap.models.consultations import Consultation
from portail.cdap.models.dialogues import DelaiDialogue, Dialogue, MessageDialogue, SujetDialogue
from portail.cdap.models.dossiers import Dossier, Opposition
from portail.cdap.models.echantillons import DemandeJustification, Echantillon
from portail.cdap.models.gardes import Alerte, AlerteQuerySet, ReglageGarde, Veille
from portail.cdap.models.matrices import VersionMatrice

__all__ = [
    "Alerte",
    "AlerteQuerySet",
    "Attestation",
    "ChargementDossiers",
    "Consultation",
    "DelaiDialogue",
    "DemandeJustification",
    "Dialogue",
    "Dossier",
    "Echantillon",
    "EnvoiPostal",
    "LotPostal",
    "MessageDialogue",
    "Opposition",
    "ReglageGarde",
    "SujetDialogue",
    "TrancheChargement",
    "Veille",
    "VersionMatrice",
]
