"""Puts the Acteur on the request."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.habilitations.acteur import acteur_for

ORGANISME = "organisme"
SUPPLEANCE = "suppleance"


class ActeurOnRequest:
    """`request.acteur`: None for a stranger; computed for this request only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acteur = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.acteur = acteur_for(  # type: ignore[attr-defined]
                cast(Utilisateur, request.user),
                on=timezone.localdate(),
                organisme=request.session.get(ORGANISME),
                suppleance=request.session.get(SUPPLEANCE),
            )
            if SUPPLEANCE in request.session and request.acteur.suppleant is None:  # type: ignore[attr-defined]
                del request.session[SUPPLEANCE]  # what is lent again later is chosen again
        return self.get_response(request)
