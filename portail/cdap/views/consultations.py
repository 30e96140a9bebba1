"""To ask for a file, then to read it tab by tab: each is an address, a right and a trace of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import consultations as actions
from portail.cdap.definitions.champs import SEARCH, Onglet
from portail.cdap.forms.consultations import IdentiteForm, NumeroForm
from portail.cdap.gateway import UnavailableError
from portail.cdap.models import Consultation
from portail.cdap.queries.consultations import Lecture, onglet_for
from portail.cdap.queries.titres import Titre, places_opening, titres_of
from portail.cdap.rules import consultations as rules
from portail.cdap.views.common import actes_of, cdap_crumbs, first_onglet_url, onglet_url
from portail.habilitations.roles import role
from portail.ui.pages import Request, attempt, form_status, page, page_url, render_page

TITLE, OPENED = "Demander un dossier", "Dossier consulté"
REMEMBERED = ("titre", "caf", "finalite")
_SESSION = "cdap"


@page(refuse=rules.refuse_consulting, methods=("GET", "POST"))
def consultation_create(request: Request) -> HttpResponse:
    """By the number. Whatever forbids to show the file, the answer is the same."""
    titres = titres_of(request.acteur)
    form = NumeroForm(request.POST or None, titres=titres, initial=request.session.get(_SESSION))
    found: list[Consultation | None] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        act = lambda: found.append(  # noqa: E731
            actions.consult(by=request.acteur, demande=_demande(form), numero=typed["numero"])
        )
        if _asked(request, form, act) and found[0] is not None:
            return redirect(first_onglet_url(found[0]))
        if found:
            form.add_error(None, rules.NO_FILE)
    return _ask_page(request, form, titres, TITLE)


@page(refuse=rules.refuse_consulting, methods=("GET", "POST"))
def consultation_search(request: Request) -> HttpResponse:
    """By name and birth date, for the profiles that have it; exact, and each file found is a consultation."""
    titres = _searching(titres_of(request.acteur))
    form = IdentiteForm(request.POST or None, titres=titres, initial=request.session.get(_SESSION))
    found: list[Consultation] = []
    if request.method == "POST" and form.is_valid():
        typed, told = form.cleaned_data, list[list[Consultation] | None]()
        act = lambda: told.append(  # noqa: E731
            actions.search(by=request.acteur, demande=_demande(form), nom=typed["nom"], ne_le=typed["ne_le"])
        )
        if _asked(request, form, act):
            found = told[0] or []
            if len(found) == 1:
                return redirect(first_onglet_url(found[0]))
            if not found:
                form.add_error(None, rules.TOO_MANY if told[0] is None else rules.NO_FILE)
    return _ask_page(
        request, form, titres, "Chercher par nom", found=[(each, first_onglet_url(each)) for each in found]
    )


def _searching(titres: list[Titre]) -> list[Titre]:
    """Those with which he searches by name, at one Caf at least."""
    return list(dict.fromkeys(titre for titre, _ in places_opening(SEARCH, titres)))


def _demande(form: Any) -> actions.Demande:
    typed = form.cleaned_data
    return actions.Demande(form.chosen, typed["caf"], typed["finalite"], typed["motif"])


def _asked(request: Request, form: Any, act: Any) -> bool:
    """Asks, and remembers what may be chosen again: never a number, a name or a motive."""
    request.session[_SESSION] = {name: request.POST.get(name, "") for name in REMEMBERED}
    try:
        return attempt(request, form, act)
    except UnavailableError as unavailable:
        form.add_error(None, str(unavailable))
        return False


def _ask_page(request: Request, form: Any, titres: list[Titre], title: str, **more: Any) -> HttpResponse:
    return render_page(
        request,
        "cdap/consultation_create.html",
        page_title=title,
        breadcrumb=cdap_crumbs((title, None)),
        form=form,
        titres=titres,
        finalites=sorted({finalite for titre in titres for finalite in titre.finalites}),
        other_url=_other_url(title, titres),
        cancel_url=reverse("cdap:home"),
        status=form_status(form),
        **({"found": []} | more),
    )


def _other_url(title: str, titres: list[Titre]) -> tuple[str, str] | None:
    if title != TITLE:
        return "Consulter par numéro", reverse("cdap:consultation_create")
    return (
        ("Chercher par nom et date de naissance", reverse("cdap:consultation_search")) if _searching(titres) else None
    )


@page(find=onglet_for, refuse=rules.refuse_onglet)
def onglet_view(request: Request, found: tuple[Lecture, Onglet]) -> HttpResponse:
    """One tab, written in the journal before it is read."""
    lecture, onglet = found
    consultation = lecture.consultation
    try:
        blocs = actions.read_onglet(by=request.acteur, lecture=lecture, onglet=onglet)
    except UnavailableError as unavailable:
        messages.error(request, str(unavailable))
        blocs = []
    return render_page(
        request,
        "cdap/onglet_view.html",
        fragment="onglet",
        page_title=OPENED,
        breadcrumb=cdap_crumbs((TITLE, page_url("cdap:consultation_create")), (OPENED, None)),
        consultation=consultation,
        profil=role(consultation.profil).libelle,
        onglets=[(each, onglet_url(consultation, each.code)) for each in lecture.onglets],
        onglet=onglet,
        blocs=blocs,
        actes=actes_of(consultation, lecture.opened),
        is_warned=lecture.is_warned,
    )
