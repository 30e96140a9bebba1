"""A revalidation campaign, from its launch by the Caf to its evidence file (issue: Supervision habilitations)."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from portail.campagnes import actions
from portail.campagnes.models import Campagne
from portail.habilitations.models import Habilitation

pytestmark = pytest.mark.django_db(transaction=True)


def _worker() -> None:
    """What the worker of the queue would do."""
    actions.carry_on_all()


def _downloaded(visitor, name):
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name=name).click()
    return waiting.value.path().read_bytes()


def test_a_campaign_from_launch_to_evidence(cast, visit, letters):
    today = timezone.localdate()
    caf = visit()
    caf.sign_in("CAF00132AA")
    caf.click("Campagnes")
    caf.accessible()
    caf.click("Préparer une campagne")
    caf.accessible()
    caf.click("Préparer la campagne", "button")
    assert "Saisissez une valeur pour « Intitulé »" in caf.text()
    caf.fill(libelle="Revue annuelle", organisme="farandole", ends_on=f"{today + timedelta(days=20):%Y-%m-%d}")
    caf.click("Préparer la campagne", "button")
    assert "Préparation en cours" in caf.text()
    caf.accessible()
    _worker()
    caf.page.get_by_text("Lancer la campagne").wait_for()
    assert "3 lignes" in caf.text()
    assert "Gilles Garban" in caf.text()
    caf.accessible()
    caf.click("Lancer la campagne", "button")
    assert "chaque relecteur reçoit un courriel" in caf.text()
    caf.accessible()

    garban = visit(width=360, height=740)
    garban.sign_in("ENF01302XA")
    garban.goto("/revues/")
    assert "Denise Double" in garban.text()
    assert "Garban" not in garban.page.locator("table").inner_text()
    garban.accessible()
    garban.click("Denise Double")
    garban.accessible()
    garban.page.get_by_label("Retirer").check()
    garban.fill(**{"lot-motif": "Ne travaille plus au guichet"})
    garban.click("Enregistrer la réponse", "button")
    assert "Réponse « Retirer » enregistrée" in garban.text()
    garban.accessible()

    actions.remind(today + timedelta(days=6))
    reminder = letters("bruet@example.fr")[-1]
    assert "Rappel" in reminder.subject
    assert "Accès à revoir : 2." in reminder.body

    bruet = visit()
    bruet.sign_in("ENF01302SM")
    bruet.click("Mes revues")
    assert "2 accès attendent votre réponse" in bruet.text()
    bruet.accessible()
    bruet.page.locator("#lot-tous").check()
    bruet.click("Répondre", "button")
    assert "Olivia Robine" in bruet.text()
    bruet.accessible()
    bruet.click("Enregistrer la réponse", "button")
    assert "Vous avez répondu pour tous les accès" in bruet.text()
    bruet.accessible()

    caf.goto(f"/campagnes/{Campagne.objects.get().pk}/")
    assert "3 sur 3" in caf.text()
    caf.click("Clore les réponses")
    caf.accessible()
    caf.click("Clore les réponses", "button")
    caf.click("Appliquer les réponses")
    caf.accessible()
    caf.click("Voir qui perd quoi", "button")
    assert "1 droit perdu" in caf.text()
    assert "Denise Double" in caf.text()
    caf.accessible()
    caf.click("Appliquer les réponses", "button")
    _worker()
    caf.page.get_by_text("Télécharger le dossier de preuve").wait_for()
    caf.accessible()
    assert not Habilitation.objects.open_on(today).filter(groupe=cast.groupes["GUICHET"]).exists()

    archive = zipfile.ZipFile(io.BytesIO(_downloaded(caf, "Télécharger le dossier de preuve")))
    manifest = archive.read("EMPREINTES-SHA256.txt").decode().splitlines()
    assert [line.split("  ")[1] for line in manifest] == ["lignes.csv", "reponses.csv", "synthese.pdf"]
    for line in manifest:
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert "Ne travaille plus au guichet" in archive.read("lignes.csv").decode()

    caf.click("Annuler ce qui a changé")
    caf.accessible()
    caf.click("Annuler ce que la campagne a changé", "button")
    _worker()
    caf.page.get_by_text("est rétabli").first.wait_for()
    assert Habilitation.objects.open_on(today).filter(groupe=cast.groupes["GUICHET"]).exists()
    caf.click("Voir toutes les lignes")
    assert "Rétabli" in caf.text()
    caf.accessible()

    caf.click("Dossiers d'audit")
    caf.click("Demander un dossier")
    caf.accessible()
    caf.click("Rassembler les preuves", "button")
    actions.make_all()
    caf.page.get_by_text("Télécharger l'archive").wait_for()
    caf.accessible()
    pack = zipfile.ZipFile(io.BytesIO(_downloaded(caf, "Télécharger l'archive")))
    assert "Le journal est intact" in pack.read("integrite-du-journal.txt").decode()
