"""Lots of payments: two persons, an account that stands, an answer that is the lot's. None, or why not in French."""

from decimal import Decimal

from portail.afas.enums import EtatLot, EtatVersement
from portail.afas.gateway.retours import PAID, REJECTED, Retour, Statut
from portail.afas.models import CompteBancaire, LotPaiement, Versement
from portail.afas.rules.versements import refuse_caf, refuse_money
from portail.habilitations.acteur import Acteur


def refuse_lots(acteur: Acteur) -> str | None:
    """Any agent of the Caf reads its lots."""
    return refuse_caf(acteur)


def refuse_exporting_lots(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_caf(acteur)


def refuse_reading_lot(acteur: Acteur, lot: LotPaiement) -> str | None:
    """What the perimeter shows may be read."""
    return refuse_caf(acteur)


def refuse_preparing_lot(acteur: Acteur) -> str | None:
    """A gestionnaire of the Caf."""
    return refuse_money(acteur)


def refuse_debtor(debiteur: CompteBancaire | None, *, is_changing: bool) -> str | None:
    if is_changing:
        return "Le compte de la Caf attend sa validation : un autre gestionnaire doit le valider avant tout paiement."
    if debiteur is None:
        return "La Caf n'a pas de compte à débiter : saisissez-le dans « Comptes bancaires »."
    return None


def refuse_content(found: tuple[int, Decimal], seen: tuple[int, Decimal]) -> str | None:
    """What is put in the lot is exactly what was shown."""
    if not found[0]:
        return "Il n'y a rien à payer à cette date : tout est déjà en lot, ou retenu."
    if found != seen:
        return "Ce qui est à payer a changé depuis l'aperçu : relisez-le, puis préparez le lot."
    return None


def refuse_abandoning_lot(acteur: Acteur, lot: LotPaiement) -> str | None:
    """A gestionnaire, until the lot is validated."""
    if refusal := refuse_money(acteur):
        return refusal
    return None if lot.etat == EtatLot.PREPARE else _state(lot, "Seul un lot à valider s'abandonne.")


def refuse_validating_lot(acteur: Acteur, lot: LotPaiement) -> str | None:
    """Another gestionnaire than the one who prepared it."""
    if refusal := refuse_money(acteur):
        return refusal
    if lot.etat != EtatLot.PREPARE:
        return _state(lot, "Il ne se valide plus.")
    if lot.prepared_by_id == acteur.utilisateur.pk:
        return "Vous avez préparé ce lot : un autre gestionnaire doit le relire et le valider."
    return None


def refuse_moved(names: list[str]) -> str | None:
    """No payment leaves to an account that somebody has just changed."""
    if not names:
        return None
    others = f" et {len(names) - 1} autres" if len(names) > 1 else ""
    return (
        f"Le compte bancaire a changé depuis la préparation : {names[0]}{others}. Abandonnez ce lot, puis préparez-en "
        "un autre."
    )


def refuse_downloading_lot(acteur: Acteur, lot: LotPaiement) -> str | None:
    """A gestionnaire, once the lot is validated."""
    if refusal := refuse_money(acteur):
        return refusal
    if lot.etat in (EtatLot.PREPARE, EtatLot.ABANDONNE):
        return _state(lot, "Le fichier de virement existe après la validation par une seconde personne.")
    return None


def refuse_answering_lot(acteur: Acteur, lot: LotPaiement) -> str | None:
    """A gestionnaire, once the file has gone."""
    if refusal := refuse_money(acteur):
        return refusal
    if lot.etat != EtatLot.ENVOYE:
        return _state(lot, "Le retour de la banque se lit après l'envoi du fichier, tant qu'un versement l'attend.")
    return None


def _state(lot: LotPaiement, sentence: str) -> str:
    return f"Ce lot est « {lot.get_etat_display()} ». {sentence}"


def refuse_other_lot(lot: LotPaiement, retour: Retour) -> str | None:
    if retour.origine == lot.reference:
        return None
    return (
        f"Ce retour répond au fichier {retour.origine[:35]}, pas au lot {lot.reference} : choisissez le bon lot ou le "
        "bon fichier."
    )


def refuse_statut(versement: Versement | None, statut: Statut) -> str | None:
    """The bank speaks of a payment of the lot, of its amount, and does not contradict what it said."""
    if versement is None:
        return f"Ce retour parle d'un versement qui n'est pas dans ce lot ({statut.reference[:35]}) : rien ne change."
    if statut.montant is not None and statut.montant != versement.net:
        return f"Ce retour donne un autre montant pour {statut.reference} : rien n'est changé, appelez la banque."
    was_paid = versement.etat == EtatVersement.PAYE and statut.code in REJECTED
    was_rejected = versement.etat in (EtatVersement.REJETE, EtatVersement.ANNULE) and statut.code in PAID
    if was_paid or was_rejected:
        return (
            f"Ce retour contredit le précédent pour {statut.reference}, déjà "
            f"« {versement.get_etat_display()} » : rien n'est changé, appelez la banque."
        )
    return None
