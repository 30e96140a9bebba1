"""Who may look over the portal's shoulder."""

from portail.conventions.enums import Fonction
from portail.conventions.models import Rattachement
from portail.habilitations.acteur import Acteur


def refuse_supervising(acteur: Acteur) -> str | None:
    """Agents of a Caf, each for the conventions of his own."""
    return None if acteur.caf is not None else "Cette page est réservée aux agents de la Caf."


def refuse_following(acteur: Acteur) -> str | None:
    """Rights, anomalies and figures: administrateurs and auditeurs of a Caf, administrateurs of the partner."""
    if acteur.fonction in (Fonction.ADMINISTRATEUR, Fonction.AUDITEUR) or acteur.administered:
        return None
    return "Cette page est réservée aux administrateurs et aux auditeurs : demandez-leur ce que vous cherchez."


def refuse_exporting(acteur: Acteur, extension: str = "") -> str | None:
    """Who may read the list may export it."""
    return refuse_following(acteur)


def refuse_explaining(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """Who may search may read why."""
    return refuse_following(acteur)


def refuse_reading_anomalie(acteur: Acteur, code: str = "", extension: str = "") -> str | None:
    """Who may follow rights may read what is wrong with them, and be told of it."""
    return refuse_following(acteur)
