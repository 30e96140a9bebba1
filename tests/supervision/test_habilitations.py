"""« Qui avait accès à quoi, le …, et pourquoi ? »: perimeter, days, recorded time, exports, the cost of a list."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail.conventions.models import Convention, Rattachement, RoleBulletin
from portail.habilitations import actions
from portail.habilitations.models import Appartenance, Groupe, Habilitation
from portail.journal.models import JournalEntry
from portail.supervision.models import HabilitationConnue
from portail.supervision.queries import connu
from portail.supervision.queries.habilitations import Search, lines_for
from portail.supervision.views import habilitations
from tests.habilitations.proofs import checked

LIST = "/supervision/habilitations/"


def _today():
    return timezone.localdate()


def _found(cast, who, **asked):
    lines = lines_for(cast.acteur(who), Search(**{"jour": _today(), **asked}), limit=100)
    return sorted((line.utilisateur.nom, line.role, line.convention.libelle) for line in lines)


def _now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_an_auditeur_sees_the_lines_of_his_caf_and_an_administrateur_those_of_his_conventions(cast):
    farandole = [
        ("Double", "cdap.t5", "Convention Farandole"),
        ("Garban", "cdap.t1", "Convention Farandole"),
        ("Garban", "cdap.t5", "Convention Farandole"),
        ("Robine", "afas.declarer", "Convention Farandole"),
    ]
    voisine = [("Double", "cdap.t5", "Convention Voisine")]

    assert _found(cast, "auditeau") == _found(cast, "marchand") == sorted(farandole + voisine)
    assert _found(cast, "bruet") == farandole
    assert _found(cast, "voisin") == voisine
    assert _found(cast, "horsain") == _found(cast, "lointain") == []


def test_a_responsable_finds_nothing_even_if_he_asked(cast):
    assert _found(cast, "garban") == _found(cast, "robine") == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"personne": "garb"}, {"Garban"}),
        ({"personne": "ENF01302XB"}, {"Robine"}),
        ({"personne": "double@ex"}, {"Double"}),
        ({"personne": "%"}, set()),
        ({"organisme": "voisine"}, {"Double"}),
        ({"organisme": "123 456 789 00011"}, {"Double", "Garban", "Robine"}),
        ({"convention": "1303"}, {"Double"}),
        ({"convention": "lointaine"}, set()),
        ({"service": "afas"}, {"Robine"}),
        ({"role": "cdap.t1"}, {"Garban"}),
    ],
)
def test_each_criterion_narrows_the_lines(cast, asked, names):
    assert {nom for nom, _, _ in _found(cast, "auditeau", **asked)} == names


def test_both_ends_of_a_right_are_included(cast):
    row = Appartenance.objects.get(rattachement=cast.rattachements["robine"])
    row.closes_on = _today() + timedelta(days=5)
    row.save()

    def has(day):
        return bool(_found(cast, "auditeau", jour=day, personne="robine"))

    first, last = row.opens_on, row.closes_on
    assert [has(first - timedelta(days=1)), has(first), has(last), has(last + timedelta(days=1))] == [
        False,
        True,
        True,
        False,
    ]
    assert _found(cast, "auditeau", etat="terminee", personne="robine", jour=last) == []
    assert len(_found(cast, "auditeau", etat="terminee", personne="robine", jour=last + timedelta(days=1))) == 1
    assert len(_found(cast, "auditeau", etat="a_venir", personne="robine", jour=first - timedelta(days=1))) == 1
    assert _found(cast, "auditeau", etat="a_venir", personne="robine", jour=first) == []
    assert len(_found(cast, "auditeau", etat="toutes", personne="robine", jour=first)) == 1


def test_a_membership_that_opens_nothing_is_found(cast):
    Convention.objects.filter(pk=cast.conventions["voisine"].pk).update(etat="signee", validated_on=None)

    told = lines_for(cast.acteur("auditeau"), Search(jour=_today(), etat="jamais"), limit=100)

    assert {(a.rattachement.utilisateur.nom, a.groupe.code) for a in told} >= {("Double", "VOISINS")}
    assert not {a.pk for a in told} & set(Habilitation.objects.values_list("appartenance", flat=True))
    assert lines_for(cast.acteur("horsain"), Search(jour=_today(), etat="jamais"), limit=100) == []


def test_who_lacks_the_proof_his_role_asks_for_never_had_the_right(cast):
    """Though another member of the same group, proved, has it."""
    actions.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("ACCUEIL"),
        rattachement=cast.rattachement("guy"),
        opens_on=_today(),
        closes_on=None,
    )
    actions.set_roles(by=cast.acteur("bruet"), groupe=cast.groupe("ACCUEIL"), wanted={"cdap.t1"})
    RoleBulletin.objects.filter(role="cdap.t1").update(justificatif_since=_long_ago())
    checked(cast)

    told = lines_for(cast.acteur("auditeau"), Search(jour=_today(), etat="jamais"), limit=100)

    people = {a.rattachement.utilisateur.nom for a in told if a.groupe.code == "ACCUEIL"}
    assert "Guy" in people
    assert "Garban" not in people


def _long_ago():
    return _today() - timedelta(days=800)


def test_what_never_opened_anything_is_what_the_view_does_not_know(cast):
    """Withdrawn the day it began, over before the person came, beside others of the same group that do give rights."""
    bruet, groupe = cast.acteur("bruet"), cast.groupe("ACCUEIL")
    for name in ("guy", "robine"):
        actions.add_to_groupe(
            by=bruet, groupe=groupe, rattachement=cast.rattachement(name), opens_on=_today(), closes_on=None
        )
    Appartenance.objects.filter(rattachement=cast.rattachements["guy"]).update(closes_on=_today() - timedelta(days=1))

    told = lines_for(cast.acteur("auditeau"), Search(jour=_today(), etat="jamais"), limit=100)

    given = set(Habilitation.objects.order_by().values_list("appartenance", flat=True))
    of_the_caf = Appartenance.objects.filter(rattachement__convention__caf_pivot__code="132")
    assert {a.pk for a in told} == set(of_the_caf.values_list("pk", flat=True)) - given
    assert "Guy" in {a.rattachement.utilisateur.nom for a in told}


def test_the_page_says_what_was_asked_and_links_to_why(cast, client_of):
    page = client_of("auditeau").get(f"{LIST}?personne=robine").content.decode()

    robine = cast.rattachements["robine"]
    assert "1\u00a0habilitation" in page
    assert f"Qui a quoi le {_today():%d/%m/%Y}" in page
    assert f"{LIST}{robine.pk}/?jour={_today():%Y-%m-%d}" in page


def test_sorting_is_offered_where_an_index_serves_it(cast, client_of):
    page = client_of("bruet").get(f"{LIST}?sort=-personne").content.decode()

    assert page.index("Robine") < page.index("Garban")
    assert client_of("bruet").get(f"{LIST}?sort=role").status_code == 200


@pytest.mark.parametrize(
    "query", ["jour=31/02/2026", "connu_le=demain", "etat=autre", "jour=0001-01-01", "role=cdap", "service=x"]
)
def test_a_question_not_understood_gets_no_answer(cast, client_of, query):
    client = client_of("auditeau")

    page = client.get(f"{LIST}?{query}")

    assert page.status_code == 422
    assert "Critères à corriger" in page.content.decode()
    assert "Robine" not in page.content.decode()
    assert client.get(f"{LIST}export/csv/?{query}").status_code == 403


def test_an_instant_to_come_or_before_memory_is_refused_with_the_reason(cast, client_of):
    client, now = client_of("auditeau"), f"{timezone.localtime():%Y-%m-%dT%H:%M:%S.%f}"

    assert "à venir" in client.get(f"{LIST}?connu_le=2190-01-01T00:00").content.decode()
    assert "garde la mémoire" in client.get(f"{LIST}?connu_le=2001-01-01T00:00").content.decode()
    assert "ne se demande qu" in client.get(f"{LIST}?etat=jamais&connu_le={now}").content.decode()


def test_a_day_that_no_month_has_is_told_so(client_of):
    page = client_of("auditeau").get(f"{LIST}?jour=31/02/2026").content.decode()

    assert "Le 31/02/2026 n&#x27;existe pas : vérifiez le jour et le mois." in page


def test_an_instant_finer_than_a_picker_shows_is_shown_and_asked_again(cast, client_of):
    client, instant = client_of("auditeau"), f"{timezone.localtime():%Y-%m-%dT%H:%M:%S}"

    page = client.get(LIST, {"connu_le": f"{instant}.557635"}).content.decode()

    assert f'value="{instant}.557"' in page
    assert client.get(LIST, {"connu_le": f"{instant}.000"}).status_code == 200


def test_what_was_known_stays_known(cast, client_of):
    """A right taken away with effect in the past was still known before."""
    before = _now()
    actions.set_roles(by=cast.acteur("bruet"), groupe=cast.groupe("AFAS-DEC"), wanted=set())
    after = _now()

    def known(instant):
        with connu.known_at(instant):
            return {nom for nom, _, _ in _found(cast, "auditeau", connu_le=instant)}

    assert known(before) == {"Double", "Garban", "Robine"}
    assert known(after) == {"Double", "Garban"}
    robine = cast.rattachement("robine")
    then = {e.role.code: e.is_held for e in connu.explain_known_at(robine, _today(), before)}
    now = {e.role.code: e.is_held for e in connu.explain_known_at(robine, _today(), after)}
    assert (then["afas.declarer"], now["afas.declarer"]) == (True, False)

    local = timezone.localtime(before).strftime("%Y-%m-%dT%H:%M:%S.%f")
    page = client_of("auditeau").get(LIST, {"personne": "robine", "connu_le": local}).content.decode()
    assert "tel qu&#x27;on le savait le" in page
    assert "AFAS-Déclarer" in page
    why = client_of("auditeau").get(f"{LIST}{robine.pk}/", {"connu_le": local, "jour": _today()}).content.decode()
    assert "Tels qu'on les savait" in why
    assert why.index("AFAS-Déclarer") < why.index("ce qui manquait")


def test_leaving_the_past_leaves_nothing_behind(cast):
    with connu.known_at(_now() - timedelta(days=900)):
        assert not HabilitationConnue.objects.exists()

    assert HabilitationConnue.objects.count() == Habilitation.objects.count() > 0
    connu.explain_known_at(cast.rattachement("robine"), _today(), _now())
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert "known" not in cursor.fetchone()[0]


def test_an_export_holds_the_lines_runs_nothing_and_is_journalled(cast, client_of):
    Groupe.objects.filter(pk=cast.groupes["GUICHET"].pk).update(libelle="=1+1")

    answer = client_of("bruet").get(f"{LIST}export/csv/?role=cdap.t5")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {(row["Personne"], row["Groupe"]) for row in rows} == {
        ("Double Denise", "'=1+1"),
        ("Garban Gilles", "Accueil"),
    }
    assert "Pourquoi" not in rows[0]
    told = JournalEntry.objects.get(kind="habilitations.list.exported")
    assert told.facts["rows"] == 2
    assert "Qui a quoi" in told.facts["what"]


def test_never_effective_has_its_export_too(cast, client_of):
    Convention.objects.filter(pk=cast.conventions["voisine"].pk).update(etat="signee", validated_on=None)

    answer = client_of("voisin").get(f"{LIST}export/xlsx/?etat=jamais")
    page = client_of("voisin").get(f"{LIST}?etat=jamais")

    assert answer.content.startswith(b"PK")
    assert "1\u00a0appartenance sans effet" in page.content.decode()


def test_an_explanation_is_given_within_the_perimeter_only(cast, client_of):
    elsewhere = Rattachement.objects.get(utilisateur=cast.people["double"], convention=cast.conventions["voisine"])

    assert client_of("bruet").get(f"{LIST}{elsewhere.pk}/").status_code == 404
    assert client_of("voisin").get(f"{LIST}{elsewhere.pk}/").status_code == 200
    assert client_of("horsain").get(f"{LIST}{elsewhere.pk}/").status_code == 404


def _queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_list_costs_the_same_for_one_line_and_for_more(cast, client_of):
    client = client_of("auditeau")

    assert _queries(client, f"{LIST}?personne=robine") == _queries(client, f"{LIST}?etat=toutes&personne=a")


def test_lines_are_worked_out_for_the_first_people_only(cast, client_of, monkeypatch):
    """However many people a Caf has, a page stops once it has its lines."""
    monkeypatch.setattr("portail.supervision.queries.habilitations._AT_ONCE", 1)
    monkeypatch.setattr("portail.supervision.queries.habilitations._AT_MOST", 1)
    acteur, asked = cast.acteur("auditeau"), Search(jour=_today())

    with CaptureQueriesContext(connection) as few:
        found = lines_for(acteur, asked, limit=1)
    with CaptureQueriesContext(connection) as all_of_them:
        everything = lines_for(acteur, asked, limit=100)

    assert [(line.utilisateur.nom, line.role) for line in found] == [
        (line.utilisateur.nom, line.role) for line in everything[:2]
    ]
    assert len(few) < len(all_of_them)


def test_a_list_too_long_says_so_and_is_not_exported(cast, client_of, monkeypatch, settings):
    monkeypatch.setitem(settings.PORTAIL, "EXPORT_ROWS", 2)
    client = client_of("auditeau")
    monkeypatch.setattr(habilitations._table, "__kwdefaults__", {"limit": 2})

    assert "Plus de 2\u00a0habilitations" in client.get(LIST).content.decode()
    assert "dépasse 2 lignes" in client.get(f"{LIST}export/csv/").content.decode()
