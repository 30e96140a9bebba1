"""What the service keeps: files in the tables of the portal, what was consulted, who may read what, who objected."""

from portail.cdap.models.consultations import Consultation
from portail.cdap.models.dossiers import Dossier, Opposition
from portail.cdap.models.echantillons import DemandeJustification, Echantillon
from portail.cdap.models.gardes import Alerte, AlerteQuerySet, ReglageGarde, Veille
from portail.cdap.models.matrices import VersionMatrice

__all__ = [
    "Alerte",
    "AlerteQuerySet",
    "Consultation",
    "DemandeJustification",
    "Dossier",
    "Echantillon",
    "Opposition",
    "ReglageGarde",
    "Veille",
    "VersionMatrice",
]
