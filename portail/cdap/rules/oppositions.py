"""Who keeps the oppositions: the Caf, which never tells a partner of any."""

from datetime import date

from portail.cdap.models import Opposition
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

_CAF = "Les oppositions sont tenues par la Caf : cette page n'est pas ouverte aux partenaires."
_ADMINISTRATEUR = "Seul un administrateur de la Caf enregistre ou lève une opposition."


def refuse_oppositions(acteur: Acteur) -> str | None:
    """Whoever works at the Caf reads its own."""
    return None if acteur.caf is not None else _CAF


def refuse_entering(acteur: Acteur) -> str | None:
    return refuse_oppositions(acteur) or (None if acteur.is_caf_administrateur else _ADMINISTRATEUR)


def refuse_twice(caf: Caf, numero: int, on: date) -> str | None:
    if Opposition.objects.filter(caf=caf, numero=numero, closes_on=None).exists():
        return f"L'opposition pour le numéro {numero:07d} est déjà enregistrée."
    return None


def refuse_ending(acteur: Acteur, opposition: Opposition) -> str | None:
    """One that is not over."""
    if refusal := refuse_entering(acteur):
        return refusal
    if opposition.closes_on is None:
        return None
    return f"Cette opposition est levée depuis le {opposition.closes_on:%d/%m/%Y}."
