"""A convention signed on line, lived in a browser."""

import re

import pytest

from portail.conventions.models import Convention
from tests.cast import PASSWORD
from tests.conventionnement import SIGNATAIRE, contenu, drafted
from tests.e2e.conftest import provisional_in
from tests.e2e.test_journeys import OWN, first_sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def _identifiant(letters, address):
    mails = letters(address)
    identifiant = next(found[0] for m in mails if (found := re.search(r"ENF[0-9]{5}[A-Z]{2}", m.body)))
    return identifiant, next(provisional_in(m) for m in mails if "provisoire" in m.subject)


def test_a_convention_from_draft_to_its_first_user(cast, visit, letters):
    marchand = visit()
    marchand.sign_in("CAF00132AA")
    marchand.click("Organismes partenaires")
    marchand.accessible()
    marchand.click("Organisme Farandole")
    marchand.accessible()
    marchand.click("Formaliser une convention")
    marchand.fill(libelle="Convention du port", finalites="Fixer les tarifs")
    marchand.accessible()
    marchand.click("Commencer", "button")
    assert "Il reste à compléter" in marchand.text()
    marchand.accessible()
    marchand.click("Adonis")
    marchand.page.locator("[name=roles]").first.check()
    marchand.accessible()
    marchand.click("Enregistrer", "button")
    assert "Enregistré : bulletins d'adhésion." in marchand.text()

    version = drafted(cast, libelle="Convention Mouettes")  # the other parts are forms like these
    marchand.goto(f"/conventions/{version.convention_id}/versions/1/")
    marchand.accessible()
    marchand.click("Proposer au partenaire", "button")
    assert "En attente de la signature de Paule Prévost" in marchand.text()

    prevost = visit()
    identifiant, provisional = _identifiant(letters, SIGNATAIRE.courriel)
    first_sign_in(prevost, identifiant, provisional)
    assert "En attente de votre signature" in prevost.text()
    prevost.accessible()
    prevost.click("Convention Mouettes")
    prevost.accessible()
    prevost.click("Lire et signer")
    prevost.page.locator("[name=is_read]").check()
    prevost.fill(password="Pas*Celui7la")
    prevost.click("Signer", "button")
    assert "Ce n'est pas votre mot de passe" in prevost.text()
    prevost.accessible()
    prevost.fill(password=OWN)
    prevost.click("Signer", "button")
    assert "Votre signature est enregistrée." in prevost.text()

    marchand.goto("/")
    marchand.click("Convention Mouettes")
    marchand.click("Signer pour la Caf et valider")
    marchand.page.locator("[name=is_read]").check()
    marchand.fill(password=PASSWORD)
    marchand.accessible()
    marchand.click("Signer", "button")
    assert "La version est validée" in marchand.text()
    code = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", marchand.text())[0]

    tissot = visit()
    first_sign_in(tissot, *_identifiant(letters, contenu().administrateurs[0].courriel))
    tissot.goto(f"/conventions/{version.convention_id}/utilisateurs/")
    tissot.click("Créer un utilisateur")
    tissot.fill(nom="Rossi", prenom="Carla", courriel="carla@example.fr", courriel_confirmation="carla@example.fr")
    tissot.page.locator("[name=groupe]").select_option(label="AFAS-DEC - AFAS-DECLARER")
    tissot.click("Valider", "button")
    carla = visit()
    first_sign_in(carla, *_identifiant(letters, "carla@example.fr"))
    carla.click("Aides financières d'action sociale")
    assert "AFAS-Déclarer" in carla.text()

    stranger = visit(width=360)
    stranger.goto(f"/verifier/?code={code}")
    assert "signé des deux parties" in stranger.text()
    stranger.accessible()
    assert Convention.objects.get(pk=version.convention_id).validated_on is not None


def test_an_avenant_removes_a_role(cast, visit):
    marchand = visit()
    marchand.sign_in("CAF00132AA")
    marchand.goto(f"/conventions/{cast.conventions['farandole'].pk}/")
    marchand.click("Vie de la convention")
    marchand.accessible()
    marchand.click("Préparer un avenant")
    marchand.fill(motif="Retirer AFAS-Déclarer")
    marchand.click("Commencer", "button")
    marchand.page.locator("#bulletins ~ .panel").first.get_by_role("link", name="Modifier").click()
    marchand.page.get_by_label("AFAS-Déclarer").uncheck()
    marchand.click("Enregistrer", "button")

    assert "Ce que l'avenant change" in marchand.text()
    assert re.search(r"[0-9]+ droits? perdus?", marchand.text())
    assert "Olivia Robine" in marchand.text()
    marchand.accessible()
