"""Numbers typed as French people write them, kept exactly, shown in French."""

from decimal import Decimal

import pytest

from portail.afas.calculs.ecriture import without_unit
from portail.afas.calculs.nombres import NotANumber, in_french, kept_number, read_french
from portail.afas.definitions import Champ


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("12 500,50", "12500.5"),
        ("12500.5", "12500.5"),
        ("12\u202f500,50 €", "12500.5"),
        ("12\u00a0500", "12500"),
        ("0", "0"),
        ("007", "7"),
        ("0,10", "0.1"),
        (",5", "0.5"),
        ("100", "100"),
    ],
)
def test_a_number_is_read_as_french_people_write_it(text, kept):
    assert kept_number(read_french(text, 2)) == kept


@pytest.mark.parametrize(
    ("text", "decimals", "said"),
    [
        ("abc", 2, "Saisissez un nombre"),
        ("12,500.50", 2, "qu'une virgule"),
        ("1.234.567", 2, "qu'une virgule"),
        ("-5", 2, "positif"),
        ("12,505", 2, "au plus 2"),
        ("12,5", 0, "nombre entier"),
        ("1e5", 2, "Saisissez un nombre"),
        ("٣", 2, "Saisissez un nombre"),
        ("1" * 14, 0, "trop grand"),
        ("NaN", 2, "Saisissez un nombre"),
    ],
)
def test_what_is_no_number_is_told_in_a_sentence(text, decimals, said):
    with pytest.raises(NotANumber, match=said):
        read_french(text, decimals)


def test_a_number_is_shown_in_french():
    amount = Champ("c60", "Achats", unite="€", format="montant", decimales=2)

    assert without_unit(Decimal("-1234.5"), "€") == "−1\u202f234,50"
    assert in_french(amount, "4000") == "4\u202f000,00"
    assert in_french(Champ("jours", "Jours"), "100") == "100"
    assert in_french(Champ("ok", "Ok", format="oui_non"), "oui") == "Oui"
    assert in_french(Champ("mot", "Mot", format="texte"), "12") == "12"
    assert in_french(amount, "") == ""
