"""Sixteen people at once on the same money: each payment in one lot, each answer read once."""

from decimal import Decimal

import pytest

from portail.afas.actions import lots as actions
from portail.afas.actions import versements
from portail.afas.actions.comptes import Coordonnees, enter_compte
from portail.afas.enums import Phase
from portail.afas.models import Activite, CompteBancaire, LotPaiement, RetourBanque, Versement
from tests.afas.scene import build_scene
from tests.afas.versements import (
    BIC,
    OTHER_IBAN,
    PREVISIONNEL,
    REEL,
    Tresor,
    build_tresor,
    pain002,
    today,
    versements_to_pay,
)
from tests.cast import Cast, build_cast
from tests.habilitations.test_races import THREADS, at_once


def etats(lot: LotPaiement) -> list[str]:
    return list(Versement.objects.filter(lot=lot).order_by("pk").values_list("etat", flat=True))


def another_activite(tresor: Tresor, libelle: str) -> Activite:
    same = tresor.scene.activite
    return Activite.objects.create(
        organisme=same.organisme,
        caf=same.caf,
        libelle=libelle,
        type=same.type,
        nature=same.nature,
        numero_dossier=libelle[:20],
        opens_on=same.opens_on,
    )


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return build_cast()

    @pytest.fixture
    def tresor(self, cast: Cast) -> Tresor:
        made = build_tresor(build_scene(cast))
        made.accounts()
        return made

    def test_sixteen_prepare_and_each_payment_is_in_one_lot(self, tresor: Tresor) -> None:
        for rank in range(4):
            tresor.due(REEL, f"{rank + 1}00", another_activite(tresor, f"Accueil {rank}"))
        seen, gestin = versements_to_pay(tresor.scene.activite.caf), tresor.gestin

        told = at_once(*[lambda: actions.prepare(by=gestin, execution_on=today(), seen=seen)] * THREADS)

        lots = [each for each in told if isinstance(each, LotPaiement)]
        assert [(each.nombre, each.total) for each in lots] == [(4, Decimal(1000))]
        assert set(Versement.objects.values_list("lot", "etat")) == {(lots[0].pk, "en_lot")}

    def test_sixteen_times_the_same_right_makes_one_payment_due(self, tresor: Tresor) -> None:
        tresor.regle()
        droit, gestin = tresor.droit(PREVISIONNEL, "1000"), tresor.gestin

        at_once(*[lambda: versements.due_after(droit.declaration, droit, gestin)] * THREADS)

        rows = Versement.objects.order_by("pk").values_list("nature", "rang", "etat")
        assert list(rows) == [("acompte", 1, "a_payer"), ("acompte", 2, "a_payer")]

    def test_an_account_changed_while_a_lot_is_validated_never_leaves_in_it(self, tresor: Tresor) -> None:
        tresor.due(REEL, "1000")
        lot, other, gestin = tresor.lot(), tresor.other, tresor.gestin
        organisme = tresor.scene.activite.organisme
        given = Coordonnees("Les Lutins", OTHER_IBAN, BIC, "RIB")

        validated, entered = at_once(
            lambda: actions.validate(by=other, lot=lot),
            lambda: enter_compte(by=gestin, organisme=organisme, coordonnees=given),
        )

        lot.refresh_from_db()
        assert isinstance(entered, CompteBancaire)
        assert (validated is None) == (lot.etat == "valide")
        assert OTHER_IBAN not in lot.fichier

    def test_sixteen_read_the_same_answer_once(self, tresor: Tresor) -> None:
        tresor.due(Phase.REEL, "1000")
        lot, gestin = tresor.sent(), tresor.gestin
        content = pain002(lot, group="ACSC")

        at_once(*[lambda: actions.answer(by=gestin, lot=lot, file_name="r.xml", content=content)] * THREADS)

        assert RetourBanque.objects.count() == 1
        assert etats(lot) == ["paye"]
