"""Who may open the service."""

from portail.cdap.roles import SERVICE
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_service


def refuse_home(acteur: Acteur) -> str | None:
    return refuse_service(acteur, SERVICE)
