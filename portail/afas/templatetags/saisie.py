"""Numbers of a sheet in French, and the form that goes with a check."""

from decimal import Decimal
from typing import Any

from django import template

from portail.afas.calculs.nombres import french
from portail.ui.templatetags.ui import NOTHING

register = template.Library()


@register.filter
def nombre(value: Decimal | None) -> str:
    """A term of a formula: up to two decimals, a dash for nothing."""
    if value is None:
        return NOTHING
    return french(value, 0 if value == value.to_integral_value() else 2)


@register.filter
def of(forms: dict[str, Any], code: str) -> Any:
    """The form of this check."""
    return forms[code]
