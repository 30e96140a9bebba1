"""Lots of payments: each payment in one lot, two persons, a valid file, an answer read once."""

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portail.afas.actions import lots as actions
from portail.afas.actions import versements
from portail.afas.actions.comptes import Coordonnees, enter_compte
from portail.afas.enums import Phase
from portail.afas.gateway.virements import SCHEMA, Compte, Invalid, Virement, payment_file, sepa_text
from portail.afas.models import Activite, CompteBancaire, Declaration, LotPaiement, RetourBanque, Versement
from tests.afas.scene import Scene, build_scene
from tests.afas.versements import (
    BIC,
    CAF_IBAN,
    IBAN,
    OTHER_IBAN,
    PREVISIONNEL,
    REEL,
    Tresor,
    build_tresor,
    pain002,
    said,
    today,
    versements_to_pay,
)
from tests.cast import Cast, build_cast
from tests.habilitations.facts import refusal_of, sentences_of
from tests.habilitations.test_races import THREADS, at_once

NS = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}


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


# Prepared


def test_a_lot_holds_what_was_shown_and_nothing_is_in_two(tresor: Tresor) -> None:
    tresor.due(REEL, "1000.10")

    told = sentences_of(lambda: tresor.lot())

    lot = LotPaiement.objects.get()
    assert (lot.reference, lot.nombre, lot.total) == (f"AFAS-132-{today().year}-0001", 1, Decimal("1000.10"))
    assert told == [f"Gaëlle Gestin a préparé le lot {lot.reference} : 1\u00a0versement, 1\u202f000,10\u00a0€."]
    assert "rien à payer" in refusal_of(lambda: tresor.lot())


def test_what_changed_since_it_was_shown_is_shown_again(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    seen = versements_to_pay(tresor.scene.activite.caf)
    tresor.due(REEL, "1200")

    refusal = refusal_of(lambda: actions.prepare(by=tresor.gestin, execution_on=today(), seen=seen))

    assert "a changé depuis l'aperçu" in refusal


def test_without_the_account_of_the_caf_nothing_is_prepared(scene: Scene) -> None:
    tresor = build_tresor(scene)
    tresor.compte()
    tresor.due(REEL, "1000")

    assert "La Caf n'a pas de compte à débiter" in refusal_of(lambda: tresor.lot())


def test_a_lot_takes_no_more_than_its_limit(tresor: Tresor, settings: Any) -> None:
    settings.PORTAIL = settings.PORTAIL | {"AFAS_LOT_VERSEMENTS": 1}
    tresor.due(REEL, "1000")
    tresor.due(REEL, "500", another_activite(tresor, "Ados"))

    assert [tresor.lot().nombre, tresor.lot().nombre] == [1, 1]


def test_an_abandoned_lot_gives_its_payments_back_and_its_number_is_not_used_again(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.lot()

    told = sentences_of(lambda: actions.abandon(by=tresor.gestin, lot=lot))

    assert told == [f"Gaëlle Gestin a abandonné le lot {lot.reference}, avant sa validation."]
    assert etats(lot) == []
    assert tresor.lot().numero == 2


# Validated


def test_a_lot_is_validated_by_somebody_else_as_a_file_that_the_bank_reads(tresor: Tresor) -> None:
    tresor.due(REEL, "1000.10")
    lot = tresor.lot()

    own = refusal_of(lambda: actions.validate(by=tresor.gestin, lot=lot))
    told = sentences_of(lambda: actions.validate(by=tresor.other, lot=lot))

    lot.refresh_from_db()
    root = ET.fromstring(lot.fichier)  # noqa: S314
    paths = ("GrpHdr/p:MsgId", "GrpHdr/p:NbOfTxs", "GrpHdr/p:CtrlSum", "PmtInf/p:DbtrAcct/p:Id/p:IBAN")
    assert [root.findtext(f".//p:{path}", namespaces=NS) for path in paths] == [
        lot.reference,
        "1",
        "1000.10",
        CAF_IBAN,
    ]
    assert root.findtext(".//p:CdtrAcct/p:Id/p:IBAN", namespaces=NS) == IBAN
    assert root.findtext(".//p:EndToEndId", namespaces=NS) == lot.versements.get().bank_reference
    assert "un autre gestionnaire" in own
    assert told == [
        f"Côme Comptat a validé le lot {lot.reference} : 1\u00a0versement, 1\u202f000,10\u00a0€, {lot.empreinte}."
    ]


def test_an_account_changed_since_stops_the_lot(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.lot()
    given = Coordonnees("Les Lutins", OTHER_IBAN, BIC, "RIB")
    enter_compte(by=tresor.gestin, organisme=tresor.scene.activite.organisme, coordonnees=given)

    assert "compte bancaire a changé" in refusal_of(lambda: actions.validate(by=tresor.other, lot=lot))


def test_the_account_of_the_caf_changed_since_stops_the_lot(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.lot()
    tresor.compte(OTHER_IBAN, organisme=None)

    assert "compte de la Caf a changé" in refusal_of(lambda: actions.validate(by=tresor.other, lot=lot))


def test_the_base_keeps_a_lot_and_its_payments_as_they_were(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.sent()
    payments = Versement.objects.filter(lot=lot)

    for change in (
        lambda: payments.update(montant=2000),
        lambda: payments.update(compte=CompteBancaire.objects.get(organisme=None)),
        lambda: payments.update(lot=None, compte=None, etat="a_payer"),
        lambda: LotPaiement.objects.filter(pk=lot.pk).update(total=2000),
        lambda: LotPaiement.objects.filter(pk=lot.pk).update(fichier="<Document/>"),
    ):
        with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
            change()


def test_the_base_keeps_one_from_validating_his_own(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.lot()
    mine = {"validated_by": lot.prepared_by, "validated_at": timezone.now(), "fichier": "x", "empreinte": "x"}

    with pytest.raises(IntegrityError, match="lot_paiement_two_persons"), transaction.atomic():
        LotPaiement.objects.filter(pk=lot.pk).update(etat="valide", **mine)


# Sent


def test_the_file_is_the_same_each_time_and_is_told_each_time(tresor: Tresor) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.lot()
    assert "seconde personne" in refusal_of(lambda: actions.download(by=tresor.gestin, lot=lot))
    actions.validate(by=tresor.other, lot=lot)

    first = actions.download(by=tresor.gestin, lot=lot)
    told = sentences_of(lambda: actions.download(by=tresor.other, lot=lot))

    assert first == actions.download(by=tresor.gestin, lot=lot)
    assert told == [f"Côme Comptat a téléchargé le fichier de virement du lot {lot.reference}."]
    assert etats(lot) == ["envoye"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Crèche « L'Éveil » & Cie", "Creche L'Eveil et Cie"),
        ("<Dbtr>]]>&amp;", "Dbtr et amp"),
        ("// Œuvre \x00 laïque //", "OEuvre laique"),
        ("日本", "Non renseigne"),
        ("é" * 200, "e" * 70),
    ],
)
def test_names_are_written_as_banks_accept_them(text: str, kept: str) -> None:
    assert sepa_text(text, 70) == kept


def test_any_name_gives_a_valid_file() -> None:
    names = ["Crèche « L'Éveil » & Cie", "]]><Nm>", "a" * 500, "\ud7ff", "  ", "É" * 71]
    payments = [
        Virement(f"V{rank}", Compte(name, IBAN, BIC if rank % 2 else ""), Decimal("0.01"), name)
        for rank, name in enumerate(names)
    ]

    made = payment_file("AFAS-132-2026-0001", Compte("Caf <132>", CAF_IBAN, BIC), payments, today())

    assert ET.fromstring(made).findtext(".//p:CtrlSum", namespaces=NS) == "0.06"  # noqa: S314


def test_a_file_that_breaks_the_schema_is_not_made() -> None:
    payment = Virement("V1", Compte("Nom", "FR00", BIC), Decimal(1), "Solde")

    with pytest.raises(Invalid):
        payment_file("L" * 36, Compte("Caf", CAF_IBAN, BIC), [payment], today())


# Answered


def test_what_the_bank_confirms_is_paid_and_its_declaration_too(tresor: Tresor) -> None:
    (solde,) = tresor.due(REEL, "1000")
    lot = tresor.sent()

    told = sentences_of(lambda: tresor.answered(lot))

    lot.refresh_from_db()
    solde.refresh_from_db()
    assert (lot.etat, solde.etat, solde.paid_on) == ("termine", "paye", today())
    assert Declaration.objects.get(pk=solde.droit.declaration_id).etat == "payee"
    assert told[-1].endswith(f"sur le lot {lot.reference} : payés 1, rejetés 0, en cours 0.")


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


# Several at once


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
