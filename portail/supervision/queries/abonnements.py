"""Who wants to be told of what."""

from portail.habilitations.acteur import Acteur
from portail.supervision.models import Abonnement


def followed_by(acteur: Acteur) -> set[str]:
    """The codes of the anomalies he wants to be told of."""
    return set(Abonnement.objects.filter(utilisateur=acteur.utilisateur).values_list("anomalie", flat=True))
