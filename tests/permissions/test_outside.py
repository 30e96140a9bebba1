"""What is not yours is answered as what does not exist, byte for byte; a child is checked with its parent."""

import uuid
from typing import Any

import pytest

from portail.habilitations.models import Appartenance
from tests.permissions.forms import form_for
from tests.permissions.routes import Route, routes
from tests.permissions.world import NOWHERE, World, without_secrets

pytestmark = pytest.mark.django_db

KEYS = ("convention", "pk", "responsable")
OBJECT_ROUTES = [route for route in routes() if set(route.arguments) & set(KEYS)]
# Kept in common by all Cafs: another Caf's agent finds them too.
SHARED = ("organisme_", "type_", "version_create")
# The proofs of the tests are Double's own.
_PROOFS = ("view", "file", "check", "withdraw", "recontrol")
# A thread may be taken over by whoever has a profile that writes under the same convention.
OWN = {f"habilitations:justificatif_{page}" for page in _PROOFS} | {"cdap:dialogue_resume"}
BY_NAME = {route.name.partition(":")[2]: route for route in OBJECT_ROUTES}


def _answered(response: Any) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in response.items() if name != "X-Request-Id"}
    return response.status_code, headers, without_secrets(response)


def _ask(world: World, who: str, route: Route, method: str, **other: Any) -> Any:
    return world.ask(who, method, world.address(route, **other), form_for(world, route) if method == "POST" else None)


def _nowhere(world: World, route: Route, name: str) -> Any:
    """The number of nothing, as the address writes numbers."""
    return uuid.UUID(int=0) if isinstance(world.argument(route, name), uuid.UUID) else NOWHERE


@pytest.mark.parametrize("who", ["voisin", "lointain", "horsain", "robine", "guy", "double"])
def test_an_object_of_others_is_answered_as_none(world: World, who: str) -> None:
    told = {}
    for route in OBJECT_ROUTES:
        if who == "horsain" and route.name.partition(":")[2].startswith(SHARED):
            continue
        if (who == "double" and route.name in OWN) or (who == "robine" and route.name.startswith("afas:")):
            continue  # his own
        for method in route.methods:
            theirs = _answered(_ask(world, who, route, method))
            nowhere = {name: _nowhere(world, route, name) for name in set(route.arguments) & set(KEYS)}
            told[f"{method} {route.name}"] = theirs == _answered(_ask(world, who, route, method, **nowhere))

    assert [key for key, is_same in told.items() if not is_same] == []


@pytest.mark.parametrize("page", ["groupe_view", "groupe_roles", "membre_list", "membre_add", "groupe_close"])
def test_a_group_beside_his_own_does_not_exist_for_a_responsable(world: World, page: str) -> None:
    beside = _ask(world, "garban", BY_NAME[page], "GET", pk=world.cast.groupes["AFAS-DEC"].pk)

    none = _ask(world, "garban", BY_NAME[page], "GET", pk=NOWHERE)

    assert _answered(beside) == _answered(none)
    assert beside.status_code == 404


@pytest.mark.parametrize("page", ["utilisateur_view", "utilisateur_edit", "utilisateur_close", "appartenance_list"])
def test_a_person_outside_his_groups_does_not_exist_for_a_responsable(world: World, page: str) -> None:
    outside = _ask(world, "garban", BY_NAME[page], "GET", pk=world.cast.rattachements["robine"].pk)

    none = _ask(world, "garban", BY_NAME[page], "GET", pk=NOWHERE)

    assert _answered(outside) == _answered(none)
    assert outside.status_code == 404


CHILDREN = sorted(page for page, route in BY_NAME.items() if {"convention", "pk"} <= set(route.arguments))


def _foreign_child(world: World, page: str) -> int:
    """What stands under the convention of the neighbours, of the kind the page shows."""
    if page.startswith("appartenance_e") or page == "appartenance_close":
        return Appartenance.objects.get(groupe=world.cast.groupes["VOISINS"]).pk
    if page.startswith(("groupe", "sous_groupe", "membre", "responsable")):
        return world.cast.groupes["VOISINS"].pk
    return world.cast.rattachements["voisin"].pk


@pytest.mark.parametrize("page", CHILDREN)
@pytest.mark.parametrize("who", ["bruet", "voisin", "marchand"])
def test_a_child_is_found_under_its_own_parent_only(world: World, page: str, who: str) -> None:
    route, voisine = BY_NAME[page], world.cast.conventions["voisine"].pk

    under_mine = [_ask(world, who, route, method, pk=_foreign_child(world, page)) for method in route.methods]
    mine_under = [_ask(world, who, route, method, convention=voisine) for method in route.methods]

    assert {response.status_code for response in under_mine + mine_under} == {404}
    assert [response.changed for response in under_mine + mine_under if response.changed] == []


def test_a_responsable_is_ended_under_his_own_group_only(world: World) -> None:
    route, other = BY_NAME["responsable_end"], world.cast.groupes["AFAS-DEC"].pk

    response = _ask(world, "bruet", route, "POST", pk=other)

    assert (response.status_code, response.changed) == (404, False)


def _fields(world: World) -> dict[str, dict[str, Any]]:
    """Fields of forms that name an object, given one of the neighbours or beyond the ceiling."""
    cast = world.cast
    groupe, person = cast.groupes["VOISINS"].pk, cast.rattachements["voisin"].pk
    identifiant = cast.people["voisin"].identifiant
    return {
        "utilisateur_create": {"groupe": groupe},
        "appartenance_create": {"groupe": groupe},
        "groupe_create": {"parent": groupe},
        "sous_groupe_create": {"parent": groupe},
        "membre_add": {"rattachement": identifiant},
        "responsable_list": {"rattachement": identifiant},
        "groupe_roles": {"cdap": ["cdap.t2"]},
        "groupe_edit": {"code": "GUICHET ; DROP"},
        "utilisateur_close": {"when": person},
    }


@pytest.mark.parametrize("who", ["bruet", "garban", "marchand"])
def test_a_field_names_only_what_its_sender_may_choose(world: World, who: str) -> None:
    told = {}
    for page, wrong in _fields(world).items():
        route = BY_NAME[page]
        response = world.ask(who, "POST", world.address(route), form_for(world, route) | wrong)
        told[page] = (response.status_code, response.changed)

    assert told == dict.fromkeys(told, (422, False))


def test_a_field_that_no_form_has_changes_nothing(world: World) -> None:
    route = BY_NAME["utilisateur_edit"]
    wrong = {"is_agent": "1", "identifiant": "CAF00132ZZ", "convention": "1", "utilisateur": "1", "id": "1"}
    before = world.cast.rattachement("double")

    world.ask("bruet", "POST", world.address(route), form_for(world, route) | wrong)

    after = world.cast.rattachement("double")
    assert after.utilisateur.is_agent is before.utilisateur.is_agent is False
    assert (after.utilisateur.identifiant, after.convention_id) == (
        before.utilisateur.identifiant,
        before.convention_id,
    )
