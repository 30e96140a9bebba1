"""`{% avertissements %}`: what the watch tells the person on the pages where he consults."""

from typing import Any

from django import template

from portail.cdap.queries.gardes import warnings_of

register = template.Library()


@register.inclusion_tag("cdap/avertissements.html", takes_context=True)
def avertissements(context: dict[str, Any]) -> dict[str, Any]:
    return {"alertes": warnings_of(context["request"].acteur)}
