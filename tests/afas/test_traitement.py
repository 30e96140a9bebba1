"""The queue of the Caf: what it shows, who takes, who is given what, many at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portail.afas.actions import traitement
from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Declaration, Droit, Justification
from portail.afas.queries.anterieures import earlier
from portail.afas.queries.traitement import alertes_of, changes_of, comparison
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused
from tests.afas.processing import again, computed, decided, declared, figures, notified, taken, transmit, transmitted
from tests.afas.scene import Scene

pytestmark = pytest.mark.django_db
LIST = "afas:traitement_list"


def listed(client, **query: object) -> str:
    return client.get(reverse(LIST), query).content.decode()


def test_the_queue_shows_what_was_transmitted_to_the_caf(scene: Scene, client_of):
    transmitted(scene)
    declared(scene, Phase.PREVISIONNEL)

    page = listed(client_of("gestin"))

    assert "ESC Farandole Istres" in page
    assert "1\xa0déclaration" in page
    assert "première déclaration" in page
    assert "Personne" in page


def test_another_caf_sees_nothing_of_it(scene: Scene, client_of):
    declaration = transmitted(scene)
    client = client_of("horsain")

    assert "ESC Farandole Istres" not in listed(client, etat="toutes")
    assert client.get(reverse("afas:traitement_view", args=[declaration.pk])).status_code == 404


def test_hints_are_written_as_it_is_received(scene: Scene):
    year = scene.echeance.exercice
    transmitted(scene, exercice=year - 1)
    declaration = declared(scene, c60="20000", p744="62000.10")
    Justification.objects.create(
        declaration=declaration, version=1, controle="C05-charges", text="Travaux", by=scene.cast.people["robine"]
    )

    declaration = transmit(scene, declaration)

    assert declaration.variation_charges == Decimal("34.8")
    assert declaration.variation_activite == 0
    assert not declaration.is_first
    assert declaration.alertes >= 1
    alerte = next(each for each in alertes_of(declaration.versions.get()) if each.libelle == "Variation des charges")
    assert (alerte.justification, alerte.by) == ("Travaux", scene.cast.people["robine"].nom_complet)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({}, True),
        ({"etat": "traitee"}, False),
        ({"etat": "toutes"}, True),
        ({"traitant": "moi"}, False),
        ({"traitant": "personne"}, True),
        ({"signal": "retard"}, True),
        ({"signal": "premiere"}, True),
        ({"signal": "variation"}, False),
        ({"signal": "alertes"}, False),
        ({"phase": "reel"}, True),
        ({"phase": "previsionnel"}, False),
        ({"type": "alsh"}, True),
        ({"nature": "alsh.extrascolaire"}, True),
        ({"nature": "alsh.periscolaire"}, False),
        ({"organisme": "farand"}, True),
        ({"organisme": "voisin"}, False),
    ],
)
def test_filters(scene: Scene, client_of, query, is_found):
    declaration = transmitted(scene)
    scene.echeance.due_on = timezone.localdate() - timedelta(days=3)
    scene.echeance.save()
    Declaration.objects.filter(pk=declaration.pk).update(alertes=0)

    page = listed(client_of("gestin"), **query)

    assert ("ESC Farandole Istres" in page) is is_found


def test_the_export_is_the_list(scene: Scene, client_of):
    transmitted(scene)

    response = client_of("auditeau").get(reverse("afas:traitement_export", args=["csv"]), {"etat": "toutes"})

    told = response.content.decode("utf-8-sig").splitlines()
    assert len(told) == 2
    assert "Charges / N-1" in told[0]
    assert "ESC Farandole Istres (" in told[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_many_queries_for_many(scene: Scene, client_of, django_assert_num_queries, number):
    for phase in list(Phase.values)[:number]:
        transmitted(scene, phase)
    client = client_of("gestin")

    with django_assert_num_queries(6):
        listed(client)


def test_taking_gives_it_to_who_takes(scene: Scene, client_of):
    declaration = transmitted(scene)

    client_of("gestin").post(reverse("afas:traitement_take", args=[declaration.pk]))

    declaration = again(declaration)
    assert declaration.etat == EtatDeclaration.EN_TRAITEMENT
    assert declaration.traitant == scene.cast.people["gestin"]


def test_what_was_given_to_somebody_is_not_taken_by_another(scene: Scene):
    declaration = transmitted(scene)
    Declaration.objects.filter(pk=declaration.pk).update(traitant=scene.cast.people["marchand"])

    with pytest.raises(Refused, match="attribuée à Marc Marchand"):
        traitement.take(by=scene.cast.acteur("gestin"), declaration=declaration)


def test_one_is_given_to_a_gestionnaire_of_the_caf_only(scene: Scene):
    declaration, gestin = transmitted(scene), scene.cast.acteur("gestin")
    with pytest.raises(Refused, match="n'est pas gestionnaire"):
        traitement.assign(by=gestin, declaration=declaration, traitant=scene.cast.people["horsain"])

    traitement.assign(by=gestin, declaration=declaration, traitant=scene.cast.people["gestin"])

    assert again(declaration).traitant == scene.cast.people["gestin"]
    assert JournalEntry.objects.filter(kind="afas.declaration.assigned").count() == 1


def test_giving_it_again_to_the_same_changes_nothing(scene: Scene):
    declaration, gestin = transmitted(scene), scene.cast.acteur("gestin")
    for _ in range(2):
        traitement.assign(by=gestin, declaration=declaration, traitant=gestin.utilisateur)

    assert JournalEntry.objects.filter(kind="afas.declaration.assigned").count() == 1


def test_the_page_of_a_declaration_tells_all_it_is_decided_upon(scene: Scene, client_of):
    figures(scene)
    transmitted(scene, exercice=scene.echeance.exercice - 1)
    declaration = computed(scene)

    page = client_of("gestin").get(reverse("afas:traitement_view", args=[declaration.pk])).content.decode()

    for said in ("Réel N-1", "Traiter", "Demander un complément", "D&#x27;où vient ce chiffre", "Transmise le"):
        assert said.replace("&#x27;", "'") in page.replace("&#x27;", "'")


@pytest.mark.parametrize("name", ["marchand", "auditeau"])
def test_others_of_the_caf_read_only(scene: Scene, client_of, name):
    declaration = taken(scene)

    page = client_of(name).get(reverse("afas:traitement_view", args=[declaration.pk])).content.decode()

    assert "Ce qui est déclaré" in page
    assert "Calculer le droit" not in page
    assert "Demander un complément" not in page


def test_values_stand_beside_last_year_s(scene: Scene):
    transmitted(scene, exercice=scene.echeance.exercice - 1)
    declaration = transmitted(scene, c64="63000.15")

    groups = comparison(declaration.versions.get(), earlier(declaration).n1.valeurs)

    rows = {row.libelle: row for group in groups for row in group.rows}
    assert rows["64 – Charges de personnel"].percent == "+50,0\xa0%"
    assert rows["Total des charges"].is_total
    assert changes_of(declaration.versions.get()) == []


def lot(client, acte: str, *chosen: Declaration, **more: object):
    data = {"acte": acte, "choix": [each.pk for each in chosen], "etat": "toutes", **more}
    return client.post(reverse("afas:traitement_lot"), data)


def test_many_are_given_to_a_colleague_after_a_preview(scene: Scene, client_of):
    one, other = transmitted(scene), transmitted(scene, Phase.PREVISIONNEL)
    client, gestin = client_of("gestin"), scene.cast.people["gestin"]

    shown = lot(client, "attribuer", one, other, **{"lot-traitant": gestin.pk})
    assert "2 lignes seront faites" in shown.content.decode().replace("\xa0", " ")
    assert again(one).traitant is None

    typed = dict(shown.context["typed"])
    sent = {"lot-traitant": gestin.pk, "confirm": "1", "empreinte": typed["empreinte"]}
    done = lot(client, "attribuer", one, other, **sent)

    assert done.status_code == 302
    assert {again(each).traitant for each in (one, other)} == {gestin}


def test_what_cannot_be_done_is_named_line_by_line(scene: Scene, client_of):
    figures(scene)
    one, other = decided(scene), transmitted(scene, Phase.PREVISIONNEL)
    client = client_of("gestin")

    shown = lot(client, "notifier", one, other).content.decode().replace("\xa0", " ")

    assert "1 ligne refusée" in shown
    assert "Prenez d'abord cette déclaration" in shown.replace("&#x27;", "'")
    assert again(one).etat == EtatDeclaration.TRAITEE


def test_many_are_notified_at_once(scene: Scene, client_of):
    figures(scene)
    one, other = decided(scene), decided(scene, Phase.PREVISIONNEL)
    client = client_of("gestin")

    typed = dict(lot(client, "notifier", one, other).context["typed"])
    lot(client, "notifier", one, other, confirm="1", empreinte=typed["empreinte"])

    assert {again(each).etat for each in (one, other)} == {EtatDeclaration.NOTIFIEE}


def test_many_are_worked_out_at_once(scene: Scene, client_of):
    figures(scene)
    one, other = taken(scene), taken(scene, Phase.PREVISIONNEL)
    client = client_of("gestin")

    typed = dict(lot(client, "calculer", one, other).context["typed"])
    assert not Droit.objects.exists()
    lot(client, "calculer", one, other, confirm="1", empreinte=typed["empreinte"])

    assert {droit.declaration for droit in Droit.objects.all()} == {one, other}


def test_a_lot_that_moved_is_shown_again(scene: Scene, client_of):
    one = transmitted(scene)
    client = client_of("gestin")
    typed = dict(lot(client, "prendre", one).context["typed"])
    Declaration.objects.filter(pk=one.pk).update(traitant=scene.cast.people["marchand"])

    answer = lot(client, "prendre", one, confirm="1", empreinte=typed["empreinte"])

    assert answer.status_code == 409
    assert again(one).etat == EtatDeclaration.TRANSMISE


def test_home_says_how_many_wait(scene: Scene, client_of):
    transmitted(scene)

    page = client_of("gestin").get("/").content.decode()

    assert "1\xa0déclaration à traiter" in page
    assert "déclaration à traiter" not in client_of("auditeau").get("/").content.decode()


def test_once_notified_it_is_nobody_s_to_give(scene: Scene):
    figures(scene)
    declaration = notified(scene)

    with pytest.raises(Refused, match="déjà notifié"):
        traitement.assign(by=scene.cast.acteur("gestin"), declaration=declaration, traitant=None)
