"""« Simuler » as one does it: the forms of the real acts, whose answers go into a basket."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portail.simulations.models import Changement, Simulation
from tests.cast import Cast
from tests.habilitations.facts import in_days, today
from tests.simulations import calculated


def _begun(cast: Cast, client) -> str:
    convention = cast.conventions["farandole"].pk
    answer = client.post(f"/conventions/{convention}/simuler/", {"libelle": "Rentrée", "jour": ""})
    return answer["Location"]


def _words(response) -> str:
    return html.unescape(response.content.decode())


def _cases(cast: Cast) -> list[tuple[str, str, str, dict[str, object]]]:
    groupe, today_ = str(cast.groupes["ACCUEIL"].pk), today().isoformat()
    guy, double = cast.people["guy"].identifiant, cast.people["double"].identifiant
    dates = {"opens_on": today_, "closes_on": ""}
    new = {"code": "NUIT", "libelle": "Nuit", "roles": ["cdap.t5"], "personnes": f"{guy}, {double}", **dates}
    leaving = {"personnes": "", "tous": "on", "when": "plus_tard", "on": in_days(3).isoformat(), "motif": "Fin"}
    bulletin = {"roles": ["cdap.t5"], "opens_on": f"{cast.conventions['farandole'].opens_on}", "max_utilisateurs": "9"}
    return [
        ("bruet", "roles", groupe, {"cdap": ["cdap.t1"]}),
        ("bruet", "groupe", groupe, {"code": "ACCUEIL", "libelle": "Accueil du public", **dates}),
        ("bruet", "sous-groupe", groupe, new),
        ("bruet", "sous-groupe", "nouveau", new | {"responsable": guy}),
        ("bruet", "ajout", groupe, {"personnes": f"{guy}\n{double}", **dates}),
        ("bruet", "ajout", groupe, {"source": str(cast.groupes["GUICHET"].pk), **dates}),
        ("bruet", "retrait", groupe, leaving),
        ("marchand", "bulletin", "cdap", bulletin),
        ("marchand", "suspension", "convention", {"opens_on": today_, "closes_on": "", "motif": "Contrôle"}),
        ("marchand", "cloture", "convention", {"closes_on": in_days(9).isoformat(), "motif": "Fin"}),
    ]


@pytest.mark.parametrize("rank", range(10))
def test_each_form_goes_into_the_basket_and_opens_again_as_typed(cast: Cast, client_of, rank: int) -> None:
    who, nature, cible, typed = _cases(cast)[rank]
    client = client_of(who)
    url = _begun(cast, client)

    shown = client.get(f"{url}changements/{nature}/{cible}/")
    put = client.post(f"{url}changements/{nature}/{cible}/", typed)
    again = client.get(f"{url}changements/1/modifier/")
    client.post(f"{url}calculer/")

    assert (shown.status_code, put.status_code, again.status_code) == (200, 302, 200)
    changement = Changement.objects.get()
    assert changement.libelle in _words(client.get(url))
    assert (changement.refusals, Simulation.objects.get().etat) == ([], "calculee")
    if typed.get("personnes"):
        assert cast.people["guy"].identifiant in again.content.decode()


def test_an_unknown_identifiant_is_named_and_nothing_typed_is_lost(cast: Cast, client_of) -> None:
    client = client_of("bruet")
    url = f"{_begun(cast, client)}changements/ajout/{cast.groupes['ACCUEIL'].pk}/"

    answer = client.post(url, {"personnes": "ENF01303AA ZZZ", "opens_on": today().isoformat(), "closes_on": ""})

    assert answer.status_code == 422
    assert "n'a l'identifiant ENF01303AA, ZZZ." in _words(answer)
    assert not Changement.objects.exists()


def test_the_choice_leads_to_the_form_of_the_act(cast: Cast, client_of) -> None:
    client, groupe = client_of("bruet"), cast.groupes["ACCUEIL"].pk
    url = _begun(cast, client)

    chosen = client.get(f"{url}changements/?nature=retrait&groupe={groupe}")
    missing = client.get(f"{url}changements/?nature=retrait")

    assert chosen["Location"] == f"{url}changements/retrait/{groupe}/"
    assert "Choisissez le groupe à changer." in _words(missing)


def test_applied_by_the_screen_it_says_by_whom_and_exports(cast: Cast, client_of) -> None:
    simulation, bruet = calculated(cast), client_of("bruet")

    done = bruet.post(f"/simulations/{simulation.pk}/appliquer/", {"edition": simulation.edition})
    page = _words(client_of("auditeau").get(f"/simulations/{simulation.pk}/"))
    exported = client_of("auditeau").get(f"/simulations/{simulation.pk}/difference/csv/").content.decode()

    assert done.status_code == 302
    assert "Appliquée par Stéphane Bruet le " in page
    assert "Appliquer ces changements" not in page
    assert "Denise Double" in exported


def test_the_page_asks_as_much_of_the_base_for_one_line_as_for_three(cast: Cast, client_of) -> None:
    simulation, bruet = calculated(cast), client_of("bruet")
    bruet.get(f"/simulations/{simulation.pk}/")
    line = simulation.lignes.get()

    counts = []
    for more in (0, 2):
        for _ in range(more):
            line.pk = None
            line.save(force_insert=True)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            bruet.get(f"/simulations/{simulation.pk}/")
        counts.append(len(captured))

    assert counts[0] == counts[1]
