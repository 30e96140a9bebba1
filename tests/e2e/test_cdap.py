"""CDAP at a browser: ten tabs for a social worker, a few fields for another profile, nothing without a purpose."""

import pytest

from portail.cdap.definitions.champs import ONGLETS
from portail.cdap.enums import Issue
from portail.cdap.models import Consultation
from portail.journal.models import JournalEntry
from tests.cdap.scene import NUMERO, OPPOSED, Scene, build_scene

pytestmark = pytest.mark.django_db(transaction=True)
GARBAN, GUY, MARCHAND = "ENF01302XA", "ENF01302XC", "CAF00132AA"


@pytest.fixture
def dossiers(cast) -> Scene:
    return build_scene(cast)


def _ask(visitor, numero: int, titre: str = "") -> None:
    visitor.goto("/consulter-dossier/demander/")
    visitor.accessible()
    if titre:
        visitor.page.locator("main [name=titre]").select_option(label=titre)
    visitor.fill(numero=f"{numero} A", motif="Demande d'aide pour la cantine")
    visitor.page.locator("main [name=is_informed]").check()
    visitor.click("Consulter", role="button")
    visitor.accessible()


def test_a_social_worker_reads_ten_tabs_with_a_trace_of_each(dossiers, visit):
    garban = visit()
    garban.sign_in(GARBAN)
    garban.click("Consulter un dossier")
    garban.accessible()
    garban.click("Demander un dossier")
    garban.page.locator("main").get_by_role("button", name="Consulter").click()
    assert "Saisissez le numéro allocataire." in garban.text()

    t1 = "T1 – Travailleur social"
    _ask(garban, NUMERO, t1)
    assert "Ottiline CANARES" in garban.text()
    for onglet in ONGLETS.values():
        tab = garban.page.get_by_role("navigation", name="Onglets du dossier").get_by_role("link", name=onglet.libelle)
        tab.first.click()
        garban.page.locator("#dossier [aria-current=page]").get_by_text(onglet.libelle).wait_for()
        garban.accessible()
        assert garban.page.title().startswith(onglet.libelle)

    assert str(NUMERO) not in garban.page.url + garban.page.title()
    read = JournalEntry.objects.filter(kind="cdap.onglet.read").values_list("facts__onglet", flat=True)
    assert set(read) == {onglet.libelle for onglet in ONGLETS.values()}
    kept = garban.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "CANARES" not in kept
    garban.page.go_back()
    garban.page.locator("#dossier [aria-current=page]").get_by_text("Informations logement").wait_for()
    assert garban.heading == "Dossier consulté"


def test_a_narrow_profile_has_its_fields_and_an_opposition_closes_the_file(dossiers, visit):
    guy = visit(width=360)
    guy.sign_in(GUY)
    _ask(guy, NUMERO)
    assert "787 €" in guy.text().replace("\xa0", " ")
    assert "allée des Canaris" not in guy.page.content()
    assert guy.page.get_by_role("navigation", name="Onglets du dossier").get_by_role("link").count() == 2

    _ask(guy, OPPOSED)
    assert "Aucun dossier ne peut être consulté avec ces éléments" in guy.text()

    marchand = visit()
    marchand.sign_in(MARCHAND)
    marchand.goto("/consulter-dossier/oppositions/enregistrer/")
    marchand.fill(numero=str(NUMERO), source="Courrier du jour")
    marchand.click("Enregistrer l'opposition", role="button")
    marchand.accessible()
    _ask(guy, NUMERO)
    assert "Aucun dossier ne peut être consulté avec ces éléments" in guy.text()
    assert list(Consultation.objects.order_by("at").values_list("issue", flat=True)) == [
        Issue.OUVERT,
        Issue.OPPOSE,
        Issue.OPPOSE,
    ]


def test_a_matrix_takes_two_people(dossiers, visit):
    marchand = visit()
    marchand.sign_in(MARCHAND)
    marchand.goto("/consulter-dossier/profils/")
    marchand.accessible()
    marchand.click("Proposer une matrice")
    marchand.accessible()
    marchand.page.get_by_label("T5 – Tarification au quotient familial : Synthèse, Adresse", exact=True).check()
    marchand.fill(motif="Délibération du conseil d'administration")
    marchand.click("Continuer", role="button")
    marchand.accessible()
    assert "Synthèse : Adresse" in marchand.text()
    marchand.click("Proposer cette matrice", role="button")
    marchand.accessible()
    assert "Une matrice attend d'être validée" in marchand.text()
    marchand.click("Voir ce qu'elle change")
    assert "un autre administrateur de la Caf doit la relire" in marchand.text()
