"""The right: worked out line by line, the same twice, named when something misses; decided; told."""

import io
from decimal import Decimal

import pikepdf
import pytest
from django.urls import reverse

from portail.afas.actions import complements, droits
from portail.afas.actions.complements import Demande
from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Droit, NotificationDroit
from portail.afas.queries.droits import calculation_of, droit_of, in_words, read_lines
from portail.afas.queries.notifications import document
from portail.afas.rules.traitement import refuse_calculation
from portail.afas.views.droits import bloc_caf
from portail.courriels.models import Courriel
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused, Stale
from tests.afas.processing import (
    again,
    computed,
    decided,
    declared,
    figures,
    notified,
    taken,
    transmit,
    transmitted,
)
from tests.afas.scene import Scene

pytestmark = pytest.mark.django_db


def page_of(client, name: str, declaration) -> str:
    page = client.get(reverse(f"afas:{name}", args=[declaration.pk])).content.decode()
    return page.replace("&#x27;", "'").replace("\xa0", " ").replace("\u202f", " ")


def test_a_right_is_kept_whole_with_the_source_of_each_figure(scene: Scene):
    figures(scene)
    declaration = taken(scene)

    droit = droits.compute(by=scene.cast.acteur("gestin"), declaration=declaration)

    assert droit.montant == Decimal(str(droit.lignes[-1]["valeur"])).quantize(Decimal("0.01"))
    assert droit.version == declaration.versions.get()
    assert len(droit.empreinte) == 64
    sources = {terme["source"] for ligne in droit.lignes for terme in ligne["termes"]}
    assert "Lettre circulaire" in sources
    assert {"code", "libelle", "mots", "expression", "valeur", "unite", "source", "termes"} == set(droit.lignes[0])
    assert JournalEntry.objects.filter(kind="afas.droit.calculated").count() == 1


def test_the_same_inputs_give_the_same_and_write_nothing_new(scene: Scene):
    figures(scene)
    declaration = computed(scene)
    first = declaration.droits.get()

    again_droit = droits.compute(by=scene.cast.acteur("gestin"), declaration=declaration)

    assert again_droit == first
    assert Droit.objects.count() == 1


def test_a_newer_figure_gives_another_calculation_beside_the_first(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)
    figures(scene, "15")

    droits.compute(by=scene.cast.acteur("gestin"), declaration=declaration)

    assert Droit.objects.count() == 2
    page = page_of(client_of("gestin"), "droit_view", declaration)
    assert "Ce calcul en remplace un autre" in page
    assert "Avant" in page


def test_a_missing_figure_is_named_and_nothing_is_kept(scene: Scene, client_of):
    declaration = taken(scene, exercice=2010)  # before any published figure

    response = client_of("gestin").post(reverse("afas:droit_compute", args=[declaration.pk]), follow=True)

    missing = calculation_of(declaration.versions.get(), declaration).missing_figures
    page = response.content.decode().replace("&#x27;", "'")
    assert missing
    assert missing[0].libelle in page
    assert "Le droit ne se calcule pas encore" in page
    assert f"{reverse('afas:bareme_list')}?exercice=2010&amp;type=alsh" in page
    assert not Droit.objects.exists()


def test_a_missing_field_is_named(scene: Scene):
    figures(scene)
    declaration = declared(scene)
    declaration.volets.filter(kind="activite").update(valeurs={})
    declaration = transmit(scene, declaration)

    refusal = refuse_calculation(calculation_of(declaration.versions.get(), declaration))

    assert refusal is not None
    assert refusal.startswith("La déclaration ne dit pas : «")


def test_the_partner_reads_the_right_as_an_estimate_until_it_is_notified(scene: Scene, client_of):
    figures(scene)
    forecast, actual = transmitted(scene, Phase.PREVISIONNEL), transmitted(scene)

    assert "Estimation : le droit définitif" in page_of(client_of("garban"), "droit_view", forecast)
    page = page_of(client_of("robine"), "droit_view", actual)
    assert "Montant provisoire" in page
    assert "n'est pas enregistré" in page
    assert not Droit.objects.exists()


def test_the_page_shows_each_term_with_its_value_and_source(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)

    page = page_of(client_of("auditeau"), "droit_view", declaration)

    for ligne in declaration.droits.get().lignes:
        assert ligne["libelle"] in page
        assert ligne["mots"] in page
    assert "Lettre circulaire" in page


@pytest.mark.parametrize(
    ("valeur", "unite", "told"),
    [
        ("12500.5", "€", "12\xa0500,50\xa0€"),
        ("2.00010000", "€/h", "2,0001\xa0€/h"),
        ("100", "places", "100\xa0places"),
        ("1200", "", "1\xa0200"),
        (None, "€", "–"),
        ("-3.005", "€", "−3,01\xa0€"),
    ],
)
def test_numbers_in_words(valeur, unite, told):
    assert in_words(valeur, unite).replace("\u202f", "\xa0") == told


def test_lines_beside_those_before():
    terme = {"code": "a", "libelle": "A", "valeur": "1", "unite": "", "source": "s"}
    ligne = {"code": "droit", "libelle": "Droit", "mots": "A", "valeur": "1", "unite": "€", "termes": [terme]}

    read = read_lines([ligne | {"valeur": "2", "termes": [terme | {"valeur": "2"}]}], [ligne])

    assert read[0].before.startswith("1,00")
    assert read[0].termes[0]["before"] == "1"
    assert read_lines([ligne], [ligne])[0].before == ""


def test_the_partner_s_page_has_the_right_for_who_reads_it_all(scene: Scene):
    figures(scene)
    declaration = computed(scene)

    shown = {name: bloc_caf(scene.cast.acteur(name), declaration) for name in ("garban", "guy")}

    assert shown["garban"]["droit"].montant == declaration.droits.get().montant
    assert (shown["guy"]["droit"], shown["guy"]["demandes"]) == (None, [])


# The decision


def test_deciding_takes_the_right_that_was_read(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)
    url = reverse("afas:traitement_decide", args=[declaration.pk])
    client = client_of("gestin")
    assert "Droit" in client.get(url).content.decode()

    client.post(url, {"empreinte": declaration.droits.get().empreinte, "is_read": "on"})

    assert again(declaration).etat == EtatDeclaration.TRAITEE


def test_the_box_has_to_be_ticked(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)
    url = reverse("afas:traitement_decide", args=[declaration.pk])

    response = client_of("gestin").post(url, {"empreinte": declaration.droits.get().empreinte})

    assert response.status_code == 422
    assert again(declaration).etat == EtatDeclaration.EN_TRAITEMENT


def test_another_calculation_than_the_one_read_is_shown_first(scene: Scene, client_of):
    figures(scene)
    declaration = computed(scene)
    seen = declaration.droits.get().empreinte
    figures(scene, "15")
    droits.compute(by=scene.cast.acteur("gestin"), declaration=declaration)

    with pytest.raises(Stale) as stale:
        droits.decide(by=scene.cast.acteur("gestin"), declaration=declaration, seen=seen)
    assert stale.value.differences[0].label == "Montant du droit"
    url = reverse("afas:traitement_decide", args=[declaration.pk])
    assert client_of("gestin").post(url, {"empreinte": seen, "is_read": "on"}).status_code == 409


def test_one_does_not_decide_on_yesterday_s_figures(scene: Scene):
    figures(scene)
    declaration = computed(scene)
    figures(scene, "15")

    seen = declaration.droits.get().empreinte
    with pytest.raises(Refused, match="barème ont changé"):
        droits.decide(by=scene.cast.acteur("gestin"), declaration=declaration, seen=seen)


def test_without_a_right_nothing_is_decided(scene: Scene, client_of):
    declaration = taken(scene)

    response = client_of("gestin").get(reverse("afas:traitement_decide", args=[declaration.pk]))

    assert response.status_code == 403
    assert "Calculez d'abord le droit" in response.content.decode().replace("&#x27;", "'")


def test_a_right_of_the_version_before_does_not_count(scene: Scene):
    figures(scene)
    declaration, gestin = computed(scene), scene.cast.acteur("gestin")
    demande = Demande("Charges", declaration.echeance.due_on.replace(year=2199), "?", [scene.volet("financier").pk])
    complements.ask(by=gestin, declaration=declaration, demande=demande)
    declaration = transmit(scene, declaration)

    droit = droit_of(declaration)

    assert droit is not None
    assert droit.droit is None  # worked out for the moment: the Caf has not done it for this version


def test_it_is_reopened_with_a_reason_before_it_is_notified(scene: Scene, client_of):
    figures(scene)
    declaration = decided(scene)
    url = reverse("afas:traitement_reopen", args=[declaration.pk])
    assert client_of("gestin").post(url, {"motif": ""}).status_code == 422

    client_of("gestin").post(url, {"motif": "Justificatif reçu ensuite"})

    declaration = again(declaration)
    assert declaration.etat == EtatDeclaration.EN_TRAITEMENT
    assert declaration.etapes.first().motif == "Justificatif reçu ensuite"


# The notification


def test_notifying_tells_the_approbateur_and_the_administrateurs_without_a_figure(scene: Scene, client_of):
    figures(scene)
    declaration = decided(scene)
    client, url = client_of("gestin"), reverse("afas:traitement_notify", args=[declaration.pk])
    recap = client.get(url).content.decode()
    assert scene.cast.people["garban"].nom_complet in recap

    client.post(url, {"empreinte": declaration.droits.get().empreinte})

    assert again(declaration).etat == EtatDeclaration.NOTIFIEE
    told = Courriel.objects.filter(kind="afas_droit_notifie")
    assert {c.to for c in told} == {scene.cast.people[n].courriel for n in ("garban", "bruet")}
    assert set(told.first().facts) == {"declaration", "pk"}
    assert JournalEntry.objects.filter(kind="afas.droit.notified").count() == 1


def test_the_letter_is_frozen(scene: Scene, client_of):
    figures(scene)
    declaration = notified(scene)
    before = NotificationDroit.objects.get().contenu
    figures(scene, "15")

    assert NotificationDroit.objects.get().contenu == before
    assert droit_of(declaration).montant == Decimal(before["montant"])
    page = page_of(client_of("garban"), "droit_view", declaration)
    assert "Notifié le" in page


def test_the_letter_is_an_accessible_pdf(scene: Scene, client_of):
    figures(scene)
    declaration = notified(scene)

    response = client_of("garban").get(reverse("afas:notification_pdf", args=[declaration.pk]))

    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert str(document.Root.Lang) == "fr-FR"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        metadata = document.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"].startswith("Notification de droit – ESC Farandole Istres")


@pytest.mark.parametrize(("phase", "label"), [(Phase.REEL, "Montant du droit"), (Phase.PREVISIONNEL, "Droit estimé")])
def test_the_letter_of_a_forecast_says_that_it_is_an_estimate(scene: Scene, phase, label):
    figures(scene)
    declaration = notified(scene, phase)

    letter = document(declaration.notification, "https://portail.example.fr/verifier/")

    assert letter["rows"][-1][0].startswith(label)
    assert ("Estimation" in droit_of(declaration).statut) is (phase != Phase.REEL)


def test_there_is_no_letter_before(scene: Scene, client_of):
    figures(scene)
    declaration = decided(scene)

    assert client_of("garban").get(reverse("afas:notification_pdf", args=[declaration.pk])).status_code == 403


def test_anybody_checks_the_code_and_learns_no_amount(scene: Scene, anonymous):
    figures(scene)
    notified(scene)
    notification = NotificationDroit.objects.get()

    page = anonymous.get("/verifier/", {"code": notification.code}).content.decode()

    assert "Notification de droit" in page
    assert notification.empreinte in page
    assert notification.contenu["montant"] not in page
    assert in_words(notification.contenu["montant"], "€") not in page
