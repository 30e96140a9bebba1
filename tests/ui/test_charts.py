"""A chart says the same in its drawing, its words and its table."""

import re
from decimal import Decimal

import pytest
from django.template import Context, Template

from portail.ui.templatetags.ui_charts import Chart, Serie, amount, bars, lines, scale_of

AMOUNTS = Chart(
    "Montants",
    ["2024", "2025"],
    [Serie("Prévisionnel", [1000, 1200]), Serie("Réel", [Decimal("950.5"), None])],
    unit="€",
    decimals=2,
    first="Exercice",
)


def drawn(chart):
    return Template("{% load ui_charts %}{% chart chart 'essai' %}").render(Context({"chart": chart}))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([950, 1200], [0, 500, 1000, 1500]),
        ([Decimal("0.001")], [0, 1]),
        ([3], [0, 1, 2, 3]),
        ([-3400, 1200], [-4000, -2000, 0, 2000]),
        ([-5], [-6, -4, -2, 0]),
        ([0], [0, 1]),
        ([Decimal("1.97"), Decimal("2.07")], [0, 1, 2, 3]),
    ],
)
def test_a_scale_holds_zero_and_all_values_in_round_steps(values, ticks):
    assert list(scale_of(values).ticks) == ticks


def test_a_bar_is_as_high_as_its_value_and_a_missing_one_is_not_drawn():
    shapes = bars(AMOUNTS, scale_of(AMOUNTS.known))

    assert [(shape.serie, shape.place) for shape in shapes] == [
        (1, ("6.25", "33.33", "18.75", "66.67")),
        (1, ("56.25", "20", "18.75", "80")),
        (2, ("25", "36.63", "18.75", "63.37")),
    ]
    assert shapes[2].said == "Réel, 2024 : 950,50\xa0€"


def test_a_negative_bar_hangs_below_zero():
    chart = Chart("Résultat", ["2024"], [Serie("Résultat", [-2000])])

    assert bars(chart, scale_of([-2000, 2000]))[0].place == ("40", "50", "20", "50")


def test_a_missing_value_interrupts_a_line():
    chart = Chart("Jours", ["1", "2", "3", "4"], [Serie("Reçues", [0, 2, None, 4])], kind="lines")

    assert lines(chart, scale_of(chart.known))[0].place == ("M0 100L33.33 50M100 0",)


@pytest.mark.parametrize(
    ("value", "told"),
    [(Decimal("12500.505"), "12\xa0500,51\xa0€"), (0, "0,00\xa0€"), (Decimal("-3.005"), "-3,01\xa0€"), (None, "–")],
)
def test_amounts_are_told_in_french(value, told):
    assert amount(value, "€", 2) == told


def test_the_table_says_what_the_drawing_shows():
    html = drawn(AMOUNTS)

    cells = re.findall(r'<td class="cell-number" data-label="(.*?)">(.*?)</td>', html)
    assert cells == [
        ("Prévisionnel", "1\xa0000,00\xa0€"),
        ("Réel", "950,50\xa0€"),
        ("Prévisionnel", "1\xa0200,00\xa0€"),
        ("Réel", "–"),
    ]
    assert html.count("<rect") == 3 + 2  # the bars, and a key for each serie


def test_the_drawing_is_named_and_described():
    html = drawn(AMOUNTS)

    assert 'role="img" aria-labelledby="essai-nom essai-mots"' in html
    assert re.search(r'<title id="essai-nom">Montants</title>\s*<desc id="essai-mots">', html)


def test_nothing_to_show_is_said():
    html = drawn(Chart("Montants", ["2024"], [Serie("Réel", [None])]))

    assert "Aucun chiffre à montrer" in html
    assert "<svg" not in html


def test_a_long_table_is_folded():
    days = [str(day) for day in range(1, 32)]
    html = drawn(Chart("Jours", days, [Serie("Reçues", list(range(31)))], kind="lines"))

    assert "<details" in html
    assert re.findall(r"<span>(\d+)</span>", html.split("chart-labels-lines")[1]) == ["1", "16", "31"]


def test_a_chart_that_does_not_hold_together_is_refused():
    with pytest.raises(ValueError, match="one value for each label"):
        Chart("Montants", ["2024"], [Serie("Réel", [1, 2])])
