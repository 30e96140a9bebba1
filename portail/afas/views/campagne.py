"""« Suivi de la campagne »: how far the Caf is with its échéances, and who to call."""

from django.http import HttpResponse
from django.urls import reverse

from portail.afas.filters.tableaux import CampagneFilter, RetardFilter
from portail.afas.queries import campagne
from portail.afas.rules import tableaux as rules
from portail.afas.tables.tableaux import CampagneTable, RetardTable
from portail.afas.views.common import afas_crumbs
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Request, page, render_page

TITLE = "Suivi de la campagne"
LATE = "Déclarations en retard"


def _filtered(request: Request) -> CampagneFilter:
    acteur = request.acteur
    return CampagneFilter(
        request.GET, queryset=campagne.echeances_for(acteur), exercices=campagne.exercices_for(acteur)
    )


@page(refuse=rules.refuse_campagne)
def campagne_view(request: Request) -> HttpResponse:
    filtered, on = _filtered(request), request.acteur.on
    return render_page(
        request,
        "afas/campagne_view.html",
        page_title=TITLE,
        breadcrumb=afas_crumbs((TITLE, None)),
        filter=filtered,
        totals=campagne.totals_of(filtered.qs, on),
        progress=campagne.progress_of(filtered.qs, on),
        montants=campagne.amounts_of(filtered.qs),
        table=configured(request, CampagneTable(campagne.counted(filtered.qs, on))),
        export_urls=export_urls(request, "afas:campagne_export"),
    )


@page(refuse=rules.refuse_exporting_campagne)
def campagne_export(request: Request, extension: str) -> HttpResponse:
    table = CampagneTable(campagne.counted(_filtered(request).qs, request.acteur.on))
    return exported(request, table, extension=extension, name="campagne", what="le suivi de la campagne")


def _late(request: Request) -> tuple[RetardFilter, RetardTable]:
    acteur = request.acteur
    filtered = RetardFilter(
        request.GET, queryset=campagne.retards_for(acteur), exercices=campagne.exercices_for(acteur)
    )
    return filtered, RetardTable(filtered.qs, on=acteur.on)


@page(refuse=rules.refuse_campagne)
def retard_list(request: Request) -> HttpResponse:
    filtered, table = _late(request)
    return render_page(
        request,
        "afas/retard_list.html",
        fragment="list",
        page_title=LATE,
        breadcrumb=afas_crumbs((TITLE, reverse("afas:campagne_view")), (LATE, None)),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "afas:retard_export"),
    )


@page(refuse=rules.refuse_exporting_campagne)
def retard_export(request: Request, extension: str) -> HttpResponse:
    _, table = _late(request)
    return exported(request, table, extension=extension, name="retards", what="la liste des déclarations en retard")
