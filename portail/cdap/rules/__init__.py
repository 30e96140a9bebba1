"""Who may open the service."""

from portail.cdap.roles import SERVICE
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_service


def refuse_home(acteur: Acteur) -> str | None:
    """Who has a profile, and the people of a Caf."""
    return None if acteur.caf is not None else refuse_service(acteur, SERVICE)
