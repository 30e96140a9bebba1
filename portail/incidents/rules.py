"""Incidents: who reports, reads, follows. None, or the French sentence why not."""

from portail.conventions.models import Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_managing_utilisateur
from portail.incidents.enums import EtatIncident
from portail.incidents.models import Incident

_CLOSED = "Cet incident est clos : signalez-en un nouveau si autre chose s'est passé."


def refuse_reporting_for(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """About somebody else: who manages that person."""
    return refuse_managing_utilisateur(acteur, rattachement)


def refuse_reading_incident(acteur: Acteur, incident: Incident) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_exporting_incidents(acteur: Acteur, extension: str = "") -> str | None:
    """Each has his own list."""
    return None


def refuse_noting(acteur: Acteur, incident: Incident) -> str | None:
    """Who reported it, and who follows it, until it is closed."""
    if incident.etat == EtatIncident.CLOS:
        return _CLOSED
    if acteur.is_caf_administrateur or incident.declarant_id == acteur.utilisateur.pk:
        return None
    return "Seuls la personne qui a signalé cet incident et la Caf y ajoutent une note."


def refuse_following(acteur: Acteur, incident: Incident) -> str | None:
    """An administrateur of a Caf that follows it, until it is closed."""
    if not acteur.is_caf_administrateur:
        return "Seul un administrateur de la Caf suit un incident."
    return _CLOSED if incident.etat == EtatIncident.CLOS else None


def refuse_taking(acteur: Acteur, incident: Incident) -> str | None:
    if refusal := refuse_following(acteur, incident):
        return refusal
    if incident.etat != EtatIncident.SIGNALE:
        return "Cet incident est déjà pris en charge : rechargez la page."
    return None


def refuse_analysing(acteur: Acteur, incident: Incident) -> str | None:
    """Once somebody has taken it in charge."""
    if refusal := refuse_following(acteur, incident):
        return refusal
    if incident.etat == EtatIncident.SIGNALE:
        return "Prenez d'abord cet incident en charge."
    return None


def refuse_cutting(acteur: Acteur, incident: Incident) -> str | None:
    """When it is about a person whose access was not cut yet."""
    if refusal := refuse_following(acteur, incident):
        return refusal
    if incident.concerne_id is None:
        return "Cet incident ne concerne l'accès d'aucune personne."
    return "L'accès de cette personne est déjà coupé." if incident.cut_at else None
