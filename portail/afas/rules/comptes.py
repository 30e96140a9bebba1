"""Bank accounts: who reads, enters, validates. None, or the French sentence why not."""

from portail.afas.models import CompteBancaire
from portail.afas.models.versements import overseen
from portail.afas.rules.versements import refuse_money
from portail.conventions.models import Organisme
from portail.habilitations.acteur import Acteur


def refuse_comptes(acteur: Acteur) -> str | None:
    """The Caf; for a partner, who administers or gives profiles."""
    if acteur.caf is not None or overseen(acteur):
        return None
    return "Les comptes bancaires sont lus par les administrateurs de l'organisme et par ceux qui donnent les profils."


def refuse_exporting_comptes(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_comptes(acteur)


def refuse_reading_comptes(acteur: Acteur, organisme: Organisme | None = None) -> str | None:
    """What the perimeter shows may be read."""
    return refuse_comptes(acteur)


def refuse_own_account(acteur: Acteur) -> str | None:
    """The Caf's own account: its agents."""
    return None if acteur.caf is not None else "Cette page est réservée aux agents de la Caf."


def refuse_entering_compte(acteur: Acteur, organisme: Organisme | None = None) -> str | None:
    """A gestionnaire of the Caf."""
    return refuse_money(acteur)


def refuse_deciding_compte(acteur: Acteur, compte: CompteBancaire) -> str | None:
    """Another gestionnaire than the one who entered it."""
    if refusal := refuse_money(acteur):
        return refusal
    if compte.decided_at is not None:
        return "Ce compte est déjà décidé : rechargez la page."
    if compte.entered_by_id == acteur.utilisateur.pk:
        return "Vous avez saisi ce compte : un autre gestionnaire doit le vérifier et le valider."
    return None


def refuse_no_motif(motif: str) -> str | None:
    return None if motif.strip() else "Écrivez pourquoi ce compte est refusé : le partenaire lira ce motif."
