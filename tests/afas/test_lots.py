"""Lots of payments: each payment in one lot, two persons, a valid file, an answer read once."""

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portail.afas.actions import lots as actions
from portail.afas.actions.comptes import Coordonnees, enter_compte
from portail.afas.gateway.virements import SCHEMA, Compte, Invalid, Virement, payment_file, sepa_text
from portail.afas.models import Activite, CompteBancaire, LotPaiement, Versement
from tests.afas.scene import Scene
from tests.afas.versements import (
    BIC,
    CAF_IBAN,
    IBAN,
    OTHER_IBAN,
    REEL,
    Tresor,
    build_tresor,
    today,
    versements_to_pay,
)
from tests.habilitations.facts import refusal_of, sentences_of

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


# What the statement of the account says


@pytest.mark.parametrize(("is_paid", "etat", "of_lot"), [(True, "paye", "termine"), (False, "rejete", "termine")])
def test_what_the_bank_does_not_answer_is_noted_from_the_statement(
    tresor: Tresor, is_paid: bool, etat: str, of_lot: str
) -> None:
    tresor.due(REEL, "1000")
    lot = tresor.sent()

    told = sentences_of(lambda: noted(tresor, lot, is_paid=is_paid))

    lot.refresh_from_db()
    assert (lot.versements.get().etat, lot.etat) == (etat, of_lot)
    assert told == [
        "Gaëlle Gestin a constaté sur le relevé (Relevé 12) : Solde de l'exercice 2025, 1\u202f000,00\u00a0€, "
        f"{'payé' if is_paid else 'rejeté'} le {today():%d/%m/%Y}."
    ]
    assert "n'attend pas de réponse de la banque" in refusal_of(lambda: noted(tresor, lot, is_paid=True))


def noted(tresor: Tresor, lot: LotPaiement, *, is_paid: bool) -> None:
    versement = lot.versements.get()
    actions.note(by=tresor.gestin, versement=versement, is_paid=is_paid, noted_on=today(), reference="Relevé 12")


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
        f"Côme Comptat a validé le lot {lot.reference} : 1\u00a0versement, 1\u202f000,10\u00a0€, empreinte "
        f"{lot.empreinte}."
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
