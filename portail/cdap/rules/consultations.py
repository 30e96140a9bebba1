"""Who may ask for a file, and read which tab of it, until when."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from portail.cdap.definitions.champs import SEARCH, Onglet
from portail.cdap.models import Consultation, Opposition
from portail.cdap.queries.consultations import Lecture
from portail.cdap.queries.matrices import opened_by
from portail.cdap.queries.titres import Titre
from portail.cdap.roles import SERVICE
from portail.habilitations.acteur import Acteur

# The one answer, whether the file is unknown, closed, of another Caf, or of a person who objected.
NO_FILE = (
    "Aucun dossier ne peut être consulté avec ces éléments. Vérifiez la Caf et le numéro. S'ils sont justes, voyez "
    "avec la personne, ou avec sa Caf."
)
TOO_MANY = "Trop de dossiers répondent à ces éléments : demandez son numéro à la personne."
_CAF = "La Caf lit les dossiers dans ses propres outils : ce service est celui des partenaires."
_NO_PROFIL = (
    "Vous n'avez aujourd'hui aucun profil de « Consulter un dossier ». La personne qui gère vos droits, nommée dans "
    "« Mon profil », peut vous ajouter à un groupe qui en a un."
)
_OVER = "Cette consultation est terminée : demandez à nouveau le dossier, avec le motif d'aujourd'hui."
_LOST = "Vous n'avez plus le profil avec lequel ce dossier a été ouvert : demandez-le à nouveau."
_NOT_OPENED = "Votre profil n'ouvre pas l'onglet « {onglet} »."


def refuse_consulting(acteur: Acteur) -> str | None:
    """Somebody who has a profile today, for the organisation he acts for."""
    if acteur.caf is not None:
        return _CAF
    return None if acteur.roles_of(SERVICE.code) else _NO_PROFIL


def refuse_finalite(titre: Titre, finalite: str) -> str | None:
    """One of the purposes written in the convention."""
    if finalite in titre.finalites:
        return None
    return f"La convention « {titre.convention_label} » ne prévoit pas cette finalité : choisissez-en une de la liste."


def refuse_searching(titre: Titre, caf: int) -> str | None:
    """A profile that the matrix of that Caf lets search by name."""
    if SEARCH in opened_by(caf, titre.role):
        return None
    return "Votre profil ne cherche pas par nom : demandez son numéro à la personne."


def refuse_reading(acteur: Acteur, consultation: Consultation) -> str | None:
    """Who opened it, while it is recent, his profile stands, and the person has not objected meanwhile."""
    same_file = Opposition.objects.open_on(acteur.on).filter(caf=consultation.caf_id, numero=consultation.numero)
    return _refuse_reading(acteur, consultation, is_opposed=same_file.exists())


def _refuse_reading(acteur: Acteur, consultation: Consultation, *, is_opposed: bool) -> str | None:
    if is_over(consultation.at) or is_opposed:
        return _OVER
    held = {(right.convention, right.role) for right in acteur.rights if right.service == SERVICE.code}
    return None if (consultation.convention_id, consultation.profil) in held else _LOST


def is_over(at: datetime) -> bool:
    return timezone.now() - at > timedelta(minutes=settings.PORTAIL["CDAP_CONSULTATION_MINUTES"])


def refuse_onglet(acteur: Acteur, found: tuple[Lecture, Onglet]) -> str | None:
    """One of which the profile opens something."""
    lecture, onglet = found
    if refusal := _refuse_reading(acteur, lecture.consultation, is_opposed=lecture.is_opposed):
        return refusal
    return None if onglet in lecture.onglets else _NOT_OPENED.format(onglet=onglet.libelle)
