"""Numbers of a sheet in French, and the form that goes with a check."""

from decimal import Decimal
from typing import Any

from django import template

from portail.afas.calculs.ecriture import CALCULATED, without_unit
from portail.ui.templatetags.ui import NOTHING

register = template.Library()


@register.filter
def nombre(value: Decimal | None, unite: str = "") -> str:
    """A term of a formula or a total, without its unit; a dash for nothing."""
    return NOTHING if value is None else without_unit(value, unite, CALCULATED)


@register.filter
def of(forms: dict[str, Any], code: str) -> Any:
    """The form of this check."""
    return forms[code]
