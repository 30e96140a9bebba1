"""Who reads the fiches: everybody who is signed in, for they say how things are done, and nothing of anybody."""

from portail.aide.definitions import Fiche
from portail.habilitations.acteur import Acteur


def refuse_fiches(acteur: Acteur) -> str | None:
    return None


def refuse_fiche(acteur: Acteur, fiche: Fiche) -> str | None:
    return refuse_fiches(acteur)
