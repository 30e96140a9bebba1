"""Numbers as a French reader expects them."""

from decimal import Decimal

_THIN, _HARD = "\u202f", "\u00a0"


def in_french(value: Decimal, unite: str = "") -> str:
    """« 10 000,5 €/h »: no needless zero, thousands apart; an amount in euros keeps its two decimals."""
    text = f"{value:,.2f}" if unite == "€" else f"{value.normalize():,f}"
    written = text.replace(",", _THIN).replace(".", ",").replace("-", "−")
    return f"{written}{_HARD}{unite}" if unite else written
