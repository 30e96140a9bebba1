"""The Caf's own systems, as the process that answers sees them."""

from portail.cdap.gateway.http import Etat, etats
from portail.habilitations.acteur import Acteur


def systemes_for(acteur: Acteur) -> list[Etat]:
    """That of his Caf, when it keeps its files itself."""
    return [etat for etat in etats() if acteur.caf is not None and etat.caf == acteur.caf.code]
