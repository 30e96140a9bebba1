"""Numbers as French people write and read them; kept as decimals with a point."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from portail.afas.calculs.ecriture import THIN, without_unit
from portail.afas.calculs.valeurs import read_number
from portail.afas.definitions import Champ

LARGEST = Decimal(10) ** 12
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_ONE_SEPARATOR = "N'écrivez qu'une virgule : « 12 500,50 », sans autre séparateur que des espaces."


class NotANumber(Exception):
    """What was typed is not a number that this field takes; its text is the French sentence."""


def read_french(text: str, decimals: int) -> Decimal:
    """The number that somebody wrote « 12 500,50 », « 12500.5 » or « 12 500,50 € ».

    :raises NotANumber: when it is not one, is negative, or has more decimals than that
    """
    plain = _SPACES.sub("", text).removesuffix("€")
    if plain.count(",") + plain.count(".") > 1:
        raise NotANumber(_ONE_SEPARATOR)
    number = _plain(plain.replace(",", "."))
    if number < 0:
        raise NotANumber("Saisissez un nombre positif, sans signe moins.")
    if number >= LARGEST:
        raise NotANumber("Ce nombre est trop grand : vérifiez la saisie.")
    if number != round(number, decimals):
        raise NotANumber(_too_precise(decimals))
    return abs(number)


def _plain(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", text, re.ASCII):
        raise NotANumber("Saisissez un nombre, par exemple 12 500,50.")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotANumber("Saisissez un nombre, par exemple 12 500,50.")


def _too_precise(decimals: int) -> str:
    if not decimals:
        return "Saisissez un nombre entier, sans virgule."
    return f"Saisissez au plus {decimals} chiffre{'s' if decimals > 1 else ''} après la virgule."


def kept_number(number: Decimal) -> str:
    """As a value is kept: no zero too many, never an exponent."""
    return format(number.normalize(), "f")


def in_french(champ: Champ, kept: Any) -> str:
    """What is kept of a field, or worked out for it, as one reads it; an empty string for nothing."""
    if kept in (None, ""):
        return ""
    if champ.format == "oui_non":
        return "Oui" if read_number(kept) else "Non"
    number = read_number(kept) if champ.format != "texte" else None
    return str(kept) if number is None else without_unit(number, champ.unite, champ.decimales)


def as_typed(champ: Champ, read: str) -> str:
    """What `in_french` gives, without the spaces between thousands that a spreadsheet takes for a text."""
    return read if champ.format == "texte" else read.replace(THIN, "")


def is_same(champ: Champ, one: str, other: str) -> bool:
    """Do both say the same value of this field? « 9000.50 » and « 9000.5 » do."""
    if one == other or champ.format == "texte":
        return one == other
    return bool(one and other) and read_number(one) == read_number(other)
