"""What the Caf sees: the journal of its own conventions, and whether the machinery keeps up."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.courriels.models import Courriel
from portail.habilitations.acteur import Acteur
from portail.journal.models import JournalEntry
from portail.journal.queries import acts_about
from portail.supervision import queries
from portail.supervision.queries.journal import Question, journal_for
from tests.cast import Cast
from tests.client import PortailClient


def _lines(acteur: Acteur, **asked: Any) -> list[JournalEntry]:
    return journal_for(acteur, Question(**asked)).lines(None, False, 1000)


def _acts(cast: Cast, count: int, *names: str, kind: str = "comptes.session.opened") -> list[int]:
    """Facts about these conventions, written at once; their numbers."""
    subjects = [f"convention:{cast.conventions[name].pk}" for name in names]
    made = [
        JournalEntry(kind=kind, result="fait", by="ESSAI", by_label=f"Essai {rank}", subjects=subjects, facts={})
        for rank in range(count)
    ]
    return [entry.pk for entry in JournalEntry.objects.bulk_create(made)]


def _statements_of(client: PortailClient, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured if "journal_journalentry" in query["sql"]]


def _dated(pk: int, at: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_journalentry DISABLE TRIGGER journal_refuse")
        cursor.execute("UPDATE journal_journalentry SET recorded_at = %s WHERE id = %s", [at, pk])
        cursor.execute("ALTER TABLE journal_journalentry ENABLE TRIGGER journal_refuse")


def _links(page: str) -> dict[str, str]:
    found = re.findall(r'rel="(prev|next)" href="([^"]+)"', page)
    return {rel: href.replace("&amp;", "&") for rel, href in found}


@pytest.mark.parametrize(
    "url", ["/supervision/journal/", "/supervision/journal/?result=fait", "/conventions/{}/historique/"]
)
def test_a_page_of_the_journal_counts_nothing_and_reads_it_once(cast: Cast, client_of, url: str) -> None:
    _acts(cast, 60, "voisine")

    read = _statements_of(client_of("marchand"), url.format(cast.conventions["voisine"].pk))

    assert len([each for each in read if each.lstrip().startswith("SELECT")]) == 1
    assert not [each for each in read if "COUNT(" in each.upper()]


@pytest.mark.parametrize("url", ["/supervision/journal/?by=essai", "/conventions/{}/historique/"])
def test_pages_go_to_what_is_older_and_back(cast: Cast, client_of, url: str) -> None:
    _acts(cast, 60, "voisine")
    client, base = client_of("marchand"), url.format(cast.conventions["voisine"].pk)
    path, shown, address = base.partition("?")[0], [], base

    while address:
        page = client.get(address).content.decode()
        shown.append([int(rank) for rank in re.findall(r"Connexion d&#x27;Essai (\d+)", page)])
        links = _links(page)
        address = path + links["next"] if "next" in links else ""
    back = client.get(path + links["prev"]).content.decode()

    told = [rank for page in shown for rank in page]
    assert told == list(range(59, -1, -1))
    assert [int(rank) for rank in re.findall(r"Connexion d&#x27;Essai (\d+)", back)] == told[25:50]
    assert ("by=essai" in links["prev"]) == ("by=essai" in base)


def test_the_newest_page_has_no_link_to_newer_ones_and_a_forged_link_shows_it(cast: Cast, client_of) -> None:
    _acts(cast, 30, "voisine")
    client = client_of("marchand")

    for wanted in ("", "avant-0", "avant-x", "apres-99999999999999999999", "2"):
        page = client.get(f"/supervision/journal/?by=essai&page={wanted}").content.decode()
        assert "Essai 29" in page
        assert set(_links(page)) == {"next"}


def test_a_day_goes_from_midnight_to_midnight_in_paris(cast: Cast) -> None:
    instants = ["2026-07-13T21:59:59.999Z", "2026-07-13T22:00Z", "2026-07-14T21:59:59.999Z", "2026-07-14T22:00Z"]
    made = _acts(cast, 4, "voisine")
    for pk, at in zip(made, instants, strict=True):
        _dated(pk, at)

    found = _lines(cast.acteur("marchand"), since=date(2026, 7, 14), until=date(2026, 7, 14))

    assert [entry.pk for entry in found] == [made[2], made[1]]


def test_a_fact_about_several_conventions_is_told_once(cast: Cast) -> None:
    (made,) = _acts(cast, 1, "voisine", "farandole")

    for asked in ({}, {"by": "essai"}):
        assert [entry.pk for entry in _lines(cast.acteur("marchand"), **asked)].count(made) == 1
    assert _lines(cast.acteur("horsain")) == []


def test_history_leaves_out_the_reading_of_files_that_the_journal_tells(cast: Cast, client_of) -> None:
    _acts(cast, 1, "voisine", kind="cdap.onglet.read")
    client = client_of("marchand")

    assert "Essai 0" not in client.get(f"/conventions/{cast.conventions['voisine'].pk}/historique/").content.decode()
    assert "Essai 0" in client.get("/supervision/journal/?by=essai").content.decode()


@pytest.mark.parametrize(
    ("index", "read"),
    [
        ("journal_entry_acts", lambda cast: acts_about(cast.conventions["voisine"])[:26].explain()),
        ("journal_entry_convention", lambda cast: _plan(cast, Question())),
        ("journal_entry_refused", lambda cast: _plan(cast, Question(result="refuse"))),
        ("journal_entry_by", lambda cast: _plan(cast, Question(by="essai"))),
    ],
)
def test_each_reading_of_the_journal_has_its_index(cast: Cast, index: str, read: Callable[[Cast], str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert index in read(cast)


def _plan(cast: Cast, asked: Question) -> str:
    with CaptureQueriesContext(connection) as captured:
        journal_for(cast.acteur("marchand"), asked).lines(None, False, 26)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured[-1]["sql"])
        return str(cursor.fetchall())


def test_journal_holds_the_acts_of_ones_own_caf_only(cast):
    mine = _lines(cast.acteur("marchand"))
    theirs = _lines(cast.acteur("horsain"))

    assert {entry.organisation for entry in mine} == {"Organisme Farandole", "Organisme Voisine"}
    assert theirs == []


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
    assert file.count(b"\n") == len(_lines(cast.acteur("auditeau"), by="ENF01303AA")) + 1


def test_a_criterion_that_is_no_day_finds_and_exports_nothing(cast, client_of):
    """Else who mistypes a day takes the whole journal away."""
    client = client_of("marchand")

    answers = [client.get(f"/supervision/journal/{where}?since=2026-02-31") for where in ("", "export/csv/")]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert "Aucun acte" in answers[0].content.decode()


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
