"""Numbers as a French reader expects them: the one manner in which AFAS writes them."""

from decimal import ROUND_HALF_UP, Decimal

THIN, HARD = "\u202f", "\u00a0"
KEPT, CALCULATED, _CENTS = 6, 4, 2  # decimals: those of a figure of a barème, of what is worked out, of an amount


def without_unit(value: Decimal, unite: str = "", shown: int = KEPT) -> str:
    """« 10 000 », « 9,40 », « −0,25 »: thousands apart, no needless zero; an amount (`unite`: €, €/h…) has its cents.

    `shown`: more decimals than that are rounded, half up; an amount in euros is always rounded to the cent.
    """
    rounded = value.quantize(Decimal(1).scaleb(-(_CENTS if unite == "€" else shown)), ROUND_HALF_UP).normalize()
    is_whole = rounded == rounded.to_integral_value()
    has_cents = unite == "€" or (unite.startswith("€") and not is_whole)
    decimals = max(_CENTS if has_cents else 0, -int(rounded.as_tuple().exponent))
    return f"{rounded + 0:,.{decimals}f}".replace(",", THIN).replace(".", ",").replace("-", "−")


def in_french(value: Decimal, unite: str = "", shown: int = KEPT) -> str:
    """The same with its unit: « 10 000 places », « 9,40 €/h »."""
    written = without_unit(value, unite, shown)
    return f"{written}{HARD}{unite}" if unite else written
