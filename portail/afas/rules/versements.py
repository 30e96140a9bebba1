"""Who reads, decides and pays; what may still be changed of a payment. None, or the French sentence why not."""

from collections.abc import Sequence
from decimal import Decimal

from portail.afas.enums import EtatVersement, NatureVersement
from portail.afas.models import Profil, Versement
from portail.afas.models.versements import READ_BY, habilitated
from portail.conventions.enums import Fonction
from portail.habilitations.acteur import Acteur

_GESTIONNAIRE = "Seul un gestionnaire action sociale de la Caf peut le faire."


def refuse_versements(acteur: Acteur) -> str | None:
    """The Caf; for a partner, who supplies the finances or approves, or gives profiles."""
    if acteur.caf is not None or habilitated(acteur) or Profil.objects.of(acteur).filter(role__in=READ_BY).exists():
        return None
    return (
        "Les aides versées sont lues par les fournisseurs de données financières, les approbateurs et ceux qui donnent "
        "les profils : adressez-vous à l'administrateur de votre organisme."
    )


def refuse_exporting_versements(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_versements(acteur)


def refuse_reading_versement(acteur: Acteur, versement: Versement) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_caf(acteur: Acteur, *_: object) -> str | None:
    """Any agent of the Caf reads."""
    return None if acteur.caf is not None else "Cette page est réservée aux agents de la Caf."


def refuse_money(acteur: Acteur, *_: object) -> str | None:
    """Money is a gestionnaire's."""
    return None if acteur.caf is not None and acteur.fonction == Fonction.GESTIONNAIRE else _GESTIONNAIRE


def refuse_regles(acteur: Acteur) -> str | None:
    """Any agent of the Caf reads the rules of acomptes."""
    return refuse_caf(acteur)


def refuse_entering_regle(acteur: Acteur) -> str | None:
    """A gestionnaire of the Caf."""
    return refuse_money(acteur)


def refuse_recovering(acteur: Acteur, indu: Versement) -> str | None:
    """An indu of which something is left."""
    if refusal := refuse_money(acteur):
        return refusal
    if indu.nature != NatureVersement.INDU:
        return "Ce versement n'est pas un indu : il n'y a rien à récupérer."
    if indu.etat != EtatVersement.A_RECUPERER:
        return f"Cet indu est « {indu.get_etat_display()} » : il n'y a plus rien à récupérer."
    return None


def refuse_compensating(indu: Versement, sur: Versement) -> str | None:
    """On a payment of the same organisation that is not in a lot yet."""
    if (indu.caf_id, indu.organisme_id) != (sur.caf_id, sur.organisme_id):
        return "La compensation se fait sur un versement du même organisme, par la même Caf."
    if sur.etat != EtatVersement.A_PAYER or not sur.is_owed_to_partner or not sur.net:
        return "Ce versement n'est plus à payer : choisissez-en un autre."
    return None


def refuse_amount(indu: Versement, montant: Decimal) -> str | None:
    if Decimal(0) < montant <= indu.net:
        return None
    return f"Le montant doit être compris entre 0,01 et {str(indu.net).replace('.', ',')} €, ce qui reste à récupérer."


def refuse_resuming(acteur: Acteur, versement: Versement) -> str | None:
    """What the bank rejected may be paid again, once."""
    if refusal := refuse_money(acteur):
        return refusal
    if versement.etat != EtatVersement.REJETE:
        return f"Ce versement est « {versement.get_etat_display()} » : seul un versement rejeté se remet à payer."
    return None


def refuse_noting(acteur: Acteur, versement: Versement) -> str | None:
    """What the bank was sent and has not answered for may be read on the statement of the account."""
    if refusal := refuse_money(acteur):
        return refusal
    if versement.etat != EtatVersement.ENVOYE:
        return f"Ce versement est « {versement.get_etat_display()} » : il n'attend pas de réponse de la banque."
    return None


def refuse_rangs(taux: Sequence[Decimal], plafond: Decimal) -> str | None:
    if not taux:
        return "Saisissez au moins un acompte : son taux et le jour à partir duquel il est payable."
    if sum(taux) > plafond:
        return "La somme des taux dépasse le plafond : corrigez les taux ou le plafond."
    return None


def refuse_late_balance(existing: Versement) -> str | None:
    """A balance already on its way is not worked out again."""
    if existing.etat in (EtatVersement.A_PAYER, EtatVersement.REJETE):
        return None
    if existing.etat == EtatVersement.A_RECUPERER and not existing.compense:
        return None
    return (
        f"{existing.libelle} est « {existing.get_etat_display()} » : il ne se recalcule plus. "
        "Réglez la différence sur l'exercice suivant."
    )
