"""How long a session lasts, and what a person must do before any other page answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from portail.comptes.actions import drop_brouillon

MUST_CHOOSE_PASSWORD = "must_choose_password"  # noqa: S105 -- the name of a session key


class SessionLifetime(SessionMiddleware):
    """Sessions as Django's, kept alive by their owner's acts only (S0: 30 minutes)."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        is_act = match is not None and (request.method == "POST" or not getattr(match.func, "is_no_act", False))
        if is_act and request.session.accessed:
            request.session.touch()  # type: ignore[attr-defined]
        try:
            return super().process_response(request, response)
        except SessionInterrupted:  # ended elsewhere while this request was served: nothing brings it back
            return redirect(settings.LOGIN_URL)


class FirstAccess:
    """Until the règles d'usage are accepted and an own password chosen, no other page answers (S3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and getattr(request, "acteur", None):
            drop_brouillon(utilisateur=request.acteur.utilisateur, path=request.path)  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, keywords: Any) -> HttpResponseBase | None:
        is_public = isinstance(getattr(view, "rule", None), str)
        if is_public or getattr(view, "is_before_access", False) or not request.user.is_authenticated:
            return None
        step = next_step(request)
        return redirect(step) if step else None


def next_step(request: HttpRequest) -> str | None:
    """The page where this person must go first, None when he may go anywhere."""
    utilisateur: Any = request.user
    if utilisateur.regle_in_force and utilisateur.regle_accepted != utilisateur.regle_in_force:
        return reverse("comptes:regles_view")
    if request.session.get(MUST_CHOOSE_PASSWORD) or not utilisateur.has_usable_password():
        return reverse("comptes:password_choose")
    return None


def before_access(view: Any) -> Any:
    """Marks a page that answers before the first access is complete."""
    view.is_before_access = True
    return view


def no_act(view: Any) -> Any:
    """Marks a view whose reads are made by the page itself, not by the person: they keep no session alive."""
    view.is_no_act = True
    return view
