"""Screens of campaigns, reviews and audit packs: what is told and refused, as many queries for three as for one."""

import pytest
from django.utils import timezone

from portail.campagnes import actions
from portail.campagnes.enums import EtatCampagne
from portail.campagnes.models import Campagne, DossierAudit
from portail.campagnes.queries.revues import seen
from portail.habilitations import actions as habilitations
from portail.journal.models import JournalEntry
from tests.campagnes import answered, applied, closed, fresh, launched, ligne, prepared


def _url(campagne, page=""):
    return f"/campagnes/{campagne.pk}/{page}"


def _content(response):
    return response.content.decode()


def test_a_campaign_asks_for_what_it_needs(cast, client_of):
    response = client_of("marchand").post("/campagnes/preparer/", {"regle": "limite", "organisme": "farandole"})

    page = _content(response)
    assert response.status_code == 422
    assert "Saisissez une valeur pour « Intitulé »" in page
    assert "Choisissez le dernier jour des appartenances sans réponse." in page
    assert 'value="farandole"' in page


def test_the_scope_comes_from_the_search_of_rights(cast, client_of):
    search = client_of("marchand").get("/supervision/habilitations/?service=cdap&organisme=farandole")
    assert "/campagnes/preparer/?service=cdap&amp;organisme=farandole" in _content(search)

    page = _content(client_of("marchand").get("/campagnes/preparer/?service=cdap&organisme=farandole"))

    assert 'value="cdap" selected' in page
    assert 'value="farandole"' in page
    assert "campagnes/preparer" not in _content(client_of("auditeau").get("/supervision/habilitations/"))


def test_a_partner_chooses_among_his_own_conventions(cast, client_of):
    page = _content(client_of("bruet").get("/campagnes/preparer/"))

    assert "Convention Farandole" in page
    assert "Convention Voisine" not in page


def test_the_progress_is_a_fragment_that_ends_by_the_whole_page(cast, client_of):
    campagne = prepared(cast)
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.PREPARATION)
    client = client_of("marchand")

    fragment = client.get(_url(campagne), headers={"HX-Request": "true"})
    assert "hx-get" in _content(fragment)
    assert "<html" not in _content(fragment)

    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.A_LANCER)
    assert client.get(_url(campagne), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_who_only_reads_has_no_button(cast, client_of):
    campagne = prepared(cast)

    assert "Lancer la campagne" in _content(client_of("marchand").get(_url(campagne)))
    assert "Lancer la campagne" not in _content(client_of("auditeau").get(_url(campagne)))


def test_what_is_decided_twice_is_refused_with_the_reason(cast, client_of):
    campagne = launched(cast)
    closed(cast, campagne)

    response = client_of("marchand").post(_url(campagne, "clore/"))

    assert response.status_code == 409
    assert "« À appliquer »" in _content(response)


def test_who_loses_what_is_shown_before_it_is_applied(cast, client_of):
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "retirer")
    closed(cast, campagne)
    client = client_of("marchand")

    first = _content(client.get(_url(campagne, "appliquer/")))
    assert "1 retirés ou limités" in first
    assert "Voir qui perd quoi" in first

    shown = _content(client.post(_url(campagne, "appliquer/")))
    assert "Olivia Robine (ENF01302XB)" in shown
    assert "AFAS-Déclarer" in shown
    assert fresh(campagne).etat == EtatCampagne.A_APPLIQUER

    assert client.post(_url(campagne, "appliquer/"), {"confirm": "1"}).status_code == 302
    assert fresh(campagne).etat == EtatCampagne.APPLICATION


def test_a_campaign_that_changed_nothing_has_nothing_to_undo(cast, client_of):
    campagne = applied(cast, launched(cast))

    assert "Annuler ce qui a changé" not in _content(client_of("marchand").get(_url(campagne)))
    response = client_of("marchand").post(_url(campagne, "annuler/"))
    assert response.status_code == 409
    assert "rien à annuler" in _content(response)


def test_the_download_is_journalled(cast, client_of):
    campagne = applied(cast, launched(cast))

    response = client_of("auditeau").get(_url(campagne, "preuve/"))

    assert response["Content-Type"] == "application/zip"
    assert JournalEntry.objects.filter(kind="campagnes.preuve.downloaded", by="CAF00132AC").count() == 1


def test_an_export_is_journalled_and_harmless(cast, client_of):
    campagne = launched(cast)
    answered(cast, "bruet", ligne(cast, campagne, "robine", "AFAS-DEC"), "garder")

    content = client_of("marchand").get(_url(campagne, "lignes/export/csv/?reponse=garder")).content.decode("utf-8-sig")

    assert content.splitlines()[1].startswith("Robine Olivia (ENF01302XB);AFAS-DECLARER (Convention Farandole);")
    assert "Garder, par Stéphane Bruet" in content
    assert JournalEntry.objects.filter(kind="habilitations.list.exported").exists()


def test_a_limit_needs_its_day(cast, client_of):
    line = ligne(cast, launched(cast), "robine", "AFAS-DEC")

    form = {"lot-reponse": "limiter", "lot-empreinte": seen([line]), "lot-motif": "Jusqu'à l'été"}
    response = client_of("bruet").post(f"/revues/{line.pk}/", form)

    assert response.status_code == 422
    assert "Choisissez le dernier jour d&#x27;accès." in _content(response)
    assert "Jusqu&#x27;à l&#x27;été" in _content(response)


def test_who_was_overtaken_sees_the_other_answer_and_may_go_on(cast, client_of):
    campagne = launched(cast)
    line = ligne(cast, campagne, "double", "GUICHET")
    form = {"lot-reponse": "retirer", "lot-empreinte": seen([line])}
    answered(cast, "garban", line, "garder")
    client = client_of("bruet")

    response = client.post(f"/revues/{line.pk}/", form)
    assert response.status_code == 409
    now = seen([ligne(cast, campagne, "double", "GUICHET")])
    assert now in _content(response)

    assert client.post(f"/revues/{line.pk}/", form | {"lot-empreinte": now}).status_code == 302
    assert ligne(cast, campagne, "double", "GUICHET").reponse == "retirer"


def test_many_are_answered_with_the_filters_of_the_list(cast, client_of):
    campagne = launched(cast)
    client = client_of("bruet")

    page = client.get("/revues/repondre/?tous=1&acte=garder&personne=robine")
    assert "1\u00a0accès" in _content(page)
    assert "Garban" not in _content(page)
    lines = campagne.lignes.filter(utilisateur=cast.people["robine"])
    form = {"tous": "1", "personne": "robine", "lot-reponse": "garder", "lot-empreinte": seen(lines)}
    assert client.post("/revues/repondre/", form).status_code == 302

    assert list(campagne.lignes.filter(reponse="garder")) == list(lines)
    assert "Aucun accès n&#x27;est choisi" in _content(client.get("/revues/repondre/?choix=999"))


def test_lines_ticked_that_are_not_his_are_left_out(cast, client_of):
    line = ligne(cast, launched(cast), "robine", "AFAS-DEC")

    page = client_of("garban").get(f"/revues/repondre/?choix={line.pk}&a_qui=toutes")

    assert "Aucun accès n&#x27;est choisi" in _content(page)
    assert "Robine" not in _content(page)


def test_a_pack_of_an_organisation_one_does_not_follow_is_refused_as_unknown(cast, client_of):
    today = f"{timezone.localdate()}"
    days = {"since": today, "until": today}
    foreign = client_of("marchand").post("/dossiers-audit/demander/", days | {"siret": "123 456 789 00037"})
    unknown = client_of("marchand").post("/dossiers-audit/demander/", days | {"siret": "99999999999999"})

    assert foreign.status_code == unknown.status_code == 422
    assert "vérifiez le numéro" in _content(foreign)
    assert "vérifiez le numéro" in _content(unknown)
    assert not DossierAudit.objects.exists()


def test_a_pack_is_of_one_organisation_or_of_one_of_its_conventions(cast, client_of):
    today = f"{timezone.localdate()}"
    form = {"since": today, "until": today, "siret": "12345678900029", "numero": "1302"}

    response = client_of("marchand").post("/dossiers-audit/demander/", form)

    assert "d&#x27;un autre organisme" in _content(response)
    assert client_of("marchand").post("/dossiers-audit/demander/", form | {"numero": "1303"}).status_code == 302
    assert DossierAudit.objects.get().convention == cast.conventions["voisine"]


def _more_people(cast, count):
    for name in ("guy", "robine", "bollie")[:count]:
        habilitations.add_to_groupe(
            by=cast.acteur("bruet"),
            groupe=cast.groupe("GUICHET"),
            rattachement=cast.rattachement(name),
            opens_on=timezone.localdate(),
            closes_on=None,
        )


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    ("who", "page", "queries"),
    [("garban", "/revues/", 7), ("marchand", "/campagnes/{pk}/lignes/", 5), ("marchand", "/campagnes/{pk}/", 8)],
)
def test_as_many_queries_whatever_the_number_of_lines(
    cast, client_of, django_assert_num_queries, who, page, queries, people
):
    _more_people(cast, people)
    campagne = launched(cast)
    client = client_of(who)
    address = page.format(pk=campagne.pk)
    client.get(address)

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("answers", [1, 3])
def test_as_many_queries_to_answer_many(cast, answers, django_assert_num_queries):
    _more_people(cast, 3)
    campagne = launched(cast)
    lines = list(campagne.lignes.filter(relecteur=cast.people["garban"]).order_by("pk")[:answers])
    by = cast.acteur("garban")

    with django_assert_num_queries(8):
        actions.answer(by=by, lignes=lines, reponse="garder", expected=seen(lines))


def test_the_deadline_is_told_in_words(cast, client_of):
    launched(cast, days=12)

    assert "dans 12 jours" in _content(client_of("garban").get("/revues/"))
