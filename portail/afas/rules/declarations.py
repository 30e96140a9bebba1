"""A declaration: who lists, reads, comments it, joins a file. None, or the French sentence why not."""

from portail.afas.enums import OPEN_TO_ENTRY
from portail.afas.models import Declaration, PieceDeclaration
from portail.afas.queries.declarations import gives_profiles_on, portee_of, reads_all
from portail.afas.roles import SERVICE
from portail.habilitations import gateway
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules import refuse_service

MAX_PIECES = 30
_CAF = "Les commentaires et les pièces d'une déclaration sont ceux du partenaire : la Caf demande un complément."
_SUPPLEANT = "Vous agissez en suppléance : les profils sont personnels. Reprenez votre propre rôle en haut de la page."
_NO_PROFIL = "Vous n'avez pas de profil sur cette activité : la personne qui donne les profils peut vous en donner un."
_NOT_OPEN = "Cette déclaration n'est plus en cours de saisie : ses pièces ne changent plus."


def refuse_declarations(acteur: Acteur, extension: str = "") -> str | None:
    """Who has a role of the service, and the people of a Caf."""
    return None if acteur.caf is not None else refuse_service(acteur, SERVICE)


def refuse_reading_declaration(acteur: Acteur, declaration: Declaration) -> str | None:
    """What the perimeter shows may be read; of some lieux alone, their sheets (`volets_for`)."""
    return None


def _refuse_others(acteur: Acteur) -> str | None:
    """The Caf, and whoever acts for somebody else."""
    if acteur.caf is not None:
        return _CAF
    return _SUPPLEANT if acteur.suppleant is not None else None


def refuse_commenting(acteur: Acteur, declaration: Declaration) -> str | None:
    """The partner's people who have a profile on the activité, and those who give the profiles."""
    if refusal := _refuse_others(acteur):
        return refusal
    if _has_profil(acteur, declaration) or gives_profiles_on(acteur, declaration.activite):
        return None
    return _NO_PROFIL


def _has_profil(acteur: Acteur, declaration: Declaration) -> bool:
    return declaration.activite_id in portee_of(acteur).reach


def refuse_joining(acteur: Acteur, declaration: Declaration) -> str | None:
    """Who has a profile on the activité, while the declaration is being written."""
    if refusal := _refuse_others(acteur):
        return refusal
    if not _has_profil(acteur, declaration):
        return _NO_PROFIL
    if declaration.etat not in OPEN_TO_ENTRY:
        return _NOT_OPEN
    if declaration.pieces.filter(withdrawn_at=None).count() >= MAX_PIECES:
        return f"Cette déclaration a déjà {MAX_PIECES} pièces : retirez-en une qui ne sert plus."
    return None


def refuse_opening_piece(acteur: Acteur, piece: PieceDeclaration) -> str | None:
    """Who reads the whole declaration, and who gave it; not what was withdrawn, nor what waits for the antivirus."""
    if piece.deposited_by_id != acteur.utilisateur.pk and not reads_all(acteur, piece.declaration):
        return "Cette pièce est lue par les personnes qui lisent toute la déclaration."
    if piece.withdrawn_at is not None:
        return "Cette pièce a été retirée : elle ne s'ouvre plus."
    if gateway.has_antivirus() and not piece.is_scanned:
        return "L'analyse antivirus de ce fichier n'est pas finie : réessayez dans quelques minutes."
    return None


def refuse_withdrawing_piece(acteur: Acteur, piece: PieceDeclaration) -> str | None:
    """Who gave it, or the approbateur, while the declaration is being written."""
    if refusal := _refuse_others(acteur):
        return refusal
    approves = piece.declaration.activite_id in portee_of(acteur).approbation
    if piece.deposited_by_id != acteur.utilisateur.pk and not approves:
        return "Une pièce est retirée par la personne qui l'a jointe, ou par l'approbateur."
    if piece.withdrawn_at is not None:
        return "Cette pièce est déjà retirée : rechargez la page."
    return None if piece.declaration.etat in OPEN_TO_ENTRY else _NOT_OPEN
