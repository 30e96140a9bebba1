"""Who reads the barèmes and the thresholds of a Caf, who enters them, and what may be entered."""

from decimal import Decimal

from portail.afas.queries.baremes import ChiffreLu, SeuilLu
from portail.conventions.enums import Fonction
from portail.habilitations.acteur import Acteur


def refuse_baremes(acteur: Acteur, found: ChiffreLu | SeuilLu | None = None) -> str | None:
    """Every agent reads what his own Caf retains."""
    if acteur.caf is None:
        return "Les barèmes sont tenus par la Caf : chaque calcul de droit montre les chiffres qu'il a employés."
    return None


def refuse_editing_baremes(acteur: Acteur, found: ChiffreLu | SeuilLu | None = None) -> str | None:
    if refusal := refuse_baremes(acteur, found):
        return refusal
    if acteur.fonction != Fonction.GESTIONNAIRE:
        return (
            "Seul un gestionnaire action sociale de la Caf saisit les chiffres des barèmes et les seuils des contrôles."
        )
    return None


def refuse_chiffre(chiffre: ChiffreLu, valeur: Decimal, source: str) -> str | None:
    """A rate is a part of the whole; the same figure is not entered twice."""
    if chiffre.published.unite == "%" and valeur > 100:
        return "Ce chiffre est un pourcentage : saisissez une valeur de 0 à 100."
    if chiffre.own and (chiffre.own.valeur, chiffre.own.source) == (valeur, source):
        return "Ce chiffre est déjà retenu, avec cette source : rien n'est à enregistrer."
    return None


def refuse_seuil(seuil: SeuilLu, valeur: Decimal) -> str | None:
    if seuil.valeur == valeur:
        return f"Ce seuil est déjà de {seuil.valeur_written} : rien n'est à enregistrer."
    return None
