"""What the Caf sees: the journal of its own conventions, and whether the machinery keeps up."""

import csv
import io
import re
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.courriels.models import Courriel
from portail.supervision import queries


def test_journal_holds_the_acts_of_ones_own_caf_only(cast):
    mine = queries.entries_for(cast.acteur("marchand"))
    theirs = queries.entries_for(cast.acteur("horsain"))

    assert {entry.organisation for entry in mine} == {"Organisme Farandole", "Organisme Voisine"}
    assert list(theirs) == []


def test_journal_is_filtered_by_author_and_result(cast, client_of):
    page = client_of("auditeau").get("/supervision/journal/?by=enf01303aa&result=fait").content.decode()

    assert "Victor Voisin a créé le groupe Voisins" in page
    assert "Stéphane Bruet a créé" not in page


def test_journal_of_a_day_to_come_is_empty_and_says_so(cast, client_of):
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = client_of("auditeau").get(f"/supervision/journal/?since={tomorrow}").content.decode()

    assert "Aucun acte" in page


def test_journal_is_exported_with_its_filters(cast, client_of):
    client = client_of("auditeau")

    file = client.get("/supervision/journal/export/csv/?by=enf01303aa&result=fait").content

    header, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == ["Date et heure", "Auteur", "Organisation", "Acte", "Résultat", "Adresse IP"]
    assert {(row[1], row[2], row[4]) for row in rows} == {("Victor Voisin (ENF01303AA)", "Organisme Voisine", "Fait")}
    assert any(row[3].startswith("Victor Voisin a créé le groupe Voisins") for row in rows)
    assert all(re.fullmatch(rf"{timezone.localdate():%d/%m/%Y} \d\d:\d\d:\d\d", row[0]) for row in rows)
    assert file.count(b"\n") == queries.entries_for(cast.acteur("auditeau")).filter(by="ENF01303AA").count() + 1


def test_export_of_the_journal_tells_the_address(cast, client_of):
    client_of("bruet").get(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/export/csv/")

    file = client_of("auditeau").get("/supervision/journal/export/csv/").content.decode()

    assert re.search(r"Stéphane Bruet a exporté la liste des utilisateurs \(lignes : \d+\)\.;Fait;127\.0\.0\.1", file)


def test_partner_has_no_door_to_supervision(cast, client_of):
    assert client_of("bruet").get("/supervision/journal/").status_code == 403
    assert client_of("bruet").get("/supervision/etat/").status_code == 403


def test_sante_counts_waiting_jobs_and_mails(cast, client_of):
    app.configure_task("courriels.send_courriel", queue="essai").defer(pk=0)

    found = {queue.name: queue.waiting for queue in queries.queues()}
    page = client_of("marchand").get("/supervision/etat/").content.decode()

    assert found["essai"] == 1
    assert queries.mails().to_send == Courriel.objects.filter(statut="a_envoyer").count() == 2
    assert "essai" in page


def test_a_job_planned_for_later_is_not_late(cast):
    app.configure_task("courriels.send_courriel", queue="demain", schedule_in={"days": 1}).defer(pk=0)

    found = {queue.name: (queue.waiting, queue.lag_seconds) for queue in queries.queues()}

    assert found["demain"] == (0, 0)
