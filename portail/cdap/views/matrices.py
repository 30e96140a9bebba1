"""« Ce que les profils ouvrent »: the matrix in force, another proposed, decided by somebody else."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import matrices as actions
from portail.cdap.forms.matrices import MatriceDecisionForm, MatriceForm, box
from portail.cdap.models import VersionMatrice
from portail.cdap.queries import matrices as queries
from portail.cdap.roles import SERVICE
from portail.cdap.rules import matrices as rules
from portail.cdap.views.common import cdap_crumbs
from portail.ui.pages import Crumb, Request, attempt, form_status, page, render_page

TITLE = "Ce que les profils ouvrent"


def _view_url() -> str:
    return reverse("cdap:matrice_view")


def _under(*steps: tuple[str, str | None]) -> list[Crumb]:
    return cdap_crumbs((TITLE, _view_url() if steps else None), *steps)


@page(refuse=rules.refuse_matrices)
def matrice_view(request: Request) -> HttpResponse:
    """The one in force, the one that waits, those before."""
    acteur = request.acteur
    versions = list(queries.versions_for(acteur))
    return render_page(
        request,
        "cdap/matrice_view.html",
        page_title=TITLE,
        breadcrumb=_under(),
        roles=SERVICE.roles,
        sections=queries.sections(queries.matrice_of(acteur.caf.pk)),
        holders=_holders(request),
        is_shipped=queries.in_force(acteur.caf.pk) == 0,
        waiting=next((each for each in versions if each.etat == "proposee"), None),
        versions=versions,
        may_propose=rules.refuse_proposing(acteur) is None,
    )


def _holders(request: Request) -> list[tuple[Any, int]]:
    found = queries.holders(request.acteur.caf.pk, request.acteur.on)
    return [(role, found.get(role.code, 0)) for role in SERVICE.roles]


@page(refuse=rules.refuse_proposing, methods=("GET", "POST"))
def matrice_propose(request: Request) -> HttpResponse:
    """The boxes, then who gains and loses what, then the proposal."""
    caf = request.acteur.caf
    now = queries.matrice_of(caf.pk)
    form = MatriceForm(request.POST or None, initial={"vu": queries.in_force(caf.pk)})
    if request.method == "POST" and form.is_valid():
        if refusal := rules.refuse_same(now, form.opened):
            form.add_error(None, refusal)
        elif "confirm" not in request.POST:
            return _confirmation(request, form)
        elif attempt(request, form, lambda: _propose(request, form)):
            messages.success(request, "La matrice est proposée : un autre administrateur de la Caf doit la valider.")
            return redirect(_view_url())
    title = "Proposer une matrice"
    return render_page(
        request,
        "cdap/matrice_form.html",
        page_title=title,
        breadcrumb=_under((title, None)),
        form=form,
        roles=SERVICE.roles,
        sections=queries.sections(form.opened if form.is_bound else now),
        cancel_url=_view_url(),
        status=form_status(form),
    )


def _propose(request: Request, form: MatriceForm) -> None:
    typed = form.cleaned_data
    actions.propose(by=request.acteur, contenu=form.opened, motif=typed["motif"], seen=typed["vu"])


def _confirmation(request: Request, form: MatriceForm) -> HttpResponse:
    title = "Vérifier la matrice"
    boxes = [(box(profil, code), "on") for profil, codes in form.opened.items() for code in sorted(codes)]
    return render_page(
        request,
        "cdap/matrice_confirm.html",
        page_title=title,
        breadcrumb=_under((title, None)),
        ecarts=queries.ecarts(request.acteur.caf.pk, form.opened, request.acteur.on),
        motif=form.cleaned_data["motif"],
        typed=[("vu", form.cleaned_data["vu"]), ("motif", form.cleaned_data["motif"]), *boxes],
        cancel_url=_view_url(),
    )


@page(find=queries.version_for, refuse=rules.refuse_deciding, methods=("GET", "POST"))
def matrice_decide(request: Request, version: VersionMatrice) -> HttpResponse:
    """What it changes for each profile, then the decision."""
    form = MatriceDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(request, form, lambda: _decide(request, form, version)):
        is_valid = form.cleaned_data["decision"] == "valider"
        messages.success(request, "La matrice est en vigueur." if is_valid else "La matrice est refusée.")
        return redirect(_view_url())
    title = "Décider de la matrice"
    return render_page(
        request,
        "cdap/matrice_decide.html",
        page_title=title,
        breadcrumb=_under((title, None)),
        version=version,
        ecarts=queries.ecarts(version.caf_id, queries.contenu_of(version), request.acteur.on),
        form=form,
        cancel_url=_view_url(),
        status=form_status(form),
    )


def _decide(request: Request, form: MatriceDecisionForm, version: VersionMatrice) -> None:
    typed = form.cleaned_data
    if typed["decision"] == "valider":
        actions.validate(by=request.acteur, version=version)
    else:
        actions.refuse(by=request.acteur, version=version, motif=typed["motif"])
