"""What every page's frame shows: who acts, for whom, and the menu."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portail.accueil.queries import menu_for


def frame(request: HttpRequest) -> dict[str, Any]:
    acteur = getattr(request, "acteur", None)
    context: dict[str, Any] = {
        "acteur": acteur,
        "demo": settings.DEMO,
        "idle_seconds": settings.PORTAIL["IDLE_SECONDS"],
        "warning_seconds": settings.PORTAIL["IDLE_WARNING_SECONDS"],
    }
    if acteur is not None:
        context["menu"] = cache(lambda: menu_for(acteur, request.path))  # the part that htmx asks for has none
    return context
