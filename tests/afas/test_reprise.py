"""A sheet filled in from a file or from last year's, and its export."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portail.afas.actions import saisie as actions
from portail.afas.enums import SourceSaisie, VoletKind
from portail.afas.forms.reprise import lignes_from
from portail.afas.models import SaisieVolet
from portail.afas.queries.saisie import copied_codes, groupes_of
from portail.habilitations.actions.feuilles import rows_of
from portail.ui.rules import Refused
from tests.afas.processing import declared
from tests.afas.scene import FINANCES, SHEET, Scene
from tests.afas.test_soumission import last_year
from tests.habilitations.facts import refusal_of, sentences_of

ROOT = "/aides-financieres/volets"


def given(text: str, name: str = "volet.csv") -> dict[str, SimpleUploadedFile]:
    return {"fichier": SimpleUploadedFile(name, text.encode())}


def hidden(page: str) -> dict[str, str]:
    """What the confirmation of a rehearsal sends."""
    form = page.split("importer/appliquer/")[1].split("</form>")[0]
    pairs = [part.split('"') for part in form.split('<input type="hidden" ')[1:]]
    return {words[1]: words[3] for words in pairs if words[1] not in ("cle", "csrfmiddlewaretoken")}


# Export and model


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_export_is_the_model_of_an_import(scene: Scene, client_of, extension):
    last_year(scene)
    scene.filled()
    robine, volet = client_of("robine"), scene.volet()

    content = robine.get(f"{ROOT}/{volet.pk}/export/{extension}/").content

    rows = {cells[0]: cells for _, cells in rows_of(content)}
    assert rows["Code"][:4] == ["Code", "Libellé", "Valeur", "Unité"]
    assert rows["heures_realisees_p6"][1:5] == [
        "Heures réalisées (6 ans et plus)",
        "11000,5",
        "heures",
        "11000,5",
    ]
    page = robine.post(f"{ROOT}/{volet.pk}/importer/", {"fichier": SimpleUploadedFile(f"v.{extension}", content)})
    assert "0\xa0champ changerait" in page.content.decode()


# Import


def test_a_file_is_shown_field_by_field_then_applied_as_shown(scene: Scene, client_of):
    scene.filled()
    robine, volet = client_of("robine"), scene.volet()
    text = (
        "Code;Libellé;Valeur\ncapacite;;45\nenfants;;\njours_ouverture;;100\namplitude;;neuf\n"
        "inconnu;;3\nheures_realisees;;99\ncapacite;;46\nheures_realisees_p6;;11 200,50\n"
    )

    page = unescape(robine.post(f"{ROOT}/{volet.pk}/importer/", given(text)).content.decode())

    assert "2\xa0champs changeraient" in page
    assert "3\xa0lignes refusées" in page
    for reason in ("Saisissez un nombre", "Aucun champ de ce volet ne porte ce code.", "déjà plus haut"):
        assert reason in page
    assert "3\xa0autres lignes ne changent rien" in page
    assert scene.volet().valeurs == SHEET
    assert robine.post(f"{ROOT}/{volet.pk}/importer/appliquer/", hidden(page)).status_code == 302
    assert scene.volet().valeurs == SHEET | {"capacite": "45", "heures_realisees_p6": "11200.5"}
    saisie = SaisieVolet.objects.get()
    assert saisie.source == SourceSaisie.IMPORT
    assert saisie.changes == {"capacite": ["40", "45"], "heures_realisees_p6": ["11000.50", "11200.5"]}


def test_a_sheet_that_changed_since_the_rehearsal_is_not_overwritten(scene: Scene, client_of):
    scene.filled()
    robine, volet = client_of("robine"), scene.volet()
    page = robine.post(f"{ROOT}/{volet.pk}/importer/", given("Code;Valeur\ncapacite;45\n")).content.decode()
    actions.enter(by=scene.cast.acteur("robine"), volet=volet, frappes={"capacite": ("40", "50")})

    answer = robine.post(f"{ROOT}/{volet.pk}/importer/appliquer/", hidden(page))

    assert scene.volet().valeurs["capacite"] == "50"
    assert "a changé depuis la vérification" in unescape(robine.get(answer["Location"]).content.decode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Libellé;Valeur\na;b\n", "« Code »"),
        ("Code\ncapacite\n", "« Valeur »"),
        ("", "Ce fichier est vide"),
        ("%PDF-1.4", "autre type"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(scene: Scene, client_of, text, said):
    answer = client_of("robine").post(f"{ROOT}/{scene.volet().pk}/importer/", given(text))

    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())


def test_an_import_is_told(scene: Scene):
    robine = scene.cast.acteur("robine")
    actions.enter(by=robine, volet=scene.volet(), frappes={"enfants": ("", "60")})
    act = {"by": robine, "volet": scene.volet(), "source": SourceSaisie.IMPORT}

    assert sentences_of(lambda: actions.fill(frappes={"capacite": ("", "45")}, **act)) == [
        f"Olivia Robine a saisi « Volet activité – ESC Farandole Istres » de la déclaration {scene.declaration} "
        "(import d'un fichier)."
    ]


# Last year


def test_last_year_fills_what_is_empty_and_marks_it(scene: Scene, client_of):
    last_year(scene, c61="1200")
    robine, volet = client_of("robine"), scene.volet(VoletKind.FINANCIER)
    actions.enter(by=scene.cast.acteur("robine"), volet=volet, frappes={"c60": ("", "5000")})

    page = unescape(robine.get(f"{ROOT}/{volet.pk}/reprendre/").content.decode())
    assert "Charges (2\xa0champs vides)" in page
    assert "Produits (1\xa0champ vide)" in page
    assert robine.post(f"{ROOT}/{volet.pk}/reprendre/", {"groupes": ["charges"]}).status_code == 302

    volet = scene.volet(VoletKind.FINANCIER)
    assert volet.valeurs == {"c60": "5000", "c61": "1200", "c64": FINANCES["c64"]}
    charges = groupes_of(volet)[0]
    assert copied_codes(volet, charges) == {"c61", "c64"}
    sheet = unescape(robine.get(f"{ROOT}/{volet.pk}/").content.decode())
    assert sheet.count("Repris de l'année précédente, à vérifier.") == 2


def test_what_was_taken_is_marked_until_somebody_checks_it(scene: Scene, client_of):
    last_year(scene)
    robine, volet = scene.cast.acteur("robine"), scene.volet(VoletKind.FINANCIER)
    actions.copy(by=robine, volet=volet, groupes={"charges"})
    actions.enter(by=robine, volet=volet, frappes={"taux_rg": ("", "100")})
    data = {"groupe": "charges", "c60": "4 000,00", "vu-c60": "4000", "verifier": "1"}

    page = unescape(client_of("robine").get(f"{ROOT}/{volet.pk}/soumettre/").content.decode())
    assert "2\xa0valeurs reprises de l'année précédente n'ont pas été vérifiées" in page
    assert client_of("robine").post(f"{ROOT}/{volet.pk}/enregistrer/", data).status_code == 302

    assert copied_codes(volet, groupes_of(volet)[0]) == set()
    history = client_of("robine").get(f"{ROOT}/{volet.pk}/historique/").content.decode()
    assert "Valeurs vérifiées" in history


def test_a_year_that_was_not_transmitted_gives_nothing(scene: Scene, client_of):
    declared(scene, exercice=scene.echeance.exercice - 1)
    volet = scene.volet()

    page = unescape(client_of("robine").get(f"{ROOT}/{volet.pk}/reprendre/").content.decode())

    assert "Rien à reprendre" in page
    assert "rien n'est à reprendre" in refusal_of(
        lambda: actions.copy(by=scene.cast.acteur("robine"), volet=volet, groupes={"ouverture"})
    )


def test_no_group_ticked_is_a_sentence(scene: Scene, client_of):
    last_year(scene)

    answer = client_of("robine").post(f"{ROOT}/{scene.volet().pk}/reprendre/", {})

    assert answer.status_code == 422
    assert "Cochez au moins un groupe." in answer.content.decode()


@pytest.mark.parametrize(
    ("header", "told"),
    [("Libellé;Autre", "les colonnes « Code » et « Valeur »"), ("Code;Autre", "la colonne « Valeur »")],
)
def test_columns_that_miss_are_told_in_number(header: str, told: str) -> None:
    with pytest.raises(Refused, match=f"Il manque {told} :"):
        lignes_from([(1, header.split(";"))], {}, {})
