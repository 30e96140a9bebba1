"""What stops somebody from consulting further; who watches, who decides. None, or the French sentence why not."""

from typing import Protocol

from django.utils import timezone

from portail.cdap.enums import EtatAlerte, EtatJustification
from portail.cdap.models import Alerte, DemandeJustification
from portail.cdap.queries.quotas import QuotaReached, caf_pivot_of, quota_reached
from portail.cdap.queries.titres import Titre
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

_TO_JUSTIFY = (
    "La Caf vous demande de justifier vos consultations : répondez d'abord, dans « Consultations à justifier »."
)
_OVERDUE = (
    "Une consultation que la Caf vous demande de justifier a dépassé son délai : répondez d'abord, dans "
    "« Consultations à justifier »."
)
_AGENTS = "La supervision des consultations est réservée à la Caf."
_ADMINISTRATEURS = "Seul un administrateur de la Caf peut le faire."
_DECIDED = "Cette alerte est déjà décidée : rechargez la page."


class Demande(Protocol):
    @property
    def titre(self) -> Titre: ...


def refuse_more(acteur: Acteur, demande: Demande, wanted: int) -> str | None:
    """Nothing to justify first, and room for `wanted` more consultations."""
    return refuse_unjustified(acteur) or refuse_over_quota(acteur, demande, wanted)


def refuse_over_quota(acteur: Acteur, demande: Demande, wanted: int = 1) -> str | None:
    """Room for `wanted` more consultations, for the person and for the organisation he acts for.

    True to the last one only for who holds both (`actions.gardes.hold`).
    """
    titre = demande.titre
    caf = caf_pivot_of(titre.convention)
    reached = quota_reached(utilisateur=acteur.utilisateur.pk, organisme=titre.organisme, caf=caf.pk, wanted=wanted)
    return _reached_in_words(reached, caf) if reached else None


def _reached_in_words(quota: QuotaReached, caf: Caf) -> str:
    who = "Vous avez" if "personne" in quota.code else "Votre organisme a"
    window = "en une heure" if quota.window.total_seconds() == 3600 else "en 24 heures"
    until = timezone.localtime(quota.until)
    return (
        f"{who} atteint la limite de {quota.most} consultations {window}. Vous pourrez consulter à nouveau le "
        f"{until:%d/%m/%Y} à partir de {until:%H:%M}. Si votre travail en demande plus, écrivez à la {caf.nom} : "
        f"{caf.courriel}."
    )


def refuse_unjustified(acteur: Acteur) -> str | None:
    """What the Caf asks him to justify comes first; what it drew at random, once the delay has passed."""
    utilisateur = acteur.utilisateur.pk
    if Alerte.objects.filter(utilisateur=utilisateur, etat=EtatAlerte.DEMANDEE).exists():
        return _TO_JUSTIFY
    late = DemandeJustification.objects.filter(
        utilisateur=utilisateur, etat=EtatJustification.DEMANDEE, due_on__lt=acteur.on
    )
    return _OVERDUE if late.exists() else None


def refuse_supervising(acteur: Acteur) -> str | None:
    """Every agent of a Caf, for his own."""
    return None if acteur.caf is not None else _AGENTS


def refuse_exporting_supervision(acteur: Acteur, extension: str = "") -> str | None:
    """Who may read the list may export it."""
    return refuse_supervising(acteur)


def refuse_reading_alerte(acteur: Acteur, alerte: Alerte) -> str | None:
    return refuse_supervising(acteur)


def refuse_following_alerte(acteur: Acteur, alerte: Alerte) -> str | None:
    """An administrateur of the Caf, as long as nothing is decided."""
    if refusal := refuse_supervising(acteur):
        return refusal
    if not acteur.is_caf_administrateur:
        return _ADMINISTRATEURS
    return None if alerte.is_open else _DECIDED


def refuse_asking_justification(acteur: Acteur, alerte: Alerte) -> str | None:
    """Asked once, of an open alert."""
    if refusal := refuse_following_alerte(acteur, alerte):
        return refusal
    if alerte.etat != EtatAlerte.OUVERTE:
        return "La justification est déjà demandée."
    return None


def refuse_reinstating_alerte(acteur: Acteur, alerte: Alerte) -> str | None:
    """An administrateur of the Caf, as long as what the alert suspended is."""
    if refusal := refuse_supervising(acteur):
        return refusal
    if not acteur.is_caf_administrateur:
        return _ADMINISTRATEURS
    if not alerte.suspensions.open_on(acteur.on).exists():  # type: ignore[attr-defined]
        return "Cette alerte ne suspend rien aujourd'hui."
    return None


def refuse_own_alertes(acteur: Acteur) -> str | None:
    """A partner, for what is asked of him."""
    return "Cette page est celle des partenaires." if acteur.caf is not None else None


def refuse_answering_alerte(acteur: Acteur, alerte: Alerte) -> str | None:
    """The person himself, once: while the Caf asks, or after it suspended."""
    if refusal := refuse_own_alertes(acteur):
        return refusal
    if alerte.etat not in (EtatAlerte.DEMANDEE, EtatAlerte.SUSPENSION) or alerte.reponse:
        return "Rien ne vous est demandé pour cette alerte, ou vous avez déjà répondu."
    return None


def refuse_acknowledging(acteur: Acteur, alerte: Alerte) -> str | None:
    """The person himself."""
    return refuse_own_alertes(acteur)


def refuse_setting(acteur: Acteur, found: object = None) -> str | None:
    """An administrateur of the Caf sets its quotas, thresholds and levels."""
    if refusal := refuse_supervising(acteur):
        return refusal
    return None if acteur.is_caf_administrateur else _ADMINISTRATEURS


def refuse_reading_reglage(acteur: Acteur, found: object) -> str | None:
    return refuse_supervising(acteur)


def refuse_answering_justification(acteur: Acteur, demande: DemandeJustification) -> str | None:
    """The person himself, once."""
    if refusal := refuse_own_alertes(acteur):
        return refusal
    if demande.etat != EtatJustification.DEMANDEE:
        return "Vous avez déjà justifié cette consultation."
    return None


def refuse_justifications(acteur: Acteur) -> str | None:
    """Everybody: his own for a partner, those of its files for a Caf."""
    return None


def refuse_exporting_justifications(acteur: Acteur, extension: str = "") -> str | None:
    """Who may read the list may export it."""
    return refuse_justifications(acteur)


def refuse_reading_justification(acteur: Acteur, demande: DemandeJustification) -> str | None:
    """What his perimeter shows may be read; who answers and who examines have their own rules."""
    return None


def refuse_examining(acteur: Acteur, demande: DemandeJustification) -> str | None:
    """An administrateur of the Caf, once the person has answered."""
    if refusal := refuse_setting(acteur):
        return refusal
    if demande.etat != EtatJustification.REPONDUE:
        return "Cette justification n'est pas à examiner : rechargez la page."
    return None


def refuse_tracing(acteur: Acteur) -> str | None:
    """Who consulted a file is told to the administrateurs of its Caf, who answer the person."""
    if refusal := refuse_supervising(acteur):
        return refusal
    return None if acteur.is_caf_administrateur else _ADMINISTRATEURS
