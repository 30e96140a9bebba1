"""Every scenario worked by hand comes out as written; every type has its edges."""

from collections import Counter
from decimal import Decimal

import pytest

from portail.afas.definitions import types
from tests.afas.scenarios import Scenario, scenarios

EVERY = list(scenarios())


@pytest.mark.parametrize("scenario", EVERY, ids=str)
def test_a_scenario_comes_out_as_worked_by_hand(scenario: Scenario) -> None:
    calcul, expected = scenario.calcul(), scenario.said["attendu"]
    lines = {line.ligne.code: line.valeur for line in calcul.lignes}
    missing = [*(figure.code for figure in calcul.missing_figures), *(term.code for term in calcul.missing_fields)]

    assert missing == expected.get("manquants", [])
    assert calcul.montant == (Decimal(expected["montant"]) if "montant" in expected else None)
    for code, value in expected.get("lignes", {}).items():
        assert lines[code] == Decimal(value), code


@pytest.mark.parametrize("scenario", EVERY, ids=str)
def test_the_checks_of_a_scenario_say_what_is_written_and_no_more(scenario: Scenario) -> None:
    failing = sorted(constat.controle.code for constat in scenario.constats() if constat.holds is False)

    assert failing == sorted(scenario.said["attendu"].get("controles", []))


@pytest.mark.parametrize("scenario", EVERY, ids=str)
def test_a_scenario_shows_its_arithmetic_and_fills_what_is_compulsory(scenario: Scenario) -> None:
    valeurs = scenario.valeurs()
    empty = [code for code, champ in valeurs.champs.items() if champ.obligatoire and valeurs.get(code) is None]

    assert scenario.said["calcul"].strip()
    assert empty == scenario.said["attendu"].get("champs_vides", [])


def test_every_type_has_five_scenarios_or_more_and_every_nature_has_one() -> None:
    by_type = Counter(scenario.type for scenario in EVERY)
    played = {(scenario.type, scenario.nature) for scenario in EVERY}

    assert {code for code in types() if by_type[code] < 5} == set()
    assert {(code, nature) for code, each in types().items() for nature in each.natures} - played == set()
