"""Who reads the dashboards: None, or the French sentence why not."""

from portail.afas.models import Activite, Profil
from portail.afas.roles import HABILITER, SERVICE
from portail.habilitations.acteur import Acteur

_NO_PROFIL = (
    "Les tableaux de bord montrent les finances d'une activité : ils sont lus par ceux qui ont un profil sur toute "
    "l'activité, et non sur un seul lieu, et par ceux qui donnent les profils (AFAS-Habiliter)."
)


def refuse_tableaux(acteur: Acteur) -> str | None:
    """Agents of a Caf; for a partner, who gives profiles and who has one on a whole activité."""
    if acteur.caf is not None or HABILITER.code in acteur.roles_of(SERVICE.code):
        return None
    return None if Profil.objects.of(acteur).filter(lieu=None).exists() else _NO_PROFIL


def refuse_exporting_tableaux(acteur: Acteur, extension: str = "") -> str | None:
    """Who may read the list may export it."""
    return refuse_tableaux(acteur)


def refuse_reading_tableau(acteur: Acteur, activite: Activite) -> str | None:
    """What his perimeter shows may be read."""
    return None


def refuse_campagne(acteur: Acteur) -> str | None:
    """Agents of a Caf, each for his own."""
    return None if acteur.caf is not None else "Le suivi de la campagne est réservé aux agents de la Caf."


def refuse_exporting_campagne(acteur: Acteur, extension: str = "") -> str | None:
    """Who may read the list may export it."""
    return refuse_campagne(acteur)
