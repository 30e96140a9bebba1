"""The calendar: who reads it, who keeps it, what may still change. None, or the French sentence why not."""

from datetime import date

from portail.afas.models import Echeance
from portail.conventions.enums import Fonction
from portail.habilitations.acteur import Acteur

_OPENED = "Les déclarations de cette échéance sont déjà ouvertes : "


def refuse_calendar(acteur: Acteur, extension: str = "") -> str | None:
    """The calendar of a Caf is read by its own people."""
    return (
        None if acteur.caf is not None else "Le calendrier des échéances est celui de la Caf : elle seule le consulte."
    )


def refuse_reading_echeance(acteur: Acteur, echeance: Echeance) -> str | None:
    return refuse_calendar(acteur)


def refuse_keeping_calendar(acteur: Acteur) -> str | None:
    """The gestionnaire chooses the dates."""
    if refusal := refuse_calendar(acteur):
        return refusal
    if acteur.fonction != Fonction.GESTIONNAIRE:
        return "Le calendrier des échéances est tenu par un gestionnaire de la Caf."
    return None


def refuse_editing_echeance(acteur: Acteur, echeance: Echeance) -> str | None:
    return refuse_keeping_calendar(acteur)


def refuse_opening(acteur: Acteur, echeance: Echeance) -> str | None:
    """« Ouvrir maintenant », before its day or when the morning's work has not run."""
    if refusal := refuse_keeping_calendar(acteur):
        return refusal
    return f"{_OPENED}il n'y a plus rien à ouvrir." if echeance.opened_at else None


def refuse_removing(acteur: Acteur, echeance: Echeance) -> str | None:
    """Only while nothing was opened by it."""
    if refusal := refuse_keeping_calendar(acteur):
        return refusal
    return f"{_OPENED}elle ne se retire plus du calendrier, ses dates peuvent changer." if echeance.opened_at else None


def refuse_dates(echeance: Echeance, opens_on: date, due_on: date) -> str | None:
    """In order, around the exercice, and without moving an opening that took place."""
    if due_on < opens_on:
        return "La date limite précède l'ouverture : donnez une date limite plus tardive."
    year = echeance.exercice
    if opens_on < date(year - 1, 1, 1) or due_on > date(year + 2, 12, 31):
        return f"Ces dates sont loin de l'exercice {year} : vérifiez l'année."
    if echeance.opened_at and opens_on != echeance.opens_on:
        return f"{_OPENED}la date d'ouverture ne change plus."
    return None
