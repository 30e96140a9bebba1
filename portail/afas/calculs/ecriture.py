"""Numbers as a French reader expects them."""

from decimal import Decimal

_THIN, _HARD = "\u202f", "\u00a0"


def in_french(value: Decimal, unite: str = "") -> str:
    """« 10 000 places », « 9,40 €/h »: no needless zero, thousands apart; cents are two, and an amount has them."""
    shortest = value.normalize()
    has_cents = unite == "€" or (unite.startswith("€") and shortest != shortest.to_integral_value())
    decimals = max(2 if has_cents else 0, -int(shortest.as_tuple().exponent))
    written = f"{value:,.{decimals}f}".replace(",", _THIN).replace(".", ",").replace("-", "−")
    return f"{written}{_HARD}{unite}" if unite else written
