"""The screens of the approbateur, what was transmitted as anybody reads it, the receipt and its code."""

import io
import re

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.forms.approbation import sealed
from portail.afas.models import Profil, VersionDeclaration, Volet
from portail.afas.queries.versions import content_of
from tests.afas.approbation import (
    MOTIF,
    another,
    correct,
    digest,
    due,
    fresh,
    resubmitted,
    sign,
    submitted,
    transmitted,
    volets,
)
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def approve_url(scene):
    return reverse("afas:declaration_approve", args=[scene.declaration.pk])


def form_of(scene, **more):
    contenu = content_of(fresh(scene))
    return {"is_read": "on", "password": PASSWORD, "empreinte": digest(scene), "vu": sealed(contenu)} | more


def test_he_reads_everything_then_signs_with_his_password(scene, client_of):
    submitted(scene)
    garban = client_of("garban")

    page = garban.get(approve_url(scene)).content.decode()
    response = garban.post(approve_url(scene), form_of(scene), follow=True)

    for told in ("ESC L&#x27;éclair", "60 – Achats", "Capacité théorique", "Total des charges", digest(scene)):
        assert told in page
    assert "signée et transmise à la Caf (version 1)" in response.content.decode()
    assert VersionDeclaration.objects.get().approved_by == scene.cast.people["garban"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"password": "Autre*Ruche9"}, "Ce n&#x27;est pas votre mot de passe"),
        ({"is_read": ""}, "Cochez cette case après avoir lu la déclaration."),
        ({"vu": "autre chose"}, "rechargez la page"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_signed(scene, client_of, more, sentence):
    submitted(scene)

    response = client_of("garban").post(approve_url(scene), form_of(scene, **more))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not VersionDeclaration.objects.exists()


def test_an_approbateur_who_waits_for_the_caf_is_told_so(scene, client_of):
    submitted(scene)
    Profil.objects.filter(role="approbateur").update(validation="en_attente", decided_by=None, decided_at=None)

    response = client_of("garban").get(approve_url(scene))

    assert response.status_code == 403
    assert "votre Caf ne vous a pas encore validé" in response.content.decode()


def test_what_changed_since_he_read_is_shown_and_has_to_be_read_again(scene, client_of):
    submitted(scene)
    typed = form_of(scene)
    scene.become(EtatDeclaration.EN_COURS)
    Volet.objects.filter(pk=volets(scene)[2].pk).update(valeurs={"c60": "4100", "c64": "42000.10", "p744": "46000.10"})
    scene.become(EtatDeclaration.A_APPROUVER)
    garban = client_of("garban")

    response = garban.post(approve_url(scene), typed)
    page = response.content.decode()

    assert response.status_code == 409
    assert "Volet financier – 60 – Achats" in page
    assert "checked" not in page
    assert digest(scene) in page
    assert not VersionDeclaration.objects.exists()


def test_last_year_is_beside(scene, client_of):
    assert "Réel N-1" not in _approve_page(submitted(scene), client_of)
    before = another(scene, Phase.REEL, scene.echeance.exercice - 1)
    transmitted(before)
    scene.become(EtatDeclaration.EN_COURS)
    Volet.objects.filter(pk=volets(scene)[0].pk).update(valeurs=volets(scene)[0].valeurs | {"enfants": "75"})
    scene.become(EtatDeclaration.A_APPROUVER)
    page = _approve_page(fresh(scene), client_of)

    assert "Réel N-1" in page
    assert "+25 %" in page


def _approve_page(declaration, client_of):
    return client_of("garban").get(reverse("afas:declaration_approve", args=[declaration.pk])).content.decode()


def test_a_correction_shows_what_changes_before_and_after_it_is_signed(scene, client_of):
    transmitted(scene)
    correct(scene)
    resubmitted(scene, heures_realisees_m6="9500")

    before = client_of("garban").get(approve_url(scene)).content.decode()
    version = sign(scene)
    after = client_of("robine").get(reverse("afas:version_view", args=[version.pk])).content.decode()

    for page in (before, after):
        section = page.partition('id="differences"')[2].partition("</section>")[0]
        assert "Heures réalisées (moins de 6 ans)" in section
        assert "Totaux – Total des heures réalisées" in section
        assert "60 – Achats" not in section
    assert MOTIF.replace("'", "&#x27;") in after


def test_sending_back_and_correcting_by_the_screens(scene, client_of):
    submitted(scene)
    garban = client_of("garban")
    url = reverse("afas:declaration_send_back", args=[scene.declaration.pk])

    wrong = garban.post(url, {"volets": [], "motif": ""})
    garban.post(url, {"volets": [f"{volets(scene)[0].pk}"], "motif": MOTIF})
    sent_back = fresh(scene).etat
    resubmitted(scene)
    sign(scene)
    page = garban.post(
        reverse("afas:declaration_correct", args=[scene.declaration.pk]),
        {"volets": [f"{volets(scene)[0].pk}"], "motif": MOTIF},
        follow=True,
    ).content.decode()

    assert (wrong.status_code, sent_back) == (422, EtatDeclaration.EN_COURS)
    assert "Choisissez au moins un volet" in wrong.content.decode()
    assert "La correction est ouverte" in page
    assert "Une nouvelle version se prépare" in page


# The list


def test_what_waits_for_him_late_first_with_its_checks(scene, client_of):
    due(scene, -3)
    submitted(scene)
    submitted(another(scene, Phase.ACTUALISE_JUIN))

    page = client_of("garban").get(reverse("afas:approbation_list")).content.decode()
    filtered = client_of("garban").get(reverse("afas:approbation_list"), {"phase": "reel"}).content.decode()
    exported = client_of("garban").get(reverse("afas:approbation_export", args=["csv"])).content.decode()

    assert "il y a 3 jours" in page
    assert page.count("\N{NO-BREAK SPACE}vérifiés") == 2
    assert "1\N{NO-BREAK SPACE}déclaration à approuver" in filtered
    assert exported.count("ESC Farandole Istres") == 2


def test_the_list_asks_as_much_for_three_as_for_one(scene, client_of):
    def asked():
        client = client_of("garban")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("afas:approbation_list"))
        return len(queries)

    submitted(scene)
    asked()
    one = asked()
    submitted(another(scene, Phase.ACTUALISE_JUIN))
    submitted(another(scene, Phase.ACTUALISE_SEPTEMBRE))

    assert asked() == one


def test_several_are_read_and_signed_with_one_password(scene, client_of):
    submitted(scene)
    submitted(another(scene, Phase.ACTUALISE_JUIN))
    garban, url = client_of("garban"), reverse("afas:approbation_lot")

    page = garban.get(url, {"tous": "1"}).content.decode()
    empreinte = re.search(r'name="empreinte" value="([^"]+)"', page).group(1)
    response = garban.post(
        url, {"tous": "1", "is_read": "on", "password": PASSWORD, "empreinte": empreinte}, follow=True
    )

    assert page.count("Lire toute la déclaration") == 2
    assert "2\N{NO-BREAK SPACE}déclarations signées et transmises" in response.content.decode()
    assert VersionDeclaration.objects.count() == 2


def test_a_lot_overtaken_signs_nothing_and_is_read_again(scene, client_of):
    submitted(scene)
    garban, url = client_of("garban"), reverse("afas:approbation_lot")
    typed = {"tous": "1", "is_read": "on", "password": PASSWORD, "empreinte": f"{scene.declaration.pk}:{'0' * 64}"}

    overtaken = garban.post(url, typed)
    page = overtaken.content.decode()
    read_again = re.search(r'name="empreinte" value="([^"]+)"', page).group(1)
    garban.post(url, typed | {"empreinte": read_again})

    assert overtaken.status_code == 422
    assert "a changé depuis que vous l&#x27;avez lue : rien n&#x27;est signé" in page
    assert "checked" not in page.partition('id="signature"')[2]
    assert VersionDeclaration.objects.count() == 1


def test_a_lot_says_when_nothing_is_chosen_or_too_much(scene, client_of, monkeypatch):
    submitted(scene)
    submitted(another(scene, Phase.ACTUALISE_JUIN))
    garban, url = client_of("garban"), reverse("afas:approbation_lot")

    nothing = garban.get(url).content.decode()
    monkeypatch.setattr("portail.afas.rules.approbation.SIGNED_TOGETHER", 1)
    too_much = garban.get(url, {"tous": "1"}).content.decode()

    assert "Aucune déclaration n&#x27;est choisie" in nothing
    assert "Vous signez au plus 1 déclarations ensemble" in too_much


# The receipt


def test_the_receipt_is_tagged_french_and_says_the_code(scene, client_of):
    version = transmitted(scene)

    response = client_of("robine").get(reverse("afas:version_pdf", args=[version.pk]))

    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert str(document.Root.Lang) == "fr-FR"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        metadata = document.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"].startswith("Accusé de transmission – ESC Farandole Istres")


def test_anybody_checks_its_code_and_learns_little(scene, anonymous):
    first = transmitted(scene)
    verify = reverse("conventionnement:document_verify")
    page = anonymous.get(verify, {"code": first.code.lower().replace("-", " ")}).content.decode()
    correct(scene)
    resubmitted(scene)
    sign(scene)
    replaced = anonymous.get(verify, {"code": first.code}).content.decode()

    assert "c&#x27;est sa dernière version" in page
    assert first.empreinte in page
    assert "ESC Farandole Istres" in page
    assert "une version transmise depuis la remplace" in replaced
    told = page.partition('id="resultat"')[2].partition("</section>")[0]
    assert re.findall(r"\b(?:Garban|Robine|46|20001|11000)\b", told) == []


def test_who_supplies_one_lieu_reads_when_not_what(scene, client_of):
    version = transmitted(scene)
    scene.profil("robine", "finances").delete()
    robine = client_of("robine")

    page = robine.get(reverse("afas:version_list", args=[scene.declaration.pk])).content.decode()
    refused = robine.get(reverse("afas:version_view", args=[version.pk]))

    assert version.code in page
    assert refused.status_code == 403
    assert "finances comprises" in refused.content.decode()
