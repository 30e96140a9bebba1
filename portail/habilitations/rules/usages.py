"""May a service suspended for want of use be opened again?"""

from portail.habilitations.acteur import Acteur
from portail.habilitations.models import UsageService
from portail.habilitations.rules import refuse_managing_utilisateur


def refuse_reinstating(acteur: Acteur, usage: UsageService) -> str | None:
    """Who manages the person; somebody whose access is over is not reinstated."""
    if usage.rattachement.statut(acteur.on) == "cloture":
        return "L'accès de cette personne est clôturé."
    return refuse_managing_utilisateur(acteur, usage.rattachement)
