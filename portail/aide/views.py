"""« Aide en ligne »: the fiches pratiques, found by service and task, or by words; and one of them."""

from django.http import HttpResponse
from django.urls import reverse

from portail.aide.definitions import Fiche
from portail.aide.filters import FicheFilter
from portail.aide.queries import fiche_for, grouped, public_label, see_also, service_label
from portail.aide.rules import refuse_fiche, refuse_fiches
from portail.ui.pages import Request, crumbs, page, render_page

TITLE = "Aide en ligne"


@page(refuse=refuse_fiches)
def fiche_list(request: Request) -> HttpResponse:
    filtered = FicheFilter(request.GET, request.acteur)
    found = filtered.found
    return render_page(
        request,
        "aide/fiche_list.html",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        count=len(found),
        ranked=found if filtered.asked else [],
        groupes=[] if filtered.asked else grouped(found),
    )


@page(find=fiche_for, refuse=refuse_fiche)
def fiche_view(request: Request, fiche: Fiche) -> HttpResponse:
    return render_page(
        request,
        "aide/fiche_view.html",
        page_title=fiche.titre,
        breadcrumb=crumbs((TITLE, reverse("aide:fiche_list")), (fiche.titre, None)),
        fiche=fiche,
        service=service_label(fiche.service),
        publics=[public_label(code) for code in fiche.publics],
        see_also=see_also(fiche),
    )
