"""« Recalculer les droits »: all those of an exercice worked out again, and those that are no longer the same."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.afas.actions import recalculs as actions
from portail.afas.forms.traitement import RecalculForm
from portail.afas.models import RecalculDroits
from portail.afas.queries import recalculs as queries
from portail.afas.rules import traitement as rules
from portail.afas.tables.traitement import EcartTable, RecalculTable
from portail.afas.views.common import afas_crumbs
from portail.afas.views.traitement import TITLE as QUEUE
from portail.afas.views.traitement import list_url
from portail.habilitations.views.common import EXPORTS, configured, exported
from portail.ui.pages import Request, attempt, form_status, page, render_page

TITLE = "Recalculer les droits"


@page(refuse=rules.refuse_reading_recalcul)
def recalcul_list(request: Request) -> HttpResponse:
    rows = queries.recalculs_for(request.acteur).annotate(ecarts__count=Count("ecarts"))
    return render_page(
        request,
        "afas/recalcul_list.html",
        page_title=TITLE,
        breadcrumb=afas_crumbs((QUEUE, list_url()), (TITLE, None)),
        table=configured(request, RecalculTable(rows)),
        may_ask=rules.refuse_recomputing(request.acteur) is None,
    )


@page(refuse=rules.refuse_recomputing, methods=("GET", "POST"))
def recalcul_create(request: Request) -> HttpResponse:
    form = RecalculForm(request.POST or None, exercices=queries.exercices_of(request.acteur.caf))
    if request.method == "POST" and form.is_valid():
        made: list[RecalculDroits] = []
        exercice = form.cleaned_data["exercice"]
        if attempt(request, form, lambda: made.append(actions.ask_recalcul(by=request.acteur, exercice=exercice))):
            messages.success(request, "Le recalcul est demandé : vous pouvez quitter cette page et y revenir.")
            return redirect("afas:recalcul_view", pk=made[0].pk)
    return render_page(
        request,
        "afas/recalcul_create.html",
        page_title="Recalculer un exercice",
        breadcrumb=afas_crumbs(
            (QUEUE, list_url()), (TITLE, reverse("afas:recalcul_list")), ("Recalculer un exercice", None)
        ),
        form=form,
        cancel_url=reverse("afas:recalcul_list"),
        status=form_status(form),
    )


@page(find=queries.recalcul_for, refuse=rules.refuse_reading_recalcul)
def recalcul_view(request: Request, recalcul: RecalculDroits) -> HttpResponse:
    """How far it is, then what differs."""
    is_at_work = recalcul.finished_at is None
    return render_page(
        request,
        "afas/recalcul_view.html",
        fragment="progress",
        page_title=f"Droits de {recalcul.exercice} recalculés",
        breadcrumb=afas_crumbs(
            (QUEUE, list_url()), (TITLE, reverse("afas:recalcul_list")), (str(recalcul.exercice), None)
        ),
        recalcul=recalcul,
        is_at_work=is_at_work,
        poll_url=request.path if is_at_work else "",
        table=configured(request, EcartTable(queries.ecarts_of(recalcul))),
        export_urls=[(label, reverse("afas:recalcul_export", args=[recalcul.pk, ext])) for label, ext in EXPORTS],
    )


@page(find=queries.recalcul_to_export, refuse=rules.refuse_exporting_recalcul)
def recalcul_export(request: Request, found: tuple[RecalculDroits, str]) -> HttpResponse:
    recalcul, extension = found
    table = EcartTable(queries.ecarts_of(recalcul))
    name = f"ecarts-{recalcul.exercice}"
    return exported(request, table, extension=extension, name=name, what="les écarts d'un recalcul de droits")
