"""« Chargements de dossiers »: what the operator loaded for a Caf, and how many lines were refused."""

from django.http import HttpResponse

from portail.cdap.filters.chargements import ChargementFilter
from portail.cdap.queries.chargements import chargements_for
from portail.cdap.rules import chargements as rules
from portail.cdap.tables.chargements import ChargementTable
from portail.cdap.views.common import cdap_crumbs
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Request, page, render_page

TITLE = "Chargements de dossiers"


def _filtered(request: Request) -> ChargementFilter:
    return ChargementFilter(request.GET, queryset=chargements_for(request.acteur))


@page(refuse=rules.refuse_chargements)
def chargement_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "cdap/chargement_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=cdap_crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, ChargementTable(filtered.qs)),
        export_urls=export_urls(request, "cdap:chargement_export"),
    )


@page(refuse=rules.refuse_chargements)
def chargement_export(request: Request, extension: str) -> HttpResponse:
    table = ChargementTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="chargements", what="les chargements de dossiers")
