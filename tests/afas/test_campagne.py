"""The Caf sees how far its échéances are, and who to call."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portail.afas.enums import EtatDeclaration, Phase
from portail.afas.models import Declaration, EtapeDeclaration, Profil
from portail.afas.queries import campagne
from tests.afas.declared import activite_like, declared, echeance_of
from tests.afas.test_tableaux import as_person, cells

pytestmark = pytest.mark.django_db
_E = EtatDeclaration


def open_one(scene, etat):
    activite = activite_like(scene)
    return Declaration.objects.create(
        activite=activite, echeance=scene.echeance, caf=activite.caf, definition="alsh/2023", etat=etat
    )


def test_each_echeance_says_where_its_declarations_stand(scene):
    for etat in (_E.EN_COURS, _E.A_COMPLETER, _E.A_APPROUVER, _E.TRANSMISE, _E.EN_TRAITEMENT, _E.TRAITEE, _E.PAYEE):
        open_one(scene, etat)
    gestin = scene.cast.acteur("gestin")

    row = campagne.counted(campagne.echeances_for(gestin), gestin.on).get()

    assert {name: getattr(row, name) for name in ("ouvertes", "retards", *campagne.GROUPS)} == {
        "ouvertes": 8,
        "retards": 0,
        "a_saisir": 1,
        "en_cours": 2,
        "a_approuver": 1,
        "transmises": 2,
        "traitees": 2,
    }
    assert campagne.totals_of(campagne.echeances_for(gestin), gestin.on)["ouvertes"] == 8


def test_late_is_what_was_never_transmitted_after_the_due_date(scene):
    echeance_of(scene, scene.echeance.exercice, late=3)
    for etat in (_E.EN_COURS, _E.TRANSMISE):
        open_one(scene, etat)
    sent_back = open_one(scene, _E.EN_COURS)
    Declaration.objects.filter(pk=sent_back.pk).update(transmitted_at=timezone.now())
    gestin = scene.cast.acteur("gestin")

    assert campagne.counted(campagne.echeances_for(gestin), gestin.on).get().retards == 2
    assert {row.etat for row in campagne.retards_for(gestin)} == {_E.A_SAISIR, _E.EN_COURS}


def test_on_the_due_date_nothing_is_late(scene):
    echeance_of(scene, scene.echeance.exercice, late=0)

    assert not campagne.retards_for(scene.cast.acteur("gestin")).exists()


def test_the_list_says_who_to_call(scene):
    echeance_of(scene, scene.echeance.exercice, late=3)

    response = as_person(scene, "auditeau").get(reverse("afas:retard_list"))

    assert cells(response, "Retard") == ["3 jours"]
    assert cells(response, "Qui appeler") == [
        "Gilles Garban (Approbateur), garban@example.fr "
        "Olivia Robine (Fournisseur de données d&#x27;activité), robine@example.fr"
    ]


def test_nobody_to_call_is_said(scene):
    Profil.objects.all().delete()
    echeance_of(scene, scene.echeance.exercice, late=3)

    response = as_person(scene, "gestin").get(reverse("afas:retard_list"))

    assert "appelez l&#x27;administrateur" in response.content.decode()


def test_progress_counts_each_day(scene):
    yesterday = timezone.now() - timedelta(days=1)
    for at in (timezone.now(), yesterday, yesterday, yesterday - timedelta(days=60)):
        declaration = open_one(scene, _E.TRANSMISE)
        EtapeDeclaration.objects.create(
            declaration=declaration, code="transmettre", vers=_E.TRANSMISE, version=1, at=at
        )
    gestin = scene.cast.acteur("gestin")

    chart = campagne.progress_of(campagne.echeances_for(gestin), gestin.on)

    assert chart.series[0].values[-3:] == [0, 2, 1]
    assert sum(chart.series[1].values) == 0
    assert len(chart.labels) == 31


def test_amounts_stand_by_phase_and_state(scene):
    year = scene.echeance.exercice
    previsionnel = echeance_of(scene, year, Phase.PREVISIONNEL)
    declared(scene, scene.activite, previsionnel, montant="10000")
    declared(scene, activite_like(scene), previsionnel, montant="5000", etat=_E.PAYEE)
    declared(scene, scene.activite, scene.echeance, montant="9000", etat=_E.TRAITEE)
    declared(scene, activite_like(scene), scene.echeance, montant="7000", etat=_E.A_COMPLETER)
    gestin = scene.cast.acteur("gestin")

    chart = campagne.amounts_of(campagne.echeances_for(gestin))

    assert list(chart.labels) == [f"Prévisionnel {year}", f"Réel {year}"]
    assert {serie.label: list(serie.values) for serie in chart.series} == {
        "En traitement": [None, None],
        "Traitée": [None, Decimal(9000)],
        "Notifiée": [Decimal(10000), None],
        "Payée": [Decimal(5000), None],
    }


def test_filters_hold_for_the_table_and_the_charts(scene):
    declared(scene, scene.activite, echeance_of(scene, scene.echeance.exercice, Phase.PREVISIONNEL), montant="1000")
    client = as_person(scene, "marchand")

    response = client.get(reverse("afas:campagne_view"), {"phase": Phase.REEL})

    assert cells(response, "Ouvertes") == ["1"]
    assert "Aucun chiffre à montrer" in response.content.decode()


def test_a_number_of_late_ones_leads_to_them(scene):
    echeance_of(scene, scene.echeance.exercice, late=3)

    response = as_person(scene, "gestin").get(reverse("afas:campagne_view"))

    year = scene.echeance.exercice
    assert f"/retards/?exercice={year}&amp;phase=reel&amp;type=alsh" in response.content.decode()


@pytest.mark.parametrize("page", ["campagne_export", "retard_export"])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_lists_are_exported(scene, page, extension):
    echeance_of(scene, scene.echeance.exercice, late=3)

    response = as_person(scene, "gestin").get(reverse(f"afas:{page}", args=[extension]))

    assert response.status_code == 200
    if extension == "csv":
        assert len(response.content.decode("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize(("page", "queries"), [("campagne_view", 8), ("retard_list", 6)])
@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_as_much_for_three_as_for_one(scene, page, queries, number):
    echeance_of(scene, scene.echeance.exercice, late=3)
    for _ in range(number - 1):
        open_one(scene, _E.EN_COURS)
    client, url = as_person(scene, "gestin"), reverse(f"afas:{page}")
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        client.get(url)

    assert len(captured) == queries


def test_another_caf_sees_nothing(scene):
    response = as_person(scene, "horsain").get(reverse("afas:campagne_view"))

    assert "Aucune échéance" in re.sub(r"\s+", " ", response.content.decode())
