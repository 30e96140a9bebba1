"""One act for many people: ticked or filtered, previewed by the act itself, done exactly as shown."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels.models import Courriel
from portail.habilitations import actions
from portail.habilitations.actions.lots import carry_out, rehearse
from portail.habilitations.models import Appartenance
from tests.cast import Cast
from tests.habilitations.facts import confirmation_of, in_days, today
from tests.habilitations.test_races import THREADS, at_once
from tests.permissions.world import content_of_tables


def _url(cast: Cast) -> str:
    return f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/en-nombre/"


def _ticked(cast: Cast, acte: str, *names: str, **typed: Any) -> dict[str, Any]:
    form = {f"lot-{name}": value for name, value in typed.items()}
    return {"acte": acte, "choix": [str(cast.rattachements[name].pk) for name in names], **form}


def test_the_list_offers_boxes_to_who_may_use_them(cast: Cast, client_of) -> None:
    url = f"/conventions/{cast.conventions['farandole'].pk}/utilisateurs/?nom=o"

    page, read_only = (client_of(who).get(url).content.decode() for who in ("bruet", "auditeau"))

    assert 'aria-label="Choisir : Olivia Robine"' in page
    assert 'form="lot"' in page
    assert '<input type="hidden" name="nom" value="o">' in page
    assert "tous les résultats filtrés (" in page
    assert 'name="choix"' not in read_only


def test_people_are_added_to_a_group(cast: Cast, client_of) -> None:
    bruet, groupe = client_of("bruet"), cast.groupes["AFAS-DEC"]
    form = _ticked(
        cast, "groupe", "guy", "robine", "rocu", groupe=groupe.pk, opens_on=today().isoformat(), closes_on=""
    )
    before = content_of_tables()

    shown = bruet.post(_url(cast), form)
    assert content_of_tables() == before
    done = bruet.post(_url(cast), confirmation_of(shown))

    page = shown.content.decode()
    assert "2\u00a0lignes refusées" in page
    assert "Cette personne appartient déjà à ce groupe à ces dates." in page
    assert "L&#x27;accès de cette personne est clôturé." in page
    assert "1\u00a0droit gagné" in page
    assert done.status_code == 302
    assert Appartenance.objects.filter(groupe=groupe, rattachement=cast.rattachements["guy"]).exists()


def test_accesses_are_closed_but_the_last_administrateur_s(cast: Cast, client_of) -> None:
    bruet = client_of("bruet")
    form = _ticked(cast, "cloturer", "guy", "bruet", when="tout_de_suite", motif="Fin de mission")

    shown = bruet.post(_url(cast), form)
    bruet.post(_url(cast), confirmation_of(shown))

    assert "C&#x27;est le seul administrateur de la convention" in shown.content.decode()
    closed = Rattachement.objects.get(pk=cast.rattachements["guy"].pk)
    assert (closed.closes_on, closed.closing_reason) == (in_days(-1), "Fin de mission")
    assert Rattachement.objects.get(pk=cast.rattachements["bruet"].pk).closes_on is None


def test_accesses_are_renewed_with_the_memberships_that_end(cast: Cast, client_of) -> None:
    Rattachement.objects.filter(pk=cast.rattachements["robine"].pk).update(closes_on=in_days(10))
    Appartenance.objects.filter(rattachement=cast.rattachements["robine"]).update(closes_on=in_days(10))
    bruet = client_of("bruet")

    shown = bruet.post(_url(cast), _ticked(cast, "renouveler", "robine", "guy", until=in_days(90).isoformat()))
    bruet.post(_url(cast), confirmation_of(shown))

    assert "Rien ne se termine pour cette personne avant le" in shown.content.decode()
    assert Rattachement.objects.get(pk=cast.rattachements["robine"].pk).closes_on == in_days(90)
    assert Appartenance.objects.get(rattachement=cast.rattachements["robine"]).closes_on == in_days(90)


def test_identifiants_are_sent_again(cast: Cast, client_of) -> None:
    bruet, last = client_of("bruet"), Courriel.objects.latest("pk").pk

    shown = bruet.post(_url(cast), _ticked(cast, "identifiant", "guy", "robine", "rocu"))
    bruet.post(_url(cast), confirmation_of(shown))

    sent = Courriel.objects.filter(pk__gt=last).values_list("kind", "to")
    assert set(sent) == {("identifiant", "guy@example.fr"), ("identifiant", "robine@example.fr")}


def test_all_the_filters_find_is_more_than_the_page(cast: Cast, client_of) -> None:
    bruet = client_of("bruet")

    page = bruet.get(_url(cast) + "?acte=identifiant&tous=1&statut=ouvert").content.decode()
    narrow = bruet.get(_url(cast) + "?acte=identifiant&tous=1&nom=robine").content.decode()

    open_ones = Rattachement.objects.open_on(today()).filter(convention=cast.conventions["farandole"]).count()
    assert f"Vous avez choisi {open_ones}\u00a0personnes." in page
    assert "Vous avez choisi 1\u00a0personne." in narrow


def test_a_responsable_acts_on_his_people_and_groups_only(cast: Cast, client_of) -> None:
    garban = client_of("garban")
    people = _ticked(cast, "identifiant", "robine", "double")
    beside = {"lot-groupe": cast.groupes["AFAS-DEC"].pk, "lot-opens_on": today().isoformat()}

    shown = garban.post(_url(cast), people)
    refused = garban.post(_url(cast), {**people, "acte": "groupe", **beside})

    assert "Denise Double (ENF01302XD)" in shown.content.decode()
    assert "Olivia Robine" not in shown.content.decode()
    assert refused.status_code == 422


def test_a_confirmation_made_up_is_shown_the_preview_instead(cast: Cast, client_of) -> None:
    form = _ticked(cast, "cloturer", "guy", when="tout_de_suite", motif="Départ") | {"confirm": "1"}
    bruet = client_of("bruet")
    before = content_of_tables()

    response = bruet.post(_url(cast), form)

    assert (response.status_code, content_of_tables()) == (409, before)


@pytest.mark.parametrize("acte", ["", "autre"])
def test_an_unknown_act_does_not_exist(cast: Cast, client_of, acte: str) -> None:
    assert client_of("bruet").get(_url(cast), {"acte": acte, "tous": "1"}).status_code == 404


def test_what_was_typed_comes_back_with_its_errors(cast: Cast, client_of) -> None:
    form = _ticked(cast, "cloturer", "guy", "robine", when="plus_tard", on="31/02/2026", motif="Départ")

    response = client_of("bruet").post(_url(cast), form)

    page = response.content.decode()
    assert response.status_code == 422
    assert len(re.findall(r'name="choix" value="\d+"', page)) == 2
    assert 'value="31/02/2026"' in page


# Two at once, and many


@pytest.mark.django_db(transaction=True)
def test_the_same_lot_confirmed_at_once_is_done_once(transactional_db: None) -> None:
    from tests.cast import build_cast  # noqa: PLC0415 - committed, so that every thread sees it

    cast = build_cast()
    bruet, groupe, guy = cast.acteur("bruet"), cast.groupe("AFAS-DEC"), cast.rattachement("guy")
    farandole = guy.convention
    build = lambda: actions.additions(bruet, [guy], groupe, today(), None)  # noqa: E731
    shown = rehearse([farandole], today(), build).fingerprint

    def confirm() -> Any:
        try:
            return carry_out([farandole], today(), build, shown)
        except actions.Moved:
            return None

    told = at_once(*[confirm] * THREADS)

    assert len([lot for lot in told if lot is not None]) == 1
    assert Appartenance.objects.filter(groupe=groupe, rattachement=guy).count() == 1


def _crowd(cast: Cast, count: int) -> list[Rattachement]:
    farandole = cast.conventions["farandole"]
    Utilisateur.objects.bulk_create(
        Utilisateur(
            identifiant=f"ENF01302{chr(65 + n // 676 % 26)}{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}",
            nom=f"Foule{n:04}",
            prenom="Flora",
            courriel=f"foule{n}@example.fr",
            opens_on=in_days(-5),
        )
        for n in range(count)
    )
    people = Utilisateur.objects.filter(nom__startswith="Foule")
    rows = [Rattachement(utilisateur=u, convention=farandole, opens_on=in_days(-5)) for u in people]
    created = Rattachement.objects.bulk_create(rows)
    return list(Rattachement.objects.filter(pk__in=[r.pk for r in created]).select_related("utilisateur"))


@pytest.mark.parametrize("acte", ["groupe", "cloturer", "identifiant"])
def test_one_more_person_costs_the_same_few_queries(cast: Cast, acte: str) -> None:
    """No list is read again for each: what a line costs does not grow with their number."""
    bruet, farandole, groupe = cast.acteur("bruet"), cast.rattachement("guy").convention, cast.groupe("AFAS-DEC")
    people, counts = _crowd(cast, 60), []
    for each in people:
        each.convention = groupe.convention = farandole
    builds = {
        "groupe": lambda few: actions.additions(bruet, few, groupe, today(), None),
        "cloturer": lambda few: actions.closings(bruet, few, in_days(-1), "Fin"),
        "identifiant": lambda few: actions.resends(bruet, few),
    }
    for few in (people[:10], people[:20], people):
        with CaptureQueriesContext(connection) as asked:
            lot = rehearse([farandole], today(), lambda few=few: builds[acte](few))  # type: ignore[misc]
        assert len(lot.done) == len(few)
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))

    each = (counts[1] - counts[0]) / 10
    assert counts[2] - counts[1] == each * 40
    assert each <= {"groupe": 2, "cloturer": 4, "identifiant": 4}[acte]
