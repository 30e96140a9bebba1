"""From sheets that are filled in to a declaration that waits for its approbateur, and back."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portail.afas.actions import saisie, soumission
from portail.afas.enums import EtatDeclaration, EtatVolet, VoletKind
from portail.afas.models import Declaration, Justification, Profil, SeuilControle, Volet
from portail.afas.queries.comparaisons import context_of, panneau_of, rest_of
from tests.afas.processing import transmitted
from tests.afas.scene import Scene
from tests.afas.test_saisie import end_profils
from tests.habilitations.facts import mails_of, refusal_of, sentences_of

ROOT = "/aides-financieres"


def submit(scene: Scene, volet: Volet, by: str = "robine"):
    return soumission.submit(by=scene.cast.acteur(by), volet=volet)


def submit_all(scene: Scene) -> None:
    for volet in (scene.volet(), scene.volet(lieu=1), scene.volet(VoletKind.FINANCIER)):
        submit(scene, volet)
    scene.declaration.refresh_from_db()


def last_year(scene: Scene, **finances: str) -> Declaration:
    """The réel of the year before, transmitted, with these finances."""
    return transmitted(scene, exercice=scene.echeance.exercice - 1, **finances)


def varied(scene: Scene) -> None:
    """Filled in, with charges that vary by more than 20 % from last year's."""
    last_year(scene, c64="12000")
    scene.filled()


# Submitting


def test_an_empty_sheet_says_what_is_missing(scene: Scene, client_of):
    told = client_of("robine").get(f"{ROOT}/volets/{scene.volet().pk}/soumettre/")

    page = unescape(told.content.decode())
    assert "5\xa0champs obligatoires à remplir" in page
    assert f'href="{ROOT}/volets/{scene.volet().pk}/#champ-capacite"' in page
    assert "Ce qui bloque" not in page
    assert "5\xa0champs obligatoires" in refusal_of(lambda: submit(scene, scene.volet()))


def test_a_blocking_check_of_the_sheet_forbids_it(scene: Scene, client_of):
    scene.filled()
    saisie.enter(by=scene.cast.acteur("robine"), volet=scene.volet(), frappes={"jours_ouverture": ("100", "2")})

    assert "1\xa0contrôle bloque" in refusal_of(lambda: submit(scene, scene.volet()))
    page = unescape(client_of("robine").get(f"{ROOT}/volets/{scene.volet().pk}/soumettre/").content.decode())
    assert "Capacité théorique – ESC Farandole Istres" in page
    assert f'href="{ROOT}/volets/{scene.volet().pk}/#calcul-capacite_theorique"' in page
    assert submit(scene, scene.volet(lieu=1)).volets


def test_the_last_sheet_sends_the_declaration_to_the_approbateur(scene: Scene):
    scene.filled()
    submit(scene, scene.volet())
    submit(scene, scene.volet(lieu=1))

    mails = mails_of(lambda: submit(scene, scene.volet(VoletKind.FINANCIER)))

    scene.declaration.refresh_from_db()
    assert scene.declaration.etat == EtatDeclaration.A_APPROUVER
    assert mails == [("afas_a_approuver", "garban@example.fr")]


def test_a_submission_is_told(scene: Scene):
    scene.filled()

    assert sentences_of(lambda: submit(scene, scene.volet())) == [
        f"Olivia Robine a soumis « Volet activité – ESC Farandole Istres » de la déclaration {scene.declaration}."
    ]


def test_a_sheet_is_submitted_once(scene: Scene, client_of):
    scene.filled()
    url, robine = f"{ROOT}/volets/{scene.volet().pk}/soumettre/", client_of("robine")
    key = {"cle": "8a4a9c06-5a50-4c6d-9d0b-1e4fd3bd6a11"}

    first, twice, other = robine.post(url, key), robine.post(url, key), robine.post(url)

    assert (first.status_code, twice.status_code, other.status_code) == (302, 302, 422)
    assert "a été soumis par Olivia Robine" in unescape(other.content.decode())
    assert "a été soumis par Olivia Robine" in unescape(robine.get(url).content.decode())


def test_a_role_that_ended_submits_nothing(scene: Scene):
    scene.filled()
    end_profils(scene, "robine")

    assert "le profil" in refusal_of(lambda: submit(scene, scene.volet()))


# Justifying


def test_an_alert_keeps_the_declaration_until_it_is_justified(scene: Scene):
    varied(scene)
    submit_all(scene)
    assert scene.declaration.etat == EtatDeclaration.EN_COURS
    assert {point.code for point in rest_of(context_of(scene.declaration)).awaiting} == {"C05-charges", "C08"}

    garban = scene.cast.acteur("garban")
    assert (
        mails_of(lambda: soumission.justify(by=garban, declaration=scene.declaration, controle="C08", text="Idem."))
        == []
    )
    act = {"declaration": scene.declaration, "controle": "C05-charges", "text": "Un second site."}
    mails = mails_of(lambda: soumission.justify(by=garban, **act))

    scene.declaration.refresh_from_db()
    assert scene.declaration.etat == EtatDeclaration.A_APPROUVER
    assert mails == [("afas_a_approuver", "garban@example.fr")]


def test_a_justification_is_told_kept_and_corrected_until_it_is_signed(scene: Scene):
    varied(scene)
    robine, act = scene.cast.acteur("robine"), {"declaration": scene.declaration, "controle": "C05-charges"}

    said = sentences_of(lambda: soumission.justify(by=robine, text="Un site.", **act))
    soumission.justify(by=robine, text="Un second site.", **act)

    assert said == [
        f"Olivia Robine a justifié le contrôle « Variation des charges » de la déclaration {scene.declaration}."
    ]
    (point,) = panneau_of(context_of(scene.declaration)).justified
    assert point.justification.text == "Un second site."
    assert Justification.objects.count() == 2
    scene.become(EtatDeclaration.TRANSMISE)
    assert "« Transmise »" in refusal_of(lambda: soumission.justify(by=robine, text="Trop tard.", **act))


def test_what_holds_needs_no_justification(scene: Scene):
    scene.filled()

    told = refusal_of(
        lambda: soumission.justify(
            by=scene.cast.acteur("robine"), declaration=scene.declaration, controle="C02", text="Pourquoi pas"
        )
    )

    assert "ne demande plus de justification" in told


def test_a_threshold_of_the_caf_counts(scene: Scene):
    varied(scene)
    marchand = scene.cast.people["marchand"]
    row = {"caf": scene.activite.caf, "type": "alsh", "code": "seuil_variation", "entered_by": marchand}
    SeuilControle.objects.create(valeur=10, **row)
    SeuilControle.objects.create(valeur=900, **row)

    assert panneau_of(context_of(scene.declaration)).awaiting == []


def test_the_page_of_checks_says_what_is_left_and_keeps_what_was_typed(scene: Scene, client_of):
    varied(scene)
    robine, url = client_of("robine"), f"{ROOT}/declarations/{scene.declaration.pk}/controles/"

    page = unescape(robine.get(url).content.decode())
    assert "Avant l'approbation, il reste : 3\xa0volets à soumettre, 2\xa0contrôles à justifier." in page
    assert "Variation des charges" in page
    assert "46\u202f000,10" in page
    assert "16\u202f000" in page

    empty = robine.post(f"{url}justifier/", {"controle": "C05-charges", "text": " "})
    assert empty.status_code == 422
    assert "Expliquez l'écart" in unescape(empty.content.decode())
    assert robine.post(f"{url}justifier/", {"controle": "C05-charges", "text": "Un site."}).status_code == 302
    assert "« Un site. »" in unescape(client_of("gestin").get(url).content.decode())
    assert "<textarea" not in client_of("gestin").get(url).content.decode()


def test_without_approbateur_the_page_says_so(scene: Scene, client_of):
    Profil.objects.filter(role="approbateur").delete()
    scene.filled(is_submitted=True)

    page = client_of("robine").get(f"{ROOT}/declarations/{scene.declaration.pk}/controles/").content.decode()

    assert "approbateur validé par la Caf" in unescape(page)


# Opening again


def test_a_sheet_is_reopened_before_approval_and_the_approbateur_is_told(scene: Scene, client_of):
    scene.filled()
    submit_all(scene)
    volet = scene.volet()

    page = unescape(client_of("robine").get(f"{ROOT}/volets/{volet.pk}/rouvrir/").content.decode())
    assert "La déclaration n'est plus à approuver" in page
    mails = mails_of(lambda: soumission.reopen(by=scene.cast.acteur("robine"), volet=volet))

    scene.declaration.refresh_from_db()
    volet.refresh_from_db()
    assert (volet.etat, volet.submitted_by, scene.declaration.etat) == (EtatVolet.EN_COURS, None, "en_cours")
    assert mails == [("afas_volet_rouvert", "garban@example.fr")]
    submit(scene, volet)
    scene.declaration.refresh_from_db()
    assert scene.declaration.etat == EtatDeclaration.A_APPROUVER


def test_a_sheet_reopened_is_told_and_not_twice(scene: Scene):
    scene.filled()
    submit(scene, scene.volet())
    robine = scene.cast.acteur("robine")

    assert sentences_of(lambda: soumission.reopen(by=robine, volet=scene.volet())) == [
        f"Olivia Robine a rouvert « Volet activité – ESC Farandole Istres » de la déclaration {scene.declaration}."
    ]
    assert "n'est pas soumis" in refusal_of(lambda: soumission.reopen(by=robine, volet=scene.volet()))


@pytest.mark.parametrize("etat", [EtatDeclaration.TRANSMISE, EtatDeclaration.TRAITEE])
def test_what_is_signed_is_not_reopened(scene: Scene, etat):
    scene.filled(is_submitted=True)
    scene.become(etat)

    robine, volet = scene.cast.acteur("robine"), scene.volet()

    assert "ne se modifie plus" in refusal_of(lambda: soumission.reopen(by=robine, volet=volet))


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_of_checks_costs_the_same_whatever_was_justified(scene: Scene, client_of, times):
    varied(scene)
    for n in range(times):
        soumission.justify(
            by=scene.cast.acteur("robine"), declaration=scene.declaration, controle="C05-charges", text=f"Raison {n}"
        )
    client, url = client_of("robine"), f"{ROOT}/declarations/{scene.declaration.pk}/controles/"
    client.get(url)

    with CaptureQueriesContext(connection) as asked:
        client.get(url)

    assert len(asked) == 13
