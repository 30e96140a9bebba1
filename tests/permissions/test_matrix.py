"""The table of the rights is exactly the portal's, cell by cell; docs/metier/droits.md is that table."""

import pytest
from django.urls import reverse

from tests.permissions.forms import form_for
from tests.permissions.matrix import PEOPLE, Row, rows, rule_key
from tests.permissions.render import FILE, render
from tests.permissions.routes import Route, routes
from tests.permissions.sentences import RULES
from tests.permissions.world import ANONYMOUS, World

pytestmark = pytest.mark.django_db

ROWS = {f"{row.method} {row.name}": row for row in rows()}
REFUSED = {"403", "404", "con", "1er"}
WITH_QUERY = {"comptes:brouillon": "?path=/conventions/", "habilitations:utilisateur_lot": "?acte=identifiant"}
# Acts that leave nothing in a table when they succeed: they change the session, or nothing for most.
LEAVES_NOTHING = {"account_logout", "habilitations:convention_switch"}
SIGNED_IN = set(PEOPLE) - {"anonyme", "rocu"}


def _answer(world: World, route: Route, row: Row, who: str) -> tuple[str, bool]:
    """How the person is answered, in the words of the table, and whether anything changed."""
    url = world.address(route) + WITH_QUERY.get(route.name, "")
    response = world.ask(who, row.method, url, form_for(world, route) if row.method == "POST" else None)
    target = response.get("Location", "")
    if response.status_code == 302 and target.startswith(reverse("account_login") + "?next=" + url.split("?")[0]):
        return "con", response.changed
    is_sent_back = response.status_code == 302 and not getattr(route.view, "is_before_access", False)
    if is_sent_back and target in (reverse("comptes:regles_view"), reverse("comptes:password_choose")):
        return "1er", response.changed
    return str(response.status_code), response.changed


def test_rows_are_exactly_the_portal_s_pages_and_methods() -> None:
    assert sorted(ROWS) == sorted(f"{method} {route.name}" for route in routes() for method in route.methods)


@pytest.mark.parametrize("key", sorted(ROWS))
def test_everybody_is_answered_as_the_table_says(world: World, key: str) -> None:
    row = ROWS[key]
    route = next(route for route in routes() if route.name == row.name)

    told = {who: _answer(world, route, row, who) for who in PEOPLE}

    assert {who: answer for who, (answer, _) in told.items()} == row.answers
    assert [who for who, (answer, changed) in told.items() if changed and answer in REFUSED] == []
    assert [who for who, (answer, changed) in told.items() if answer == "302" and not changed] == _idle(row)


def _idle(row: Row) -> list[str]:
    """Who does his act without leaving anything in a table: it shows that the others really did theirs."""
    if row.method == "GET" or row.name in LEAVES_NOTHING:
        return [who for who in PEOPLE if row.answers[who] == "302"]
    return [who for who in PEOPLE if row.answers[who] == "302" and row.answers["anonyme"] == "302" and who in SIGNED_IN]


def test_a_stranger_comes_back_to_his_page_after_signing_in(world: World) -> None:
    page = reverse("habilitations:convention_list") + "?nom=a&statut=ouvert"

    response = world.ask(ANONYMOUS, "GET", page)

    assert response["Location"] == reverse("account_login") + "?next=/conventions/%3Fnom%3Da%26statut%3Douvert"


def test_head_is_answered_as_get(world: World) -> None:
    pages = [route for route in routes() if "GET" in route.methods]

    answers = {
        route.name: str(world.ask("garban", "HEAD", world.address(route) + WITH_QUERY.get(route.name, "")).status_code)
        for route in pages
    }

    assert answers == {name: ROWS[f"GET {name}"].answers["garban"] for name in answers}


def test_every_rule_is_told_in_french_once() -> None:
    used = {rule_key(route.view.rule) for route in routes() if not isinstance(route.view.rule, str)}

    assert used == set(RULES)


def test_droits_md_is_this_table() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "python -m tests.permissions.render"
