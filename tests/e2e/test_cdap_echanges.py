"""CDAP around the file: an attestation that anybody verifies, a dialogue with the Caf, a walk that is stopped."""

import pikepdf
import pytest

from portail.cdap.definitions.sujets import SUJETS
from portail.cdap.enums import Niveau
from portail.cdap.models import Alerte, Consultation
from tests.cdap.gardes import chosen, quiet, watched
from tests.cdap.scene import NUMERO, Scene, build_scene, parties
from tests.e2e.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
GARBAN, GUY, MARCHAND, GESTIN = "ENF01302XA", "ENF01302XC", "CAF00132AA", "CAF00132AB"
QUESTION, ANSWER = "La personne dit avoir envoyé son bail.", "Le bail est arrivé lundi."


@pytest.fixture
def dossiers(cast) -> Scene:
    return build_scene(cast)


def _ask(visitor, numero: int, profil: str = "") -> None:
    visitor.goto("/consulter-dossier/demander/")
    if profil:
        label = visitor.page.locator("main [name=titre] option", has_text=profil).first.inner_text()
        visitor.page.locator("main [name=titre]").select_option(label=label)
    visitor.fill(numero=str(numero), motif="Demande d'aide pour la cantine")
    visitor.page.locator("main [name=is_informed]").check()
    visitor.click("Consulter", role="button")


def _of_the_file() -> list[str]:
    """What a mail never says: the number, and how the people of the file are called."""
    names = [name for person in parties()["famille"].personnes for name in (person.nom_naissance, person.prenoms)]
    return [str(NUMERO), *names, "787"]


def test_an_attestation_is_verified_by_anybody_and_a_dialogue_goes_both_ways(dossiers, visit, letters):
    garban = signed_in(visit, GARBAN)
    _ask(garban, NUMERO, "T1")
    garban.follow("Attestation")
    garban.send("Établir l'attestation", "Code de vérification")
    code = garban.page.locator(".sheet strong").last.inner_text()
    with garban.page.expect_download() as waiting:
        garban.page.get_by_role("link", name="Télécharger le PDF").click()
    with pikepdf.open(waiting.value.path()) as document:
        assert code in str(document.docinfo["/Keywords"])
        assert document.Root.MarkInfo.Marked
    garban.follow("Revenir au dossier")

    anybody = visit(width=360)
    anybody.goto("/verifier/")
    anybody.fill(code=code.lower())
    anybody.send("Vérifier", "787 €")
    assert "CANARES" not in anybody.text()

    garban.follow("Dialogue")
    garban.page.locator("main [name=sujet]").select_option(label=SUJETS[0])
    garban.fill(text=QUESTION)
    garban.send("Envoyer à la Caf", "Votre message est envoyé")

    gestin = signed_in(visit, GESTIN, "/consulter-dossier/suivi/dialogues/")
    gestin.follow(SUJETS[0])
    assert QUESTION in gestin.text()
    gestin.send("Prendre en charge", "Vous suivez ce dialogue")
    gestin.fill(text=ANSWER)
    gestin.send("Envoyer", "Votre message est envoyé")

    told = letters(dossiers.cast.people["garban"].courriel)[-1]
    assert SUJETS[0] in told.body
    whole = told.subject + told.body + "".join(str(content) for content, _ in told.alternatives)
    assert not [word for word in (*_of_the_file(), QUESTION, ANSWER) if word in whole]
    garban.goto("/consulter-dossier/dialogues/")
    garban.accessible()
    garban.follow(SUJETS[0])
    assert ANSWER in garban.text()
    garban.send("J'ai lu la réponse", "notée comme lue")
    garban.send("Clore le dialogue", "Le dialogue est clos")


def test_the_quota_stops_a_walk_and_the_caf_has_it_justified(dossiers, visit, letters):
    quiet(dossiers)
    chosen(dossiers, quota_personne_heure=3, niveau_quota=Niveau.AVERTIR)
    guy = signed_in(visit, GUY, width=360)
    for step in range(4):
        _ask(guy, NUMERO + 10 + step)
    guy.accessible()
    assert "Vous avez atteint la limite de 3 consultations en une heure" in guy.text()
    assert guy.page.locator("main [name=numero]").input_value() == str(NUMERO + 13)
    assert guy.page.locator("main [name=motif]").input_value() == "Demande d'aide pour la cantine"
    assert Consultation.objects.count() == 3

    assert [each.detecteur for each in watched()] == ["quota"]
    marchand = signed_in(visit, MARCHAND)
    marchand.click("Consultations de dossiers")
    assert marchand.heading == "Supervision métier"
    marchand.accessible()
    marchand.follow("Alertes")
    marchand.follow("Limite atteinte")
    assert "3 dossiers ont été demandés en une heure" in marchand.text()
    marchand.send("Demander une justification", "La justification est demandée")

    _ask(guy, NUMERO)
    assert "La Caf vous demande de justifier vos consultations" in guy.text()
    guy.follow("Répondre")
    guy.fill(texte="J'ai relevé les numéros d'une liste d'attente.")
    guy.send("Envoyer ma réponse", "Votre réponse est transmise")
    assert "Répondre" not in guy.text()

    marchand.page.reload()
    assert "liste d'attente" in marchand.text()
    marchand.follow("Décider")
    marchand.page.get_by_label("Suspendre les consultations de cette personne").check()
    marchand.fill(motif="Une liste d'attente n'est pas une finalité.")
    marchand.send("Continuer", "Rien n'est encore fait")
    marchand.send("Suspendre", "La décision est enregistrée")
    assert Alerte.objects.get().suspensions.count() == 1
    guy.goto("/consulter-dossier/demander/")
    assert guy.page.locator("main [name=numero]").count() == 0
    assert [mail.subject for mail in letters(dossiers.cast.people["guy"].courriel)]
