"""The anomaly board: each anomaly found where it is, nowhere else, with its remedy; the weekly mail."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from portail.comptes.models import Utilisateur
from portail.conventions.models import Administrateur, RoleBulletin
from portail.courriels.actions import send_due
from portail.courriels.models import Courriel
from portail.habilitations import actions as habilitations
from portail.habilitations.models import Responsable
from portail.journal.models import JournalEntry, Result
from portail.supervision import actions, tasks
from portail.supervision.models import Abonnement
from portail.supervision.queries.anomalies import ANOMALIES, cases_for, counts_for
from portail.ui.rules import Refused
from tests.permissions.matrix import PEOPLE

BOARD = "/supervision/anomalies/"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


def _cases(cast, who, code):
    return cases_for(cast.acteur(who), ANOMALIES[code], limit=100)


def _names(cast, who, code):
    return {case.what.split(" (")[0] for case in _cases(cast, who, code)}


def _night_act(cast) -> None:
    """As the base would have written it had somebody acted at three in the morning."""
    three = datetime.combine(timezone.localdate() - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE journal_journalentry DISABLE TRIGGER journal_stamp")
        JournalEntry.objects.create(
            pk=900_000,
            recorded_at=three + timedelta(hours=2),
            kind="habilitations.roles.set",
            result=Result.DONE,
            by="ENF01302SM",
            by_label="Stéphane Bruet",
            subjects=[f"convention:{cast.conventions['farandole'].pk}"],
        )
        cursor.execute("ALTER TABLE journal_journalentry ENABLE TRIGGER journal_stamp")


def _unused(cast) -> None:
    Utilisateur.objects.filter(pk=cast.people["robine"].pk).update(last_login=timezone.now() - timedelta(days=390))


def _without_proof(cast) -> None:
    RoleBulletin.objects.filter(role="cdap.t1").update(justificatif_since=timezone.localdate())


def _failed(cast) -> None:
    now, to = timezone.now(), cast.people["robine"].courriel.upper()
    Courriel.objects.create(kind="identifiant", to=to, to_label="x", statut="echec", enqueued_at=now, due_at=now)


def _foreign(cast) -> None:
    Utilisateur.objects.filter(pk=cast.people["robine"].pk).update(courriel="robine@ailleurs.example")


def _at_once(cast) -> None:
    Administrateur.objects.create(rattachement=cast.rattachements["robine"], opens_on=timezone.localdate())


def _empty(cast) -> None:
    habilitations.create_groupe(
        by=cast.acteur("bruet"),
        convention=cast.conventions["farandole"],
        code="VIDE",
        libelle="Vide",
        opens_on=timezone.localdate(),
    )


def _nothing(cast) -> None:
    """It is so from the start."""


# What makes each anomaly happen at Farandole, and who or what it is.
HAPPENS = {
    "sans-groupe": (_nothing, "Guy Valérie"),
    "groupe-sans-membre": (_empty, "Vide"),
    "groupe-sans-responsable": (_nothing, "AFAS-DECLARER"),
    "administrateur-seul": (_nothing, "Organisme Farandole"),
    "justificatifs-manquants": (_without_proof, "Garban Gilles"),
    "droits-inutilises": (_unused, "Robine Olivia"),
    "courriels-en-echec": (_failed, "Robine Olivia"),
    "domaine-etranger": (_foreign, "Robine Olivia"),
    "administrateur-eclair": (_at_once, "Robine Olivia"),
    "actes-de-nuit": (_night_act, "Stéphane Bruet"),
}


@pytest.mark.parametrize("code", sorted(ANOMALIES))
def test_an_anomaly_is_seen_by_who_follows_it_and_by_nobody_else(cast, client_of, code):
    happens, who = HAPPENS[code]
    happens(cast)

    assert who in _names(cast, "bruet", code)
    assert who in _names(cast, "auditeau", code)
    assert who not in _names(cast, "voisin", code)
    assert _cases(cast, "horsain", code) == [c for c in _cases(cast, "horsain", code) if "Lointaine" in c.convention]
    remedies = {case.url for case in _cases(cast, "bruet", code)}
    assert {client_of("bruet").get(url).status_code for url in remedies} == {200}
    assert counts_for(cast.acteur("bruet"))[code] == len(_cases(cast, "bruet", code))


def test_what_is_mended_is_no_anomaly_any_more(cast):
    bruet = cast.acteur("bruet")
    today = timezone.localdate()
    habilitations.add_to_groupe(
        by=bruet, groupe=cast.groupe("GUICHET"), rattachement=cast.rattachement("guy"), opens_on=today, closes_on=None
    )
    Responsable.objects.create(groupe=cast.groupes["AFAS-DEC"], rattachement=cast.rattachements["guy"], opens_on=today)

    assert "Guy Valérie" not in _names(cast, "bruet", "sans-groupe")
    assert _names(cast, "bruet", "groupe-sans-responsable") == set()


def test_a_domain_that_is_listed_is_not_told(cast, settings):
    _foreign(cast)
    settings.MAIL_DOMAINS = ["ailleurs.example"]

    assert _cases(cast, "auditeau", "domaine-etranger") == []


def test_the_board_and_a_list_are_read(cast, client_of):
    client = client_of("auditeau")

    board = client.get(BOARD).content.decode()
    cases = client.get(f"{BOARD}sans-groupe/?nom=farandole").content.decode()

    assert all(escape(each.libelle) in board for each in ANOMALIES.values())
    assert "Guy Valérie" in cases
    assert "Y remédier" in cases
    assert "Guy Valérie" not in client.get(f"{BOARD}sans-groupe/?nom=voisine").content.decode()
    assert client.get(f"{BOARD}inconnue/").status_code == 404
    assert client.get(f"{BOARD}inconnue/export/csv/").status_code == 404
    assert client.post(f"{BOARD}inconnue/abonnement/", {"wanted": "1"}).status_code == 404


def test_cases_are_exported_safely_and_journalled(cast, client_of):
    Utilisateur.objects.filter(pk=cast.people["guy"].pk).update(nom="=1+1")

    told = client_of("bruet").get(f"{BOARD}sans-groupe/export/csv/").content.decode("utf-8-sig")

    assert "'=1+1 Valérie" in told
    assert "Utilisateurs sans groupe" in JournalEntry.objects.get(kind="habilitations.list.exported").facts["what"]


def test_too_long_an_export_is_refused_with_what_to_do(cast, client_of, monkeypatch, settings):
    monkeypatch.setitem(settings.PORTAIL, "EXPORT_ROWS", 0)

    assert "dépasse 0 lignes" in client_of("bruet").get(f"{BOARD}sans-groupe/export/csv/").content.decode()


def test_the_board_costs_the_same_for_one_convention_and_for_two(cast, client_of):
    def queries(who):
        client = client_of(who)
        client.get(BOARD)
        with CaptureQueriesContext(connection) as seen:
            client.get(BOARD)
        return len(seen)

    assert queries("auditeau") == queries("horsain")


@pytest.mark.parametrize("who", sorted(set(PEOPLE) - {"anonyme"}))
def test_only_who_follows_rights_may_be_told(cast, who):
    acteur = cast.acteur(who)
    followers = {"bruet", "voisin", "lointain", "marchand", "auditeau", "horsain"}

    if who in followers:
        actions.follow(by=acteur, anomalie=ANOMALIES["sans-groupe"], wanted=True)
    else:
        with pytest.raises(Refused):
            actions.follow(by=acteur, anomalie=ANOMALIES["sans-groupe"], wanted=True)

    assert Abonnement.objects.count() == (who in followers)


def test_the_digest_leaves_once_a_week_and_says_no_name(cast, client_of, mailoutbox):
    client = client_of("bruet")
    for wanted in ("1", "1"):
        client.post(f"{BOARD}sans-groupe/abonnement/", {"wanted": wanted})
    client.post(f"{BOARD}courriels-en-echec/abonnement/", {"wanted": "1"})
    monday = MONDAY.date()

    assert [actions.send_digests(monday + timedelta(days=n)) for n in (0, 0, 1, 6, 7)] == [1, 0, 0, 0, 1]
    assert JournalEntry.objects.filter(kind="supervision.anomalie.followed").count() == 2
    send_due()
    letter = next(m for m in mailoutbox if m.subject == "Anomalies de la semaine")
    assert "Utilisateurs sans groupe : 2" in letter.body
    assert "Courriels en échec" not in letter.body
    assert "Guy" not in letter.body


def test_who_left_or_unsubscribed_is_told_nothing(cast, client_of):
    client = client_of("bruet")
    client.post(f"{BOARD}sans-groupe/abonnement/", {"wanted": "1"})
    client.post(f"{BOARD}sans-groupe/abonnement/", {"wanted": "0"})
    assert JournalEntry.objects.filter(kind="supervision.anomalie.left").count() == 1
    actions.follow(by=cast.acteur("auditeau"), anomalie=ANOMALIES["sans-groupe"], wanted=True)
    Utilisateur.objects.filter(pk=cast.people["auditeau"].pk).update(closes_on=MONDAY.date() - timedelta(days=1))

    assert actions.send_digests(MONDAY.date()) == 0


def test_the_job_is_the_action(cast):
    actions.follow(by=cast.acteur("auditeau"), anomalie=ANOMALIES["sans-groupe"], wanted=True)

    tasks.send_digests(timestamp=0)

    assert Courriel.objects.filter(kind="anomalies_semaine").count() == 1


def test_cases_are_sorted_by_each_column(cast) -> None:
    acteur, anomalie = cast.acteur("marchand"), ANOMALIES["administrateur-seul"]

    up, down = ([c.what for c in cases_for(acteur, anomalie, limit=100, order=order)] for order in ("what", "-what"))

    assert up == sorted(up)
    assert down == up[::-1]
    assert len(up) > 1
