"""Screens of the accounts: sign-in, first access, profile, sessions, drafts."""

import json
import secrets
from typing import Any

from allauth.account.internal import flows
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from portail.comptes import actions, queries, rules
from portail.comptes.forms import ChangePasswordForm, ChoosePasswordForm, CourrielForm, ForgottenForm, SignInForm
from portail.comptes.middleware import MUST_CHOOSE_PASSWORD, before_access, next_step, no_act
from portail.comptes.models import browser_in_words
from portail.journal.middleware import client_address
from portail.ui.pages import Request, attempt, crumbs, form_status, page, public_page, render_page
from portail.ui.rules import Refused, everybody

LONGEST_BROUILLON = 50_000  # bytes
LONGEST_PATH = 300
SECONDS_OF_A_YEAR = 365 * 86400
DEVICE = Signer(salt="portail.appareil")


# Sign-in


@before_access
@sensitive_post_parameters("password")
@public_page(methods=("GET", "POST"), why="c'est la porte d'entrée")
def sign_in(request: Request) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("accueil:home")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _signed_in(request, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render_page(
        request,
        "comptes/sign_in.html",
        page_title="Connexion",
        form=form,
        next=request.POST.get("next") or request.GET.get("next", ""),
        has_expired="fin" in request.GET,
        status=form_status(form),
    )


def _signed_in(request: Request, typed: dict[str, str]) -> HttpResponse:
    return actions.sign_in(
        identifiant=typed["login"],
        password=typed["password"],
        address=client_address(request),
        known_device=_known_device(request, typed["login"]),
        browser=browser_in_words(request.headers.get("User-Agent", "")),
        enter=lambda result: _entered(request, result),
    )


def _entered(request: Request, result: actions.SignIn) -> HttpResponse:
    utilisateur, session = result.utilisateur, request.session
    utilisateur.backend = settings.AUTHENTICATION_BACKENDS[0]
    login = Login(user=utilisateur, redirect_url=_safe_next(request))
    response = flows.login.perform_password_login(request, {"username": utilisateur.identifiant}, login)
    session["last_sign_in"] = result.last_at.isoformat() if result.last_at else None
    session["refused_since"] = result.refused_since
    if result.must_choose_password:
        session[MUST_CHOOSE_PASSWORD] = True
    else:
        _remember_device(request, response, utilisateur.identifiant)
    request.session.save()
    actions.end_oldest_sessions(utilisateur)
    return response


def _safe_next(request: Request) -> str:
    wanted = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=settings.SECURE)
    return wanted if wanted and allowed else reverse("accueil:home")


def _known_device(request: Request, identifiant: str) -> str:
    """The number of a browser where this identifiant signed in before, else empty: attacks elsewhere do not slow it."""
    try:
        told = DEVICE.unsign(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
    except BadSignature:
        return ""
    owner, _, number = told.partition(".")
    return number if owner == identifiant.strip().upper() else ""


def _remember_device(request: Request, response: HttpResponse, identifiant: str) -> None:
    number = _known_device(request, identifiant) or secrets.token_urlsafe(12)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        DEVICE.sign(f"{identifiant}.{number}"),
        max_age=SECONDS_OF_A_YEAR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


@before_access
@public_page(methods=("POST",), why="chacun peut quitter sa session")
def sign_out(request: Request) -> HttpResponse:
    acteur = request.acteur
    if acteur is not None:
        actions.record_sign_out(by=acteur, utilisateur=acteur.utilisateur)
    logout(request)
    response = redirect(f"{reverse('account_login')}")
    response["Clear-Site-Data"] = '"cache"'
    return response


@before_access
@public_page(methods=("GET", "POST"), why="on l'ouvre quand on ne peut pas se connecter")
def password_forgotten(request: Request) -> HttpResponse:
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid() and _ask_reset(request, form)
    return render_page(
        request,
        "comptes/password_forgotten.html",
        page_title="Mot de passe oublié",
        form=form,
        is_sent=is_sent,
        hours=settings.PORTAIL["PROVISIONAL_HOURS"],
        status=form_status(form),
    )


def _ask_reset(request: Request, form: Any) -> bool:
    try:
        actions.ask_reset(identifiant=form.cleaned_data["identifiant"], address=client_address(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@before_access
@public_page(why="on l'ouvre quand on ne peut pas se connecter")
def sign_in_help(request: Request) -> HttpResponse:
    return render_page(
        request,
        "comptes/sign_in_help.html",
        page_title="Problème de connexion",
        hours=settings.PORTAIL["PROVISIONAL_HOURS"],
    )


# First access


@before_access
@public_page(why="les règles d'usage sont toujours lisibles")
def regles_view(request: Request) -> HttpResponse:
    regle = queries.regle_in_force()
    utilisateur: Any = request.user
    is_asked = utilisateur.is_authenticated and utilisateur.regle_accepted != regle.version and bool(regle.pk)
    return render_page(
        request,
        "comptes/regles_view.html",
        page_title="Règles d'usage",
        breadcrumb=None if is_asked or request.acteur is None else crumbs(("Règles d'usage", None)),
        regle=regle,
        is_asked=is_asked,
        **_only_account_menu(request),
    )


def _only_account_menu(request: Request) -> dict[str, Any]:
    """Before the first access is complete, there is no menu: no other page would answer."""
    return {"menu": None} if request.user.is_authenticated and next_step(request) else {}


@before_access
@page(refuse=everybody, methods=("POST",))
def regles_accept(request: Request) -> HttpResponse:
    regle = queries.regle_in_force()
    if str(regle.version) == request.POST.get("version"):
        acteur = request.acteur
        actions.accept_regle(by=acteur, utilisateur=acteur.utilisateur, regle=regle)
    return redirect("accueil:home")


@before_access
@page(refuse=everybody, methods=("POST",))
def regles_refuse(request: Request) -> HttpResponse:
    acteur = request.acteur
    actions.refuse_regle(by=acteur, utilisateur=acteur.utilisateur, regle=queries.regle_in_force())
    logout(request)
    messages.warning(
        request, "Vous avez refusé les règles d'usage : l'accès vous est fermé. Elles vous seront proposées à nouveau."
    )
    return redirect("account_login")


@before_access
@sensitive_post_parameters("password", "confirmation")
@page(refuse=everybody, methods=("GET", "POST"))
def password_choose(request: Request) -> HttpResponse:
    """The own password, at the first access or after a forgotten one; elsewhere, one changes it from the profile."""
    step = next_step(request)
    if step != reverse("comptes:password_choose"):
        return redirect(step or "comptes:password_change")
    form = ChoosePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _choose(request, form):
        response = redirect("accueil:home")
        _remember_device(request, response, request.acteur.utilisateur.identifiant)
        return response
    return _password_page(request, form, "comptes/password_choose.html", "Choisir votre mot de passe", menu=None)


def _choose(request: Request, form: Any) -> bool:
    acteur = request.acteur
    old_key = request.session.session_key
    chosen = attempt(
        request,
        form,
        lambda: actions.choose_password(
            by=acteur,
            utilisateur=acteur.utilisateur,
            password=form.cleaned_data["password"],
            keep_session=old_key,
            words=[acteur.organisation_label],
        ),
    )
    if chosen:
        request.session.pop(MUST_CHOOSE_PASSWORD, None)
        update_session_auth_hash(request, acteur.utilisateur)
        messages.success(request, "Votre mot de passe est enregistré.")
    return chosen


def _password_page(request: Request, form: Any, template: str, title: str, **context: Any) -> HttpResponse:
    acteur = request.acteur
    return render_page(
        request,
        template,
        page_title=title,
        form=form,
        minimum=rules.shortest(acteur.utilisateur),
        status=form_status(form),
        **context,
    )


# Sensitive changes


@sensitive_post_parameters("current", "password", "confirmation")
@page(refuse=everybody, methods=("GET", "POST"))
def password_change(request: Request) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_own(request, form) and _choose(request, form):
        return redirect("accueil:profil_view")
    breadcrumb = crumbs(("Mon profil", reverse("accueil:profil_view")), ("Changer de mot de passe", None))
    return _password_page(
        request, form, "comptes/password_change.html", "Changer de mot de passe", breadcrumb=breadcrumb
    )


def _is_own(request: Request, form: Any) -> bool:
    """The current password, asked again before a sensitive change."""
    try:
        is_right = actions.check_password(request.acteur.utilisateur, form.cleaned_data["current"])
    except Refused as refusal:
        form.add_error("current", str(refusal))
        return False
    if not is_right:
        form.add_error("current", "Ce n'est pas votre mot de passe actuel.")
    return is_right


@sensitive_post_parameters("current")
@page(refuse=everybody, methods=("GET", "POST"))
def courriel_edit(request: Request) -> HttpResponse:
    acteur = request.acteur
    form = CourrielForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_own(request, form) and _ask_courriel_change(request, form):
        messages.success(
            request, "Un courriel est parti vers la nouvelle adresse : ouvrez le lien qu'il contient pour confirmer."
        )
        return redirect("accueil:profil_view")
    return render_page(
        request,
        "comptes/courriel_edit.html",
        page_title="Modifier mon adresse mail",
        breadcrumb=crumbs(("Mon profil", reverse("accueil:profil_view")), ("Modifier mon adresse mail", None)),
        form=form,
        utilisateur=acteur.utilisateur,
        status=form_status(form),
    )


def _ask_courriel_change(request: Request, form: Any) -> bool:
    acteur = request.acteur
    return attempt(
        request,
        form,
        lambda: actions.ask_courriel_change(
            by=acteur, utilisateur=acteur.utilisateur, courriel=form.cleaned_data["courriel"]
        ),
    )


@before_access
@public_page(methods=("GET", "POST"), why="le lien du courriel porte son propre secret")
def courriel_confirm(request: Request, secret: str) -> HttpResponse:
    refusal = ""
    is_done = False
    if request.method == "POST":
        try:
            actions.confirm_courriel(secret)
            is_done = True
        except Refused as refused:
            refusal = str(refused)
    return render_page(
        request,
        "comptes/courriel_confirm.html",
        page_title="Confirmer votre nouvelle adresse mail",
        is_done=is_done,
        refusal=refusal,
        status=409 if refusal else 200,
    )


# Sessions and drafts


@page(refuse=rules.refuse_ending_session, find=queries.session_for, methods=("POST",))
def session_end(request: Request, session: Any) -> HttpResponse:
    actions.end_session(by=request.acteur, session=session)
    messages.success(request, "Cette session est fermée.")
    return redirect("accueil:profil_view")


@before_access
@page(refuse=everybody, methods=("POST",), once=False)
def session_keepalive(request: Request) -> HttpResponse:
    """« Rester connecté »: an act of the person, like any other."""
    return HttpResponse(status=204)


@no_act
@page(refuse=everybody, methods=("GET", "POST", "DELETE"), once=False)
def brouillon(request: Request) -> HttpResponse:
    """Keeps what is being typed (an act of the person), gives it back, forgets it."""
    utilisateur = request.acteur.utilisateur
    path = request.GET.get("path", "")
    if not path.startswith("/") or len(path) > LONGEST_PATH or "\0" in path:
        return HttpResponse(status=400)
    if request.method == "POST":
        return _keep_brouillon(request, path)
    if request.method == "DELETE":
        actions.drop_brouillon(utilisateur=utilisateur, path=path)
        return HttpResponse(status=204)
    kept = queries.brouillon_for(request.acteur, path)
    draft = {"saved_at": kept.saved_at.isoformat(), "data": kept.data} if kept else None
    return JsonResponse({"draft": draft})


def _keep_brouillon(request: Request, path: str) -> HttpResponse:
    data = _typed(request.body)
    if data is None:
        return HttpResponse(status=400)
    actions.keep_brouillon(utilisateur=request.acteur.utilisateur, path=path, data=data)
    return HttpResponse(status=204)


def _typed(body: bytes) -> dict[str, Any] | None:
    """The fields of the form as the page sends them, texts or lists of texts; None for anything else."""
    if len(body) > LONGEST_BROUILLON:
        return None
    try:
        data = json.loads(body)["data"]
        texts = [text for name, value in data.items() for text in (name, *(value if type(value) is list else [value]))]
        is_clean = not any("\0" in text for text in texts) and all(type(text) is str for text in texts)
        "".join(texts).encode()  # half a surrogate pair is no text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return data if is_clean else None
