"""What the service keeps: files in the tables of the portal, what was consulted, who may read what, who objected."""

from portail.cdap.models.chargements import ChargementDossiers, TrancheChargement
from portail.cdap.models.consultations import Consultation
from portail.cdap.models.dossiers import Dossier, Opposition
from portail.cdap.models.matrices import VersionMatrice

__all__ = ["ChargementDossiers", "Consultation", "Dossier", "Opposition", "TrancheChargement", "VersionMatrice"]
