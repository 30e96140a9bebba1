"""Activités and their lieux: kept by the Caf that finances them. None, or the French sentence why not."""

from datetime import date

from django.utils import timezone

from portail.afas.definitions import types
from portail.afas.models import Activite, ImportActivites, LieuImplantation
from portail.comptes.models import Dated
from portail.conventions.enums import Fonction
from portail.conventions.models import Caf, Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_dates, refuse_ending

_KEEPERS = (Fonction.GESTIONNAIRE, Fonction.ADMINISTRATEUR)


def refuse_activites(acteur: Acteur) -> str | None:
    """The list is the Caf's."""
    if acteur.caf is None:
        return "La liste des activités est tenue par la Caf ; les vôtres sont dans « Administration des profils »."
    return None


def refuse_exporting_activites(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_activites(acteur)


def refuse_reading_activite(acteur: Acteur, activite: Activite) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_keeping_activites(acteur: Acteur) -> str | None:
    if acteur.caf is None or acteur.fonction not in _KEEPERS:
        return "Les activités sont créées et modifiées par un gestionnaire ou un administrateur de la Caf."
    return None


def refuse_keeping_activite(acteur: Acteur, activite: Activite) -> str | None:
    """Those who keep them, until it is closed."""
    return refuse_keeping_activites(acteur) or _refuse_closed(activite, acteur.on, "Cette activité est clôturée")


def refuse_keeping_lieu(acteur: Acteur, lieu: LieuImplantation) -> str | None:
    return refuse_keeping_activite(acteur, lieu.activite) or _refuse_closed(
        lieu, acteur.on, "Ce lieu d'implantation est clôturé"
    )


def _refuse_closed(fact: Dated, on: date, sentence: str) -> str | None:
    is_over = fact.closes_on is not None and fact.closes_on < on
    return f"{sentence} depuis le {fact.closes_on:%d/%m/%Y} : son histoire reste lisible." if is_over else None


def refuse_type(code: str, nature: str) -> str | None:
    """The type is one of those declared here, the nature one of the type's."""
    if code not in types():
        return "Ce type d'activité n'existe pas : choisissez-en un de la liste."
    if nature not in types()[code].natures:
        known = ", ".join(types()[code].natures.values())
        return f"Cette nature n'est pas du type « {types()[code].libelle} », qui a : {known}."
    return None


def refuse_organisme(organisme: Organisme, caf: Caf) -> str | None:
    """An organisme that this Caf has signed with, and that is not closed."""
    if organisme.closed_on is not None:
        return f"{organisme.raison_sociale} est fermé : choisissez un autre organisme."
    if not organisme.conventions.filter(cafs=caf).exists():
        return f"{organisme.raison_sociale} n'a pas de convention avec votre Caf : formalisez-en une d'abord."
    return None


def refuse_changing_type(activite: Activite, code: str) -> str | None:
    """What has been declared by a form stays of that form."""
    if code != activite.type and activite.declarations.exists():
        return "Des déclarations ont été faites avec ce type d'activité : clôturez l'activité et créez-en une autre."
    return None


def refuse_lieu_dates(activite: Activite, opens_on: date) -> str | None:
    return refuse_dates(opens_on, None, within=[("de l'activité", activite.opens_on, activite.closes_on)])


def refuse_closing(fact: Dated, closes_on: date) -> str | None:
    """Not before it opened, nor twice."""
    if closes_on < fact.opens_on:
        return f"La date de clôture précède la date d'ouverture ({fact.opens_on:%d/%m/%Y})."
    return refuse_ending(fact, closes_on)


def refuse_reading_import(acteur: Acteur, work: ImportActivites) -> str | None:
    return refuse_keeping_activites(acteur)


def refuse_applying_import(acteur: Acteur, work: ImportActivites) -> str | None:
    """Once."""
    if refusal := refuse_keeping_activites(acteur):
        return refusal
    if work.applied_at is not None:
        return f"Ce fichier a été appliqué le {timezone.localtime(work.applied_at):%d/%m/%Y} : importez-en un nouveau."
    return None


def refuse_template(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_keeping_activites(acteur)
