"""« Oppositions »: who does not want partners to consult his file."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.cdap.actions import oppositions as actions
from portail.cdap.forms.oppositions import OppositionEndForm, OppositionFindForm, OppositionForm
from portail.cdap.models import Opposition
from portail.cdap.queries.oppositions import opposition_for, oppositions_for
from portail.cdap.rules import oppositions as rules
from portail.cdap.tables.oppositions import OppositionTable
from portail.cdap.views.common import cdap_crumbs, form_page
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Request, attempt, page, render_page

TITLE = "Oppositions"


def _list_url() -> str:
    return reverse("cdap:opposition_list")


def _table(request: Request, rows: QuerySet[Opposition]) -> OppositionTable:
    return OppositionTable(rows, may_edit=rules.refuse_entering(request.acteur) is None)


@page(refuse=rules.refuse_oppositions)
def opposition_list(request: Request) -> HttpResponse:
    return _list(request, OppositionFindForm(), oppositions_for(request.acteur))


@page(refuse=rules.refuse_oppositions, methods=("POST",), once=False)
def opposition_find(request: Request) -> HttpResponse:
    """Those of one number; sent by POST, for a number never stands in an address."""
    form, rows = OppositionFindForm(request.POST), oppositions_for(request.acteur)
    if form.is_valid():
        rows = rows.filter(numero=form.cleaned_data["numero"])
    return _list(request, form, rows)


def _list(request: Request, form: OppositionFindForm, rows: QuerySet[Opposition]) -> HttpResponse:
    may_edit = rules.refuse_entering(request.acteur) is None
    return render_page(
        request,
        "cdap/opposition_list.html",
        page_title=TITLE,
        breadcrumb=cdap_crumbs((TITLE, None)),
        form=form,
        is_found=form.is_bound and form.is_valid(),
        table=configured(request, _table(request, rows)),
        export_urls=export_urls(request, "cdap:opposition_export"),
        may_edit=may_edit,
        status=422 if form.is_bound and form.errors else 200,
    )


@page(refuse=rules.refuse_oppositions)
def opposition_export(request: Request, extension: str) -> HttpResponse:
    table = OppositionTable(oppositions_for(request.acteur))
    return exported(request, table, extension=extension, name="oppositions", what="les oppositions")


@page(refuse=rules.refuse_entering, methods=("GET", "POST"))
def opposition_create(request: Request) -> HttpResponse:
    form = OppositionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.enter(by=request.acteur, **form.cleaned_data)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "L'opposition est enregistrée : aucun partenaire ne peut plus lire ce dossier.")
            return redirect(_list_url())
    title = "Enregistrer une opposition"
    return _form_page(
        request,
        form,
        title,
        lead="Dès l'enregistrement, le dossier répond aux partenaires comme un numéro inconnu. Rien ne leur dit "
        "qu'il y a une opposition.",
        submit="Enregistrer l'opposition",
    )


@page(find=opposition_for, refuse=rules.refuse_ending, methods=("GET", "POST"))
def opposition_end(request: Request, opposition: Opposition) -> HttpResponse:
    form = OppositionEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = lambda: actions.end(by=request.acteur, opposition=opposition, **form.cleaned_data)  # noqa: E731
        if attempt(request, form, act):
            messages.success(request, "L'opposition est levée : le dossier pourra être consulté à partir de demain.")
            return redirect(_list_url())
    return _form_page(
        request,
        form,
        "Lever l'opposition",
        lead=f"Dossier n° {opposition}. Les partenaires dont le profil le permet pourront le consulter à partir de "
        "demain. L'opposition reste dans l'historique.",
        submit="Lever l'opposition",
    )


def _form_page(request: Request, form: Any, title: str, *, lead: str, submit: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=cdap_crumbs((TITLE, _list_url()), (title, None)),
        submit=submit,
        cancel_url=_list_url(),
        lead=lead,
    )
