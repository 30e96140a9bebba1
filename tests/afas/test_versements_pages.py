"""The screens of the money: what each is shown, what a wrong form is told, lists that stay fast."""

import csv
import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from portail.afas.actions.versements import apply_regle
from portail.afas.models import CompteBancaire, LotPaiement, RegleAcompte, Versement
from tests.afas.scene import Scene
from tests.afas.test_lots import another_activite
from tests.afas.versements import (
    BIC,
    IBAN,
    PREVISIONNEL,
    REEL,
    Tresor,
    build_tresor,
    pain002,
    today,
)
from tests.cast import PASSWORD

HOME = "/aides-financieres"


@pytest.fixture
def tresor(scene: Scene) -> Tresor:
    return build_tresor(scene)


def text(response: Any) -> str:
    """What is read on the page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split(" "))


def test_a_partner_reads_what_his_activite_is_paid_and_where_it_comes_from(tresor: Tresor, client_of: Any) -> None:
    tresor.regle((35, today()))
    (acompte,) = tresor.due(PREVISIONNEL, "10000")

    listed = text(client_of("garban").get(f"{HOME}/versements/"))
    detail = text(client_of("robine").get(f"{HOME}/versements/{acompte.pk}/"))

    assert "Aides versées" in listed
    assert "3\u202f500,00\u00a0€" in listed
    assert "Droit × taux" in detail
    assert "Dernier droit connu" in detail


def test_filters_and_totals_go_together_and_the_export_has_numbers(tresor: Tresor, client_of: Any) -> None:
    tresor.due(REEL, "1000.50")
    tresor.exercice -= 1
    tresor.due(REEL, "20")
    gestin = client_of("gestin")

    page = text(gestin.get(f"{HOME}/versements/?exercice={tresor.exercice}"))
    export = gestin.get(f"{HOME}/versements/export/csv/?organisme=farandole&type=alsh&etat=a_payer")

    rows = list(csv.reader(io.StringIO(export.content.decode("utf-8-sig")), delimiter=";"))
    assert "1\u00a0versement" in page
    assert "1\u202f000,50" not in page
    assert sorted(row[3] for row in rows[1:]) == ["1000,50", "20,00"]
    assert {row[rows[0].index("Retenu")] for row in rows[1:]} == {""}


def test_a_workbook_holds_sums_and_counts_that_add_up(tresor: Tresor, client_of: Any) -> None:
    tresor.due(REEL, "1000.50")
    gestin = client_of("gestin")

    sheets = [
        gestin.get(f"{HOME}/{name}/export/xlsx/").content for name in ("versements", "tableau-de-bord", "campagne")
    ]

    cells = [
        cell for content in sheets for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row
    ]
    numbers = {(cell.value, cell.number_format) for cell in cells if cell.data_type == "n" and cell.value is not None}
    assert (1000.5, "0.00") in numbers
    assert (1, "0") in numbers
    assert "201800132" not in {str(value) for value, _ in numbers}


@pytest.mark.parametrize(
    ("url", "who"),
    [
        ("versements", "gestin"),
        ("versements", "bruet"),
        ("comptes-bancaires", "gestin"),
        ("comptes-bancaires", "bruet"),
        ("lots", "gestin"),
    ],
)
def test_lists_ask_the_same_number_of_queries_for_one_and_three(
    tresor: Tresor, client_of: Any, url: str, who: str
) -> None:
    tresor.accounts()
    asked = []
    for rank in range(3):
        tresor.due(REEL, "1000", another_activite(tresor, f"Accueil {rank}"))
        tresor.sent()
        client = client_of(who)
        client.get(f"{HOME}/{url}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{HOME}/{url}/").status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[2]


@pytest.mark.parametrize(
    ("iban", "bic", "words"),
    [
        ("FR7630006000011234567890188", "", "sa clé ne correspond pas"),
        ("SA0380000000608010167519", "", "zone des virements SEPA"),
        (IBAN, "XX", "Ce BIC est faux"),
    ],
)
def test_a_slip_in_an_account_is_told_and_nothing_typed_is_lost(
    tresor: Tresor, client_of: Any, iban: str, bic: str, words: str
) -> None:
    url = f"{HOME}/comptes-bancaires/{tresor.scene.activite.organisme_id}/saisir/"

    response = client_of("gestin").post(url, {"titulaire": "Les Lutins", "iban": iban, "bic": bic, "source": "RIB"})

    assert response.status_code == 422
    assert words in text(response)
    assert 'value="Les Lutins"' in response.content.decode()
    assert not CompteBancaire.objects.exists()


def test_an_account_is_entered_with_spaces_and_decided_by_the_other(tresor: Tresor, client_of: Any) -> None:
    organisme = tresor.scene.activite.organisme_id
    gestin, base = client_of("gestin"), f"{HOME}/comptes-bancaires"
    spaced = "FR76 3000 6000 0112 3456 7890 189"
    gestin.post(f"{base}/{organisme}/saisir/", {"titulaire": "Les Lutins", "iban": spaced, "source": "RIB"})
    compte = CompteBancaire.objects.get(iban=IBAN)
    tresor.scene.cast.people["comptat"] = tresor.second
    other = client_of("comptat")

    shown = text(gestin.get(f"{base}/{organisme}/"))
    own = gestin.get(f"{base}/{compte.pk}/decider/")
    whole = text(other.get(f"{base}/{compte.pk}/decider/"))
    unread = other.post(f"{base}/{compte.pk}/decider/", {"decision": "valider"})
    without = other.post(f"{base}/{compte.pk}/decider/", {"decision": "refuser"})
    other.post(f"{base}/{compte.pk}/decider/", {"decision": "valider", "is_checked": "on"})

    compte.refresh_from_db()
    assert (own.status_code, unread.status_code, without.status_code) == (403, 422, 422)
    assert "FR76 … 0189" in shown
    assert "3000 6000" not in shown
    assert spaced in whole
    assert compte.etat == "valide"


def test_the_partner_sees_his_account_masked_and_may_report_it(tresor: Tresor, client_of: Any) -> None:
    tresor.compte()

    page = client_of("bruet").get(f"{HOME}/comptes-bancaires/{tresor.scene.activite.organisme_id}/")

    assert IBAN not in page.content.decode()
    assert "FR76 … 0189" in text(page)
    assert 'href="/incidents/signaler/"' in page.content.decode()


def test_a_rule_opens_with_what_was_observed_elsewhere_and_is_not_in_force(tresor: Tresor, client_of: Any) -> None:
    tresor.due(PREVISIONNEL, "10000")
    gestin = client_of("gestin")

    listed = text(gestin.get(f"{HOME}/versements/"))
    form = gestin.get(f"{HOME}/regles-d-acompte/saisir/").content.decode()

    assert "Acomptes en attente d'une règle" in listed
    assert "règle observée dans une Caf en 2023" in form
    assert "Aucune règle d'acompte" in text(gestin.get(f"{HOME}/regles-d-acompte/"))


def test_half_an_acompte_is_told(tresor: Tresor, client_of: Any) -> None:
    typed = {"exercice": "2026", "plafond": "70", "taux_1": "35", "source": "Décision"}

    response = client_of("gestin").post(f"{HOME}/regles-d-acompte/saisir/", typed)

    assert response.status_code == 422
    assert "complétez l'acompte 1" in text(response)


def test_a_lot_from_its_preview_to_the_answer_of_the_bank(tresor: Tresor, client_of: Any) -> None:
    tresor.accounts()
    tresor.due(REEL, "1000.10")
    tresor.scene.cast.people["comptat"] = tresor.second
    gestin, other, base = client_of("gestin"), client_of("comptat"), f"{HOME}/lots"
    day = {"execution_on": today().isoformat()}

    preview = text(gestin.get(f"{base}/preparer/"))
    stale = gestin.post(f"{base}/preparer/", day | {"nombre": "2", "total": "1000.10"})
    gestin.post(f"{base}/preparer/", day | {"nombre": "1", "total": "1000.10"})
    lot = LotPaiement.objects.select_related("caf").get()
    wrong = other.post(f"{base}/{lot.pk}/valider/", {"is_read": "on", "password": "autre"})
    other.post(f"{base}/{lot.pk}/valider/", {"is_read": "on", "password": PASSWORD})
    file = gestin.post(f"{base}/{lot.pk}/fichier/")
    bad = gestin.post(f"{base}/{lot.pk}/retour/", {"fichier": SimpleUploadedFile("r.xml", b"PDF")})
    answer = SimpleUploadedFile("r.xml", pain002(lot, group="ACSC"))
    gestin.post(f"{base}/{lot.pk}/retour/", {"fichier": answer})

    lot.refresh_from_db()
    assert "1\u00a0versement, 1\u202f000,10\u00a0€" in preview
    assert "a changé depuis l'aperçu" in text(stale)
    assert "n'est pas votre mot de passe" in text(wrong)
    assert file["Content-Disposition"] == f'attachment; filename="{lot.reference}.xml"'
    assert BIC in file.content.decode()
    assert "n'est pas du XML" in text(bad)
    assert lot.etat == "termine"
    assert "Retours de la banque" in text(gestin.get(f"{base}/{lot.pk}/"))


def test_a_lot_that_is_over_says_what_to_do_of_what_the_bank_rejected(tresor: Tresor, client_of: Any) -> None:
    tresor.accounts()
    tresor.due(REEL, "1000")
    lot = tresor.sent()
    tresor.answered(lot, "RJCT")

    page = text(client_of("gestin").get(f"{HOME}/lots/{lot.pk}/"))

    assert "ouvrez ce qu'elle a rejeté pour le remettre à payer" in page
    assert "0\u00a0payé, 1\u00a0rejeté, 0\u00a0en cours à la banque" in page


def test_what_is_held_back_is_said_with_what_to_do(tresor: Tresor, client_of: Any) -> None:
    tresor.due(REEL, "1000")

    page = text(client_of("gestin").get(f"{HOME}/lots/preparer/"))

    assert "La Caf n'a pas de compte à débiter" in page
    assert "Aucun compte bancaire validé" in page
    assert "Rien à payer ce jour-là" in page
    assert "Préparer ce lot" not in page


def test_a_day_gone_by_is_not_one_to_pay(tresor: Tresor, client_of: Any) -> None:
    page = text(client_of("gestin").get(f"{HOME}/lots/preparer/?execution_on=2020-01-01"))

    assert "Ce jour est passé" in page


def test_every_page_of_a_payment_opens_in_each_state(tresor: Tresor, client_of: Any) -> None:
    tresor.accounts()
    tresor.regle((35, today()))
    tresor.due(PREVISIONNEL, "10000")
    tresor.paid()
    tresor.due(REEL, "3000")
    gestin = client_of("gestin")

    for versement in Versement.objects.all():
        assert gestin.get(f"{HOME}/versements/{versement.pk}/").status_code == 200


def test_a_rule_says_what_it_moves_before_it_is_in_force(tresor: Tresor, client_of: Any) -> None:
    tresor.due(PREVISIONNEL, "10000")
    exercice = str(tresor.scene.echeance.exercice)
    typed = {"exercice": exercice, "plafond": "70", "taux_1": "35", "due_1": "2026-03-01", "source": "Décision"}
    gestin, url = client_of("gestin"), f"{HOME}/regles-d-acompte/saisir/"

    too_much = gestin.post(url, typed | {"taux_1": "80"})
    asked = gestin.post(url, typed)

    assert (too_much.status_code, asked.status_code) == (422, 200)
    assert "dépasse le plafond" in text(too_much)
    assert "1\u00a0activité a un droit notifié" in text(asked)
    assert not RegleAcompte.objects.exists()

    assert gestin.post(url, typed | {"confirm": "1"}).status_code == 302
    again = text(gestin.post(url, typed | {"taux_1": "33,5"}))
    assert "Elle remplace : 35\u00a0% à partir du 01/03/2026, plafond 70\u00a0%." in again
    general = text(gestin.post(url, typed | {"kind": "alsh"}))
    assert "elle passe avant la règle de tous les types" in general


def test_a_rule_of_all_types_leaves_those_that_have_their_own(tresor: Tresor, client_of: Any) -> None:
    tresor.due(PREVISIONNEL, "10000")
    exercice = str(tresor.scene.echeance.exercice)
    typed = {"exercice": exercice, "plafond": "70", "taux_1": "35", "due_1": "2026-03-01", "source": "Décision"}
    gestin, url = client_of("gestin"), f"{HOME}/regles-d-acompte/saisir/"
    gestin.post(url, typed | {"kind": tresor.scene.activite.type, "confirm": "1"})
    apply_regle(RegleAcompte.objects.get().pk)

    shown = text(gestin.post(url, typed))

    assert "0\u00a0activité a un droit notifié" in shown
    assert "acompte" not in shown.partition("dans la minute.")[2].partition("Mettre en vigueur")[0]
