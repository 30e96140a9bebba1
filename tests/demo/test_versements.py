"""The money of the demo: a lot answered by the bank, another that waits, an account to validate."""

import pytest

from portail.afas.enums import EtatCompte, EtatLot, EtatVersement
from portail.afas.models import CompteBancaire, LotPaiement, RegleAcompte, Versement

pytestmark = pytest.mark.usefixtures("played", "db")


def test_bank_paid_the_first_lot_but_one_payment_and_the_second_lot_waits() -> None:
    first, second = LotPaiement.objects.order_by("numero")

    assert (first.etat, second.etat) == (EtatLot.TERMINE, EtatLot.PREPARE)
    assert first.validated_by != first.prepared_by
    assert sorted(first.versements.values_list("etat", flat=True)) == ["paye", "paye", "rejete"]
    rejected = first.versements.get(etat=EtatVersement.REJETE)
    assert rejected.motif == "Rejeté par la banque. AC04 : compte clôturé."
    assert set(second.versements.values_list("etat", flat=True)) == {EtatVersement.EN_LOT}


def test_account_corrected_waits_and_holds_its_payment_back() -> None:
    waiting = CompteBancaire.objects.get(etat=EtatCompte.EN_ATTENTE)

    held_back = Versement.objects.get(etat=EtatVersement.A_PAYER)
    assert held_back.organisme == waiting.organisme
    assert CompteBancaire.objects.filter(etat=EtatCompte.VALIDE).count() == 4
    assert RegleAcompte.objects.get().rangs.count() == 2
