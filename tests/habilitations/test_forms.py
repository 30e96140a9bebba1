"""Forms of the habilitations: what is shown before an act, and what is told when it can no longer be done."""

import html
import re
from typing import Any

import pytest

from portail.conventions.models import Suspension
from portail.habilitations import actions
from portail.habilitations.models import Appartenance, Groupe, RoleGroupe
from portail.journal.models import JournalEntry
from tests.cast import Cast
from tests.habilitations.facts import appartenance, in_days, may_use, roles_today, today, told
from tests.permissions.world import content_of_tables


def _words(response: Any) -> str:
    """The page as it is read."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def _summary(response: Any) -> str:
    """The errors on top of a form."""
    return html.unescape(
        re.search(r'<div class="error-summary".*?</div>', response.content.decode(), re.DOTALL).group()
    )


def _person(cast: Cast, name: str, page: str) -> str:
    return f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/{cast.rattachements[name].pk}/{page}"


def _groupe(cast: Cast, code: str, page: str = "") -> str:
    return f"/conventions/{cast.conventions['farandole'].pk}/groupes/{cast.groupes[code].pk}/{page}"


def _guy(cast: Cast, **other: str) -> dict[str, str]:
    guy = cast.rattachement("guy")
    mail = guy.utilisateur.courriel
    same = {"nom": "Guy", "prenom": "Valérie", "courriel": mail, "courriel_confirmation": mail}
    return same | {"opens_on": guy.opens_on.isoformat(), "edition": "1"} | other


# Before an act


def test_closing_a_person_first_shows_what_he_loses(cast: Cast, client_of) -> None:
    client, url, before = client_of("bruet"), _person(cast, "robine", "cloturer/"), content_of_tables()

    shown = client.post(url, {"when": "tout_de_suite", "motif": "Départ"})

    words = _words(shown)
    assert (shown.status_code, content_of_tables()) == (200, before)
    assert "1 droit perdu" in words
    assert (
        f"Olivia Robine (ENF01302XB) Aides financières d'action sociale – AFAS-Déclarer à partir du {told(today())}"
        in (words.replace(" : ", " "))
    )


def test_closing_a_person_once_confirmed_is_done(cast: Cast, client_of) -> None:
    client, url = client_of("bruet"), _person(cast, "robine", "cloturer/")

    done = client.post(url, {"when": "tout_de_suite", "motif": "Départ", "confirm": "1"})

    assert (done.status_code, roles_today(cast, "robine")) == (302, set())


def test_closing_a_group_first_shows_who_loses_what_below(cast: Cast, client_of) -> None:
    client, before = client_of("bruet"), content_of_tables()
    last = in_days(4)

    shown = client.post(
        _groupe(cast, "ACCUEIL", "cloturer/"), {"when": "plus_tard", "on": last.isoformat(), "motif": "Fusion"}
    )

    words = _words(shown)
    assert (shown.status_code, content_of_tables()) == (200, before)
    assert "3 droits perdus" in words
    assert [words.count(f"{name} (") for name in ("Denise Double", "Gilles Garban", "Olivia Robine")] == [1, 2, 0]
    assert f"à partir du {told(in_days(5))}" in words


def test_taking_a_role_first_shows_who_loses_it(cast: Cast, client_of) -> None:
    client, url, before = client_of("bruet"), _groupe(cast, "ACCUEIL", "roles/"), content_of_tables()

    shown = client.post(url, {"cdap": ["cdap.t1"]})
    done = client.post(url, {"cdap": ["cdap.t1"], "confirm": "1"})

    assert (shown.status_code, done.status_code) == (200, 302)
    assert "2 droits perdus" in _words(shown)
    assert content_of_tables() != before
    assert roles_today(cast, "double") == {"cdap.t5"}  # by the other organisation
    assert may_use(cast, "double", "cdap.t5") is False


def test_giving_a_role_asks_nothing(cast: Cast, client_of) -> None:
    done = client_of("bruet").post(_groupe(cast, "GUICHET", "roles/"), {"cdap": ["cdap.t1", "cdap.t5"]})

    assert done.status_code == 302
    assert RoleGroupe.objects.filter(groupe=cast.groupes["GUICHET"]).count() == 2


def test_a_confirm_page_carries_what_was_typed(cast: Cast, client_of) -> None:
    shown = client_of("bruet").post(_person(cast, "robine", "cloturer/"), {"when": "tout_de_suite", "motif": "D'usage"})

    page = shown.content.decode()
    assert '<input type="hidden" name="when" value="tout_de_suite">' in page
    assert '<input type="hidden" name="motif" value="D&#x27;usage">' in page


def test_a_confirm_page_shows_the_end_and_the_reason_typed(cast: Cast, client_of) -> None:
    url, last = _person(cast, "robine", "cloturer/"), in_days(4)
    later = {"when": "plus_tard", "on": last.isoformat(), "motif": "Fin de contrat"}

    at_once = _words(client_of("bruet").post(url, {"when": "tout_de_suite", "motif": "Départ <b>"}))
    planned = _words(client_of("bruet").post(url, later))

    assert "Fin Immédiatement Motif Départ <b>" in at_once
    assert f"Fin À la fin de la journée du {told(last)} Motif Fin de contrat" in planned


def test_what_is_missing_is_named(cast: Cast, client_of) -> None:
    farandole = cast.conventions["farandole"].pk

    person = _words(client_of("bruet").post(f"/conventions/{farandole}/utilisateurs/creer/", {}))
    closing = _words(client_of("bruet").post(_groupe(cast, "GUICHET", "cloturer/"), {}))

    for sentence in ("Saisissez le nom.", "Saisissez le prénom.", "Saisissez l'adresse mail."):
        assert sentence in person
    assert "Confirmez l'adresse mail." in person
    assert "Saisissez la date d'ouverture." in person
    assert "Choisissez quand l'accès prend fin." in closing
    assert "Saisissez le motif." in closing
    assert "Ce champ est obligatoire" not in person + closing


def test_the_creation_page_says_how_long_the_provisional_password_lasts(cast: Cast, client_of, settings) -> None:
    settings.PORTAIL = settings.PORTAIL | {"PROVISIONAL_HOURS": 48}

    words = _words(client_of("bruet").get(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/creer/"))

    assert re.search(r"provisoire valable 48\sheures\.", words)


# When it can no longer be done


def test_a_stale_form_of_a_person_is_refused_with_the_differences(cast: Cast, client_of) -> None:
    client, url = client_of("bruet"), _person(cast, "guy", "modifier/")
    client.post(url, _guy(cast, telephone="0491000000", telephone_confirmation="0491000000"))
    before = content_of_tables()

    refused = client.post(url, _guy(cast, nom="Guyot"))

    words = _words(refused)
    assert (refused.status_code, content_of_tables()) == (409, before)
    assert "Cette fiche a été modifiée depuis que vous l'avez ouverte." in words
    assert re.search(r"Nom.{0,40}Guy.{0,40}Guyot", words)
    assert re.search(r"Téléphone.{0,40}04\s91\s00\s00\s00.{0,40}\(vide\)", words)


def test_a_stale_form_keeps_what_was_typed_and_may_be_sent_again(cast: Cast, client_of) -> None:
    client, url = client_of("bruet"), _person(cast, "guy", "modifier/")
    client.post(url, _guy(cast, telephone="0491000000", telephone_confirmation="0491000000"))

    refused = client.post(url, _guy(cast, nom="Guyot")).content.decode()
    again = client.post(url, _guy(cast, nom="Guyot", edition=re.search(r'name="edition" value="(\d+)"', refused)[1]))

    assert "Votre saisie est gardée" in refused
    assert 'value="Guyot"' in refused
    assert again.status_code == 302


def test_what_was_typed_is_offered_again_on_the_page_of_a_conflict(cast: Cast, client_of) -> None:
    refused = client_of("bruet").post(_person(cast, "guy", "modifier/"), _guy(cast, nom="Guyot", cle="x"))

    assert '<input type="hidden" name="nom" value="Guyot">' in refused.content.decode()
    assert "Envoyer à nouveau ma saisie" in refused.content.decode()


def test_a_password_never_comes_back(cast: Cast, client_of) -> None:
    refused = client_of("bruet").post("/mon-profil/mot-de-passe/", {"current": "Secret*1", "cle": "x"})

    assert b"Secret*1" not in refused.content


def test_a_stale_form_of_a_group_is_refused_with_the_differences(cast: Cast, client_of) -> None:
    client, url, opened = client_of("bruet"), _groupe(cast, "GUICHET", "modifier/"), cast.groupe("GUICHET").opens_on
    form = {"code": "GUICHET", "opens_on": opened.isoformat(), "edition": "1"}
    client.post(url, form | {"libelle": "Comptoir"})

    refused = client.post(url, form | {"libelle": "Bureau"})

    assert refused.status_code == 409
    assert re.search(r"Libellé.{0,40}Comptoir.{0,40}Bureau", _words(refused))
    assert Groupe.objects.get(pk=cast.groupes["GUICHET"].pk).libelle == "Comptoir"


def test_a_stale_form_of_a_membership_says_what_changed_and_keeps_what_was_typed(cast: Cast, client_of) -> None:
    row = appartenance(cast, "robine", "AFAS-DEC")
    url = f"/conventions/{cast.conventions['farandole'].pk}/appartenances/{row.pk}/modifier/"
    opened = {"opens_on": row.opens_on.isoformat(), "seen_opens_on": row.opens_on.isoformat(), "seen_closes_on": ""}
    first, second = client_of("marchand"), client_of("bruet")
    first.post(url, opened | {"closes_on": in_days(20).isoformat()})
    before = content_of_tables()

    refused = second.post(url, opened | {"closes_on": in_days(5).isoformat()})

    assert (refused.status_code, content_of_tables()) == (409, before)
    assert re.search(rf"Date de clôture.{{0,20}}\(vide\).{{0,20}}{told(in_days(20))}", _words(refused))
    assert f'value="{in_days(5).isoformat()}"' in refused.content.decode()


def test_a_form_of_a_membership_carries_the_dates_it_shows(cast: Cast, client_of) -> None:
    row = appartenance(cast, "robine", "AFAS-DEC")

    page = client_of("bruet").get(f"/conventions/{cast.conventions['farandole'].pk}/appartenances/{row.pk}/modifier/")

    assert re.search(rf'<input type="hidden" name="seen_opens_on" value="{row.opens_on}"', page.content.decode())


def test_a_form_without_key_or_with_a_wrong_one_is_refused(cast: Cast, client_of) -> None:
    client, before = client_of("bruet"), content_of_tables()

    told_of = [client.post(_person(cast, "guy", "modifier/"), _guy(cast, nom="X", cle=key)) for key in ("", "x")]

    assert [response.status_code for response in told_of] == [409, 409]
    assert content_of_tables() == before
    assert "Ce formulaire n'est plus valable : rechargez la page et recommencez." in _words(told_of[0])


def test_a_form_to_correct_may_be_sent_again_with_its_key(cast: Cast, client_of) -> None:
    client, url, key = client_of("bruet"), _person(cast, "guy", "modifier/"), "2e1c8a52-4f3f-4c0a-9a50-0c5f0b6d8f11"

    told_of = [client.post(url, _guy(cast, nom=nom, cle=key)).status_code for nom in ("", "Guyot", "Guyot")]

    assert told_of == [422, 302, 302]
    assert JournalEntry.objects.filter(kind="habilitations.utilisateur.edited").count() == 1


@pytest.mark.parametrize("mail", ["lointain@example.fr", "LOINTAIN@example.fr"])
def test_a_mail_known_elsewhere_is_refused_as_an_identity_not_one_s_own(cast: Cast, client_of, mail: str) -> None:
    """Word for word, whether the address exists (Guy takes Lointain's) or not (Double, who serves elsewhere too)."""
    client, free, before = client_of("bruet"), "neuf@example.fr", content_of_tables()
    double = _guy(cast, nom="Double", prenom="Denise", courriel=free, courriel_confirmation=free)

    known = client.post(
        _person(cast, "guy", "modifier/"), _guy(cast, courriel=mail, courriel_confirmation=mail, nom="Guyot")
    )
    unknown = client.post(_person(cast, "double", "modifier/"), double)

    sentence = "Le nom et l'adresse mail de cette personne ne se modifient que par elle-même, dans « Mon profil »."
    summaries = [_summary(response) for response in (known, unknown)]
    assert [response.status_code for response in (known, unknown)] == [422, 422]
    assert summaries[0] == summaries[1]
    assert sentence in summaries[0]
    assert f'value="{mail}"' in known.content.decode()
    assert 'value="Guyot"' in known.content.decode()
    assert content_of_tables() == before


def test_a_mail_of_a_person_of_the_list_is_refused_with_his_name(cast: Cast, client_of) -> None:
    mail = "robine@example.fr"

    refused = client_of("bruet").post(
        _person(cast, "guy", "modifier/"), _guy(cast, courriel=mail, courriel_confirmation=mail)
    )

    assert refused.status_code == 422
    assert "Cette adresse mail est celle d'Olivia Robine (ENF01302XB), déjà dans la liste." in _words(refused)


def test_a_refusal_of_a_form_is_journalled(cast: Cast, client_of) -> None:
    mail = {"courriel": "robine@example.fr", "courriel_confirmation": "robine@example.fr"}
    form = {"nom": "Neuf", "prenom": "Nora", "opens_on": today().isoformat()} | mail

    refused = client_of("bruet").post(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/creer/", form)

    entry = JournalEntry.objects.order_by("-pk")[0]
    assert refused.status_code == 422
    assert (entry.kind, entry.result, entry.by) == ("journal.act.refused", "refuse", "ENF01302SM")
    assert entry.facts["motif"].startswith("Cette adresse mail est celle d'Olivia Robine")


def test_a_refused_page_says_why_and_is_journalled(cast: Cast, client_of) -> None:
    Suspension.objects.create(convention=cast.conventions["farandole"], opens_on=today(), motif="Contrôle")

    refused = client_of("bruet").get(_person(cast, "guy", "modifier/"))

    sentence = "La convention est suspendue par la Caf : rien ne peut y être changé."
    assert refused.status_code == 403
    assert sentence in _words(refused)
    assert JournalEntry.objects.order_by("-pk")[0].facts == {
        "page": "habilitations:utilisateur_edit",
        "motif": sentence,
    }


def test_a_day_past_is_no_end_to_come(cast: Cast, client_of) -> None:
    form = {"when": "plus_tard", "on": in_days(-2).isoformat(), "motif": "Départ"}

    refused = client_of("bruet").post(_person(cast, "robine", "cloturer/"), form)

    assert refused.status_code == 422
    assert "Cette date est passée : choisissez aujourd'hui ou un jour à venir." in _words(refused)


# What a page tells


def test_the_page_of_a_person_says_why_he_has_and_has_not(cast: Cast, client_of) -> None:
    words = _words(client_of("bruet").get(_person(cast, "robine", "")))

    assert "Aides financières d'action sociale – AFAS-Déclarer sans fin prévue" in words
    assert "Un administrateur, ou le responsable du groupe, peut l'ajouter à : Accueil." in words


def test_the_page_of_a_person_says_what_only_the_caf_can_open(cast: Cast, client_of) -> None:
    Suspension.objects.create(convention=cast.conventions["farandole"], opens_on=today(), motif="Contrôle")

    words = _words(client_of("bruet").get(_person(cast, "robine", "")))

    assert "La convention est suspendue par la Caf." in words
    assert "Seule la Caf peut l'ouvrir." in words


def test_a_new_person_may_be_put_in_a_group_at_once(cast: Cast, client_of) -> None:
    mail = {"courriel": "neuf@example.fr", "courriel_confirmation": "NEUF@example.fr"}
    form = {"nom": "Neuf", "prenom": "Nora", "opens_on": today().isoformat(), "groupe": cast.groupes["GUICHET"].pk}

    made = client_of("garban").post(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/creer/", form | mail)

    row = Appartenance.objects.get(rattachement__utilisateur__courriel="neuf@example.fr")
    assert (made.status_code, row.groupe) == (302, cast.groupes["GUICHET"])


def test_a_responsable_chooses_one_of_his_groups_for_a_new_person(cast: Cast, client_of) -> None:
    mail = {"courriel": "neuf@example.fr", "courriel_confirmation": "neuf@example.fr"}
    form = {"nom": "Neuf", "prenom": "Nora", "opens_on": today().isoformat()} | mail

    refused = client_of("garban").post(f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/creer/", form)

    assert refused.status_code == 422
    assert "Choisissez un de vos groupes : vous créez des personnes pour eux." in _words(refused)


def test_a_membership_closed_elsewhere_is_told_at_the_confirmation(cast: Cast, client_of) -> None:
    client, row = client_of("bruet"), appartenance(cast, "robine", "AFAS-DEC")
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=row, closes_on=in_days(-1), motif="Déjà")
    ended = appartenance(cast, "robine", "AFAS-DEC").closes_on

    refused = client.post(
        f"/conventions/{cast.conventions['farandole'].pk}/appartenances/{row.pk}/cloturer/",
        {"when": "tout_de_suite", "motif": "Encore", "confirm": "1"},
    )

    assert refused.status_code == 422
    assert f"C'est déjà clôturé au {told(ended)}." in _words(refused)


def test_a_last_day_typed_beside_an_immediate_end_is_not_dropped(cast: Cast, client_of: Any) -> None:
    guy = cast.rattachements["guy"]
    url = f"/conventions/{guy.convention_id}/utilisateurs/{guy.pk}/cloturer/"

    answer = client_of("bruet").post(url, {"when": "tout_de_suite", "on": in_days(9).isoformat(), "motif": "Départ"})

    assert answer.status_code == 422
    assert "La fin serait immédiate : effacez ce jour, ou choisissez la fin de cette journée." in _words(answer)
