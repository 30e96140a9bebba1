"""Who sees what was loaded."""

from portail.habilitations.acteur import Acteur


def refuse_chargements(acteur: Acteur) -> str | None:
    """Every agent of a Caf; of his own Caf's lines only."""
    if acteur.caf is None:
        return "Les chargements de dossiers sont suivis par les agents de la Caf."
    return None
