"""May a service suspended for want of use be opened again?"""

from portail.habilitations.acteur import Acteur
from portail.habilitations.models import SuspensionUsage, UsageService
from portail.habilitations.rules import refuse_managing_utilisateur


def refuse_reinstating(acteur: Acteur, usage: UsageService) -> str | None:
    """Who manages the person; what the Caf stopped, the Caf alone. Somebody whose access is over is not reinstated."""
    if usage.rattachement.statut(acteur.on) == "cloture":
        return "L'accès de cette personne est clôturé."
    stopped = SuspensionUsage.objects.open_on(acteur.on).filter(
        rattachement=usage.rattachement_id, service=usage.service
    )
    if not acteur.is_caf_administrateur and stopped.exclude(motif="").exists():
        return "La Caf a suspendu ce service pour cette personne : elle seule peut le rétablir."
    return refuse_managing_utilisateur(acteur, usage.rattachement)
