"""Dashboards show what was granted, to who may know."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portail.afas.enums import EtatDeclaration, Phase, RoleProfil
from portail.afas.models import Activite, Droit, Profil
from portail.afas.queries import tableaux
from portail.habilitations import actions
from tests.afas.declared import activite_like, declared, echeance_of
from tests.client import PortailClient

pytestmark = pytest.mark.django_db


def as_person(scene, name):
    client = PortailClient()
    client.force_login(scene.cast.people[name], backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def cells(response, label):
    found = re.findall(rf'<td data-label="{label}"[^>]*>(.*?)</td>', response.content.decode(), re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", cell).replace("\xa0", " ").split()) for cell in found]


@pytest.fixture
def granted(scene):
    """A prévisionnel of 10,000 € notified, a réel of 9,500.50 € being processed, after a first one of 9,000 €."""
    year = scene.echeance.exercice
    declared(scene, scene.activite, echeance_of(scene, year, Phase.PREVISIONNEL), montant="10000")
    reel = declared(scene, scene.activite, scene.echeance, montant="9000", etat=EtatDeclaration.EN_TRAITEMENT)
    first = reel.droits.get()
    Droit.objects.create(
        declaration=reel, version=first.version, montant=Decimal("9500.50"), lignes=[], empreinte="1" * 64
    )
    return year


def test_the_list_shows_the_newest_right_of_each_phase(scene, granted):
    response = as_person(scene, "bruet").get(reverse("afas:tableau_list"))

    assert cells(response, "Prévisionnel") == ["10 000,00 €"]
    assert cells(response, "Réel") == ["9 500,50 €"]
    assert b"1\xc2\xa0activit\xc3\xa9" in response.content


def test_the_exercice_chooses_the_amounts(scene, granted):
    echeance = echeance_of(scene, granted - 1, Phase.PREVISIONNEL)
    declared(scene, scene.activite, echeance, montant="8000")

    response = as_person(scene, "bruet").get(reverse("afas:tableau_list"), {"exercice": granted - 1})

    assert cells(response, "Prévisionnel")[:1] == ["8 000,00 €"]


def test_the_amounts_of_all_are_added_up_by_phase(scene, granted):
    other = activite_like(scene, organisme=scene.activite.organisme)
    declared(scene, other, echeance_of(scene, granted, Phase.PREVISIONNEL), montant="500")
    activites = tableaux.activites_for(scene.cast.acteur("bruet"))

    found = tableaux.amounts_of(activites, [granted])

    assert found == {(granted, Phase.PREVISIONNEL): Decimal(10500), (granted, Phase.REEL): Decimal("9500.50")}


def test_a_page_says_what_is_provisional(scene, granted):
    response = as_person(scene, "garban").get(reverse("afas:tableau_view", args=[scene.activite.pk]))

    told = re.findall(r'data-label="Montant">(.*?)</td>', response.content.decode())
    assert [re.sub("<[^>]+>", "", each).replace("\xa0", " ") for each in told] == [
        "10 000,00 €",
        "9 500,50 € provisoire",
    ]


def test_a_page_without_anything_says_so(scene):
    activite = activite_like(scene, organisme=scene.activite.organisme)

    response = as_person(scene, "bruet").get(reverse("afas:tableau_view", args=[activite.pk]))

    assert "Aucune déclaration pour l'instant" in response.content.decode().replace("&#x27;", "'")
    assert "Les ratios apparaîtront" in response.content.decode()


def test_the_mean_is_explained_when_it_is_not_shown(scene, granted):
    response = as_person(scene, "bruet").get(reverse("afas:tableau_view", args=[scene.activite.pk]))

    assert "au moins 5 autres structures" in response.content.decode()


def test_who_supplies_a_lieu_only_reads_no_amount(scene):
    Profil.objects.filter(rattachement=scene.cast.rattachements["robine"], role=RoleProfil.FINANCES).delete()
    client = as_person(scene, "robine")

    refused = client.get(reverse("afas:tableau_list"))
    missing = client.get(reverse("afas:tableau_view", args=[scene.activite.pk]))

    assert (refused.status_code, missing.status_code) == (403, 404)
    assert "AFAS-Habiliter" in refused.content.decode()


def test_the_list_is_exported(scene, granted):
    response = as_person(scene, "bruet").get(reverse("afas:tableau_export", args=["csv"]))

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[0] == "Activité"
    assert "10000,00" in lines[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(scene, granted, number):
    for _ in range(number - 1):
        other = activite_like(scene, organisme=scene.activite.organisme)
        declared(scene, other, scene.echeance, montant="500")
    client, url = as_person(scene, "bruet"), reverse("afas:tableau_list")
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        client.get(url)

    assert len(captured) == 6


def test_who_gives_profiles_and_holds_one_sees_each_activite_once(scene):
    other = activite_like(scene, organisme=scene.activite.organisme)
    actions.add_to_groupe(
        by=scene.cast.acteur("bruet"),
        groupe=scene.cast.groupes["AFAS-HAB"],
        rattachement=scene.cast.rattachements["robine"],
        opens_on=timezone.localdate(),
        closes_on=None,
    )
    robine = scene.cast.acteur("robine")

    assert set(tableaux.activites_for(robine)) == {scene.activite, other}
    assert Activite.objects.visible_to(robine).count() == 2


def test_an_activite_of_another_organisation_is_missing(scene):
    other = activite_like(scene)

    assert as_person(scene, "bruet").get(reverse("afas:tableau_view", args=[other.pk])).status_code == 404
