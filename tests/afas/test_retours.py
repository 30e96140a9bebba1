"""The bank's answer to a lot: paid, rejected then paid again, read once, refused in words when it is wrong."""

from decimal import Decimal

import pytest

from portail.afas.actions import lots as actions
from portail.afas.actions import versements
from portail.afas.models import Activite, Declaration, LotPaiement, RetourBanque, Versement
from tests.afas.scene import Scene
from tests.afas.versements import (
    PREVISIONNEL,
    REEL,
    Tresor,
    build_tresor,
    pain002,
    said,
    today,
)
from tests.habilitations.facts import refusal_of, sentences_of


@pytest.fixture
def tresor(scene: Scene) -> Tresor:
    made = build_tresor(scene)
    made.accounts()
    return made


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


def test_what_the_bank_confirms_is_paid_and_its_declaration_too(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    lot = tresor.sent()

    told = sentences_of(lambda: tresor.answered(lot))

    lot.refresh_from_db()
    solde.refresh_from_db()
    assert (lot.etat, solde.etat, solde.paid_on) == ("termine", "paye", today())
    assert Declaration.objects.get(pk=solde.droit.declaration_id).etat == "payee"
    assert told[1].endswith("à « Payée ».")
    assert told[0].endswith(f"sur le lot {lot.reference}. Versements payés : 1 ; rejetés : 0 ; encore à la banque : 0.")


def test_a_declaration_is_paid_with_the_last_of_its_acomptes(tresor: Tresor) -> None:
    tresor.regle((35, today()), (35, today().replace(year=today().year + 1, day=1)))
    (first, _) = tresor.due(PREVISIONNEL, "1000")

    tresor.paid()

    assert Declaration.objects.get(pk=first.droit.declaration_id).etat == "notifiee"


def test_what_is_still_with_the_bank_waits_for_another_answer(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.sent()

    tresor.answered(lot, "ACSP")
    assert etats(lot) == ["envoye"]
    tresor.answered(lot, "ACSC")

    assert etats(lot) == ["paye"]
    assert list(RetourBanque.objects.order_by("pk").values_list("payes", "attendus")) == [(0, 1), (1, 0)]


def test_a_rejected_payment_says_why_and_is_paid_again_once(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    lot = tresor.sent()
    solde = Versement.objects.select_related("lot__caf").get(pk=solde.pk)
    content = pain002(lot, said(solde, "RJCT", "AC04"), group="PART")
    actions.answer(by=tresor.gestin, lot=lot, file_name="retour.xml", content=content)
    solde.refresh_from_db()
    assert (solde.etat, solde.motif) == ("rejete", "Rejeté par la banque. AC04 : compte clôturé.")

    told = sentences_of(lambda: versements.resume(by=tresor.gestin, versement=solde))

    assert "a remis à payer : Solde" in told[0]
    assert "déjà" not in told[0]
    assert "« Annulé »" in refusal_of(lambda: versements.resume(by=tresor.gestin, versement=solde))
    assert etats(lot) == ["annule"]
    assert tresor.lot().total == Decimal("1000.00")


def test_what_is_kept_back_stays_so_when_the_payment_is_made_again(tresor: Tresor) -> None:
    tresor.regle((35, today()))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()
    (indu,) = tresor.due(REEL, "3000")
    tresor.exercice -= 1
    (solde,) = tresor.due(REEL, "1200")
    versements.set_off(by=tresor.gestin, indu=indu, sur=solde)
    tresor.answered(tresor.sent(), "RJCT")

    again = versements.resume(by=tresor.gestin, versement=solde)

    assert (again.net, again.compensations.get().indu_id) == (Decimal("700.00"), indu.pk)


WRONG = {
    "not_xml": (b"PDF", "n'est pas du XML"),
    "entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "n'est pas du XML"),
    "another_file": (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>', "pas un retour"),
    "nothing": (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt/></Document>',
        "ne dit pas",
    ),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_file_is_refused_in_words(tresor: Tresor, name: str) -> None:
    content, words = WRONG[name]
    tresor.due(REEL, "1000")
    lot = tresor.sent()

    given = {"by": tresor.gestin, "lot": lot, "file_name": "retour.xml", "content": content}

    assert words in refusal_of(lambda: actions.answer(**given))


def test_the_answer_to_another_lot_an_unknown_payment_another_amount_an_unknown_word(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    lot = tresor.sent()
    solde = Versement.objects.select_related("lot__caf").get(pk=solde.pk)
    stranger = "<OrgnlEndToEndId>AUTRE</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
    answers = {
        "répond au fichier AFAS-1": pain002(lot, group="ACSC", origine="AFAS-1"),
        "n'est pas dans ce lot": pain002(lot, stranger),
        "un autre montant": pain002(lot, said(solde, "ACSC", montant="1000.01")),
        "un statut inconnu": pain002(lot, group="HELO"),
    }

    for words, content in answers.items():
        given = {"by": tresor.gestin, "lot": lot, "file_name": "r.xml", "content": content}
        assert words in refusal_of(lambda given=given: actions.answer(**given))  # type: ignore[misc]


def test_the_same_answer_is_read_once_and_one_that_contradicts_is_refused(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    tresor.due(REEL, "500", another_activite(tresor, "Ados"))
    lot = tresor.sent()
    solde = Versement.objects.select_related("lot__caf").get(pk=solde.pk)
    paid, rejected = pain002(lot, said(solde, "ACSC")), pain002(lot, said(solde, "RJCT", "AC01"))
    given = {"by": tresor.gestin, "lot": lot, "file_name": "r.xml"}
    actions.answer(**given, content=paid)

    assert "déjà été lu" in refusal_of(lambda: actions.answer(**given, content=paid))
    assert "contredit" in refusal_of(lambda: actions.answer(**given, content=rejected))
