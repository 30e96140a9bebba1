"""What was closed before it covered any day (ADR 0009): told by the day it was withdrawn, in lists and details."""

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from portail.habilitations import actions
from portail.habilitations.models import Groupe
from portail.habilitations.queries.explanation import explain
from tests.cast import Cast
from tests.habilitations.facts import appartenance, in_days, today, told

WITHDRAWN = "retrait le"


def _words(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def _place(cast: Cast, path: str) -> str:
    return f"/conventions/{cast.conventions['farandole'].pk}/{path}"


@pytest.fixture
def robine_out(cast: Cast) -> None:
    """Robine entered AFAS-DECLARER this very day, and leaves it at once."""
    row = appartenance(cast, "robine", "AFAS-DEC")
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=row, closes_on=in_days(-1), motif="Erreur")


@pytest.fixture
def given_up(cast: Cast) -> Groupe:
    """A group planned for next week, closed before it began."""
    convention, bruet = cast.conventions["farandole"], cast.acteur("bruet")
    groupe = actions.create_groupe(
        by=bruet, convention=convention, code="RUCHE", libelle="Ruche", opens_on=in_days(7), closes_on=None
    )
    actions.close_groupe(by=bruet, groupe=groupe, closes_on=in_days(-1), motif="Abandon")
    groupe.refresh_from_db()
    return groupe


@pytest.mark.parametrize("path", ["groupes/{g}/membres/", "utilisateurs/{r}/appartenances/", "utilisateurs/{r}/"])
def test_a_membership_closed_on_its_first_day_is_told_by_that_day(
    cast: Cast, client_of, robine_out: None, path: str
) -> None:
    where = path.format(g=cast.groupes["AFAS-DEC"].pk, r=cast.rattachements["robine"].pk)

    table = re.search(r"<table.*?</table>", client_of("bruet").get(_place(cast, where)).content.decode(), re.DOTALL)

    assert f"{WITHDRAWN} {told(today())}" in table.group()
    assert told(in_days(-1)) not in table.group()


def test_the_chain_of_a_right_tells_the_day_it_was_withdrawn(cast: Cast, robine_out: None) -> None:
    explanation = next(e for e in explain(cast.rattachement("robine"), today()) if e.role.code == "afas.declarer")

    link = next(link for link in explanation.links if link.label.startswith("Membre"))
    assert link.reason == f"L'appartenance a pris fin le {told(today())}."
    assert (link.starts_on, link.ends_on) == (None, None)


def test_a_membership_withdrawn_before_it_began_promises_nothing(cast: Cast) -> None:
    added = actions.add_to_groupe(
        by=cast.acteur("bruet"),
        groupe=cast.groupe("AFAS-DEC"),
        rattachement=cast.rattachement("guy"),
        opens_on=in_days(7),
        closes_on=None,
    )
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=added, closes_on=in_days(-1), motif="Erreur")

    explanation = next(e for e in explain(cast.rattachement("guy"), today()) if e.role.code == "afas.declarer")

    assert explanation.remedy == "Un administrateur, ou le responsable du groupe, peut l'ajouter à : AFAS-DECLARER."


def test_a_group_given_up_before_it_began_is_closed(cast: Cast, client_of, given_up: Groupe) -> None:
    assert given_up.closes_on == given_up.opens_on - timedelta(days=1)

    words = _words(client_of("bruet").get(_place(cast, f"groupes/{given_up.pk}/")))

    assert f"Date de clôture {WITHDRAWN} {told(today())} (aujourd'hui)" in words
    assert "niveau 1 Clôturé" in words
    assert "Ajouter un utilisateur" not in words


@pytest.mark.parametrize(("statut", "codes"), [("cloture", ["RUCHE"]), ("a_venir", [])])
def test_a_group_given_up_before_it_began_is_found_among_those_closed(
    cast: Cast, client_of, given_up: Groupe, statut: str, codes: list[str]
) -> None:
    file = client_of("bruet").get(_place(cast, f"groupes/export/csv/?statut={statut}")).content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(file, newline=""), delimiter=";"))[1:]
    end = [told(in_days(7)), f"{WITHDRAWN} {told(today())}", "Clôturé"]
    assert [(row[0], row[4:]) for row in rows] == [(code, end) for code in codes]


def test_an_end_that_covers_days_is_told_as_before(cast: Cast, client_of) -> None:
    row = appartenance(cast, "robine", "AFAS-DEC")
    actions.close_appartenance(by=cast.acteur("bruet"), appartenance=row, closes_on=today(), motif="Fin")

    words = _words(client_of("bruet").get(_place(cast, f"groupes/{cast.groupes['AFAS-DEC'].pk}/membres/")))

    assert WITHDRAWN not in words
    assert f"Robine Olivia {told(today())} {told(today())} Ouvert" in words
