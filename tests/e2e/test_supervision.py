"""An auditor answers « qui avait accès à quoi, le …, et pourquoi ? » (issue: Supervision habilitations)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portail.habilitations import actions
from portail.supervision.actions import record_usage

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_auditeur_answers_who_had_what_and_why(cast, visit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = timezone.localtime(cursor.fetchone()[0])
    actions.set_roles(by=cast.acteur("bruet"), groupe=cast.groupe("AFAS-DEC"), wanted=set())
    today = timezone.localdate()

    auditeau = visit()
    auditeau.sign_in("CAF00132AC")
    auditeau.click("Suivi des habilitations")
    assert auditeau.heading == "Suivi des habilitations"
    auditeau.accessible()
    auditeau.fill(personne="robine", jour=f"{today + timedelta(days=3):%Y-%m-%d}")
    auditeau.click("Rechercher", "button")
    assert "Aucune habilitation" in auditeau.text()
    auditeau.accessible()

    auditeau.goto(f"/supervision/habilitations/?personne=robine&connu_le={before:%Y-%m-%dT%H:%M:%S.%f}")
    assert "1 habilitation" in auditeau.text()
    assert "tel qu'on le savait le" in auditeau.text()
    auditeau.accessible()
    auditeau.click("Expliquer")
    assert auditeau.heading == "Droits d'Olivia Robine"
    auditeau.page.locator("summary", has_text="AFAS-Déclarer").click()
    assert "Membre du groupe AFAS-DECLARER" in auditeau.text()
    auditeau.accessible()

    auditeau.click("Anomalies")
    auditeau.accessible()
    auditeau.click("Utilisateurs sans groupe")
    assert "Guy Valérie" in auditeau.text()
    auditeau.click("Me prévenir par courriel", "button")
    assert "chaque lundi" in auditeau.text()
    auditeau.accessible()
    auditeau.click("Y remédier")
    assert auditeau.heading == "Nadine Bollie"

    record_usage(today + timedelta(days=1))
    auditeau.goto("/supervision/usage/")
    assert "Organisme Farandole" in auditeau.text()
    auditeau.accessible()

    narrow = visit(width=360, height=740)
    narrow.sign_in("ENF01302SM")
    for page in ("habilitations/", "anomalies/", "anomalies/sans-groupe/", "usage/"):
        narrow.goto(f"/supervision/{page}")
        narrow.accessible()
