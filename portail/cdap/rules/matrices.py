"""Who reads the matrix of the profiles, who proposes another, and who else puts it in force."""

from collections.abc import Mapping

from portail.cdap.definitions.matrice import Matrice
from portail.cdap.enums import EtatMatrice
from portail.cdap.models import VersionMatrice
from portail.habilitations.acteur import Acteur

_CAF = "La matrice des profils est tenue par la Caf."
_ADMINISTRATEUR = "Seul un administrateur de la Caf change ce que les profils ouvrent."
WAITING = "Une matrice attend déjà d'être validée : décidez d'abord de celle-ci."


def refuse_matrices(acteur: Acteur) -> str | None:
    """Whoever works at the Caf."""
    return None if acteur.caf is not None else _CAF


def refuse_proposing(acteur: Acteur) -> str | None:
    """An administrateur, while no other waits."""
    if refusal := refuse_matrices(acteur) or (None if acteur.is_caf_administrateur else _ADMINISTRATEUR):
        return refusal
    waits = VersionMatrice.objects.filter(caf=acteur.caf, etat=EtatMatrice.PROPOSEE).exists()
    return WAITING if waits else None


def refuse_same(now: Matrice, proposed: Mapping[str, frozenset[str]]) -> str | None:
    return "Vous n'avez rien changé : cochez ou décochez au moins un champ." if dict(now) == dict(proposed) else None


def refuse_deciding(acteur: Acteur, version: VersionMatrice) -> str | None:
    """Another administrateur than who proposed it, once."""
    if refusal := refuse_matrices(acteur) or (None if acteur.is_caf_administrateur else _ADMINISTRATEUR):
        return refusal
    if version.etat != EtatMatrice.PROPOSEE:
        return f"Cette matrice est « {version.get_etat_display()} » : il n'y a plus rien à décider."
    if version.proposed_by_id == acteur.utilisateur.pk:
        return "Vous avez proposé cette matrice : un autre administrateur de la Caf doit la relire et en décider."
    return None
