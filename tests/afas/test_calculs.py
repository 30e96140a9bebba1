"""Formulas are read exactly; what is missing is named, never counted as nothing."""

from decimal import Decimal

import pytest

from portail.afas.calculs import Retenu, calculated, constats, gathered
from portail.afas.definitions import type_of, types
from portail.afas.definitions.expressions import Absent, Expression, Wrong
from portail.afas.enums import Phase, VoletKind

SHEETS = [
    (VoletKind.ACTIVITE, {"capacite": "40", "jours_ouverture": "100", "amplitude": "10", "heures_realisees_m6": "9000",
                          "heures_realisees_p6": "11000.50"}),
    (VoletKind.ACTIVITE, {"capacite": "20", "jours_ouverture": "90", "amplitude": "9", "heures_realisees_m6": "1000",
                          "heures_realisees_p6": "2000"}),
    (VoletKind.FINANCIER, {"c60": "4000", "c64": "42000.10", "p744": "46000.10", "taux_rg": "100"}),
]  # fmt: skip
NATURE = "extrascolaire"


def alsh():
    return type_of("alsh").definition(2025)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("arrondi(2.345, 2)", "2.35"),
        ("arrondi(-2.345, 2)", "-2.35"),
        ("a if a > 2 else 0", "3"),
        ("min(a, 5) * max(1, 2)", "6"),
        ("1 if a == 3 and not a < 2 else 0", "1"),
    ],
)
def test_expressions_are_exact(text, expected):
    assert Expression(text).value({"a": Decimal(3)}.__getitem__) == Decimal(expected)


@pytest.mark.parametrize("text", ["a.b", "a[0]", "open('/etc/passwd')", "().__class__", "lambda: 1", "[1 for x in a]"])
def test_an_expression_is_never_python(text):
    with pytest.raises(Exception, match=r".+"):
        Expression(text).value({"a": Decimal(3)}.__getitem__)


def test_a_formula_that_does_not_read_says_so():
    with pytest.raises(Wrong, match="ne se lit pas"):
        Expression("a +")


def test_a_division_by_nothing_has_no_result():
    with pytest.raises(Absent):
        Expression("1 / a").value(lambda _: Decimal(0))


def test_lieux_add_up_and_accounts_left_empty_count_for_nothing():
    valeurs = gathered(alsh(), NATURE, SHEETS)

    assert valeurs.get("heures_realisees") == Decimal("23000.50")
    assert valeurs.get("jours_ouverture") == 100
    assert valeurs.get("total_charges") == Decimal("46000.10")
    assert valeurs.get("resultat") == 0


def test_a_lieu_that_has_not_answered_leaves_no_total():
    valeurs = gathered(alsh(), NATURE, [*SHEETS, (VoletKind.ACTIVITE, {})])

    assert valeurs.get("heures_realisees") is None


def test_the_right_names_each_figure_that_is_missing():
    valeurs = gathered(alsh(), NATURE, SHEETS)

    calcul = calculated(alsh(), NATURE, valeurs, {"taux_ps": Retenu("taux_ps", "Taux", Decimal(30), "%", "Cnaf")})

    assert calcul.montant is None
    assert [figure.code for figure in calcul.missing_figures] == ["prix_plafond"]
    assert calcul.missing_fields == ()


def test_a_line_of_another_nature_has_its_name_in_words():
    calcul = calculated(alsh(), NATURE, gathered(alsh(), NATURE, SHEETS), {})

    termes = {terme.code: terme for terme in calcul.lignes[-1].termes}
    assert termes["bonification_mercredi"].libelle == "Bonification plan mercredi"
    assert termes["bonification_mercredi"].source == "sans objet pour cette nature"


def test_checks_say_nothing_of_what_is_not_there_yet():
    found = {c.controle.code: c for c in constats(alsh(), NATURE, Phase.REEL, gathered(alsh(), NATURE, SHEETS))}

    assert found["C02"].holds is True
    assert found["C05-charges"].holds is None


def test_every_definition_reads():
    assert all(each.definitions for each in types().values())
