"""Successions: may an administrateur propose who comes after him, and may the Caf accept?"""

from datetime import date

from portail.conventions.enums import EtatSuccession
from portail.conventions.models import Convention, Rattachement, Succession
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_administering, refuse_caf_administering, refuse_inactive
from portail.habilitations.rules.bounds import refuse_suppleant


def refuse_proposing(acteur: Acteur, convention: Convention) -> str | None:
    """An administrateur partenaire of the convention, himself."""
    if refusal := refuse_suppleant(acteur, "Proposer un successeur"):
        return refusal
    if convention.pk not in acteur.administered:
        return "Seul un administrateur partenaire de la convention propose son successeur."
    return refuse_inactive(convention, acteur.on)


def refuse_second_proposal(acteur: Acteur, convention: Convention) -> str | None:
    """One at a time."""
    pending = Succession.objects.filter(titulaire__convention=convention, etat=EtatSuccession.PROPOSEE)
    if pending.filter(titulaire__utilisateur=acteur.utilisateur).exists():
        return "Vous avez déjà proposé un successeur : votre Caf doit répondre, ou retirez d'abord cette proposition."
    return None


def refuse_successor(
    titulaire: Rattachement, successeur: Rattachement | None, effective_on: date, on: date
) -> str | None:
    """Somebody else of the convention, open from that day on, which is not past and within the convention."""
    convention = titulaire.convention
    if effective_on < on:
        return "Cette date est passée : choisissez aujourd'hui ou un jour à venir."
    if convention.closes_on is not None and effective_on > convention.closes_on:
        return f"La convention est close le {convention.closes_on:%d/%m/%Y} : choisissez un jour d'avant."
    if successeur is None:
        return None
    if successeur.utilisateur_id == titulaire.utilisateur_id:
        return "Personne n'est son propre successeur : choisissez quelqu'un d'autre."
    if successeur.convention_id != convention.pk or not successeur.is_open(effective_on):
        return "Le successeur doit être une personne de la convention, à l'accès ouvert ce jour-là."
    return None


def refuse_deciding_succession(acteur: Acteur, succession: Succession) -> str | None:
    """An administrateur of the Caf pivot."""
    return refuse_caf_administering(acteur) or refuse_administering(acteur, succession.titulaire.convention)


def refuse_withdrawing_succession(acteur: Acteur, succession: Succession) -> str | None:
    return refuse_suppleant(acteur, "Retirer une proposition") or refuse_decided(succession)


def refuse_decided(succession: Succession) -> str | None:
    if succession.etat == EtatSuccession.PROPOSEE:
        return None
    return "Cette proposition a déjà reçu sa réponse, ou a été retirée : rechargez la page."


def refuse_exporting_successions(acteur: Acteur, extension: str = "") -> str | None:
    """Who reads the queue may export it."""
    return refuse_caf_administering(acteur)
