"""Who may look over the portal's shoulder."""

from portail.habilitations.acteur import Acteur


def refuse_supervising(acteur: Acteur) -> str | None:
    """Agents of a Caf, each for the conventions of his own."""
    return None if acteur.caf is not None else "Cette page est réservée aux agents de la Caf."
