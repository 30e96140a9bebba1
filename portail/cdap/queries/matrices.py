"""The matrix in force: what each profile opens."""

from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import ONGLETS, Onglet, champs_of
from portail.cdap.definitions.matrice import Matrice
from portail.cdap.enums import EtatMatrice
from portail.cdap.models import VersionMatrice


def matrice_of(caf: int) -> Matrice:
    """That of this Caf; the one shipped as a demonstration as long as the Caf has none of its own."""
    kept = VersionMatrice.objects.filter(caf=caf, etat=EtatMatrice.EN_VIGUEUR).values_list("contenu", flat=True).first()
    if kept is None:
        return DEMONSTRATION
    return {profil: frozenset(codes) for profil, codes in kept.items()}


def opened_by(caf: int, profil: str) -> frozenset[str]:
    """What the profile opens in the files of this Caf; nothing for a profile that its matrix does not name."""
    return matrice_of(caf).get(profil, frozenset())


def onglets_of(opened: frozenset[str]) -> list[Onglet]:
    """The tabs of which something is opened, in the order of the page."""
    return [
        onglet
        for onglet in ONGLETS.values()
        if any(champ.code in opened for _, champs in champs_of(onglet.code) for champ in champs)
    ]
