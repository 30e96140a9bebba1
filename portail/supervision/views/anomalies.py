"""The anomaly board: how many of each, the cases, their remedy one click away, and who wants to be told."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portail.habilitations.views.common import configured, export_urls, exported
from portail.supervision import actions, rules
from portail.supervision.filters import AnomalieFilter
from portail.supervision.queries.abonnements import followed_by
from portail.supervision.queries.anomalies import ANOMALIES, Anomalie, cases_for, counts_for
from portail.supervision.queries.habilitations import COUNTED
from portail.supervision.tables import CaseTable
from portail.ui.pages import Request, crumbs, page, render_page
from portail.ui.rules import Refused

TITLE = "Anomalies"


def _anomalie(code: str) -> Anomalie:
    if code not in ANOMALIES:
        raise Http404
    return ANOMALIES[code]


@page(refuse=rules.refuse_following)
def anomalie_list(request: Request) -> HttpResponse:
    counts, followed = counts_for(request.acteur), followed_by(request.acteur)
    return render_page(
        request,
        "supervision/anomalie_list.html",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        anomalies=[(each, counts[each.code], each.code in followed) for each in ANOMALIES.values()],
    )


def _table(request: Request, anomalie: Anomalie, limit: int) -> tuple[AnomalieFilter, CaseTable]:
    filtered, order = AnomalieFilter(request.GET), request.GET.get("sort", "")
    cases = cases_for(request.acteur, anomalie, limit=limit, convention=filtered.convention, order=order)
    return filtered, CaseTable(cases, limit=limit)


@page(refuse=rules.refuse_reading_anomalie)
def anomalie_view(request: Request, code: str) -> HttpResponse:
    anomalie = _anomalie(code)
    filtered, table = _table(request, anomalie, COUNTED)
    return render_page(
        request,
        "supervision/anomalie_view.html",
        fragment="list",
        page_title=anomalie.libelle,
        breadcrumb=crumbs((TITLE, reverse("supervision:anomalie_list")), (anomalie.libelle, None)),
        anomalie=anomalie,
        is_followed=code in followed_by(request.acteur),
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, "supervision:anomalie_export", code),
    )


@page(refuse=rules.refuse_reading_anomalie)
def anomalie_export(request: Request, code: str, extension: str) -> HttpResponse:
    anomalie, limit = _anomalie(code), settings.PORTAIL["EXPORT_ROWS"]
    _, table = _table(request, anomalie, limit)
    if table.is_cut:
        raise Refused(f"Cette liste dépasse {limit} lignes : filtrez-la avant de l'exporter.")
    what = f"les cas de l'anomalie « {anomalie.libelle} »"
    return exported(request, table, extension=extension, name=code, what=what)


@page(refuse=rules.refuse_reading_anomalie, methods=("POST",))
def anomalie_follow(request: Request, code: str) -> HttpResponse:
    anomalie, wanted = _anomalie(code), request.POST.get("wanted") == "1"
    actions.follow(by=request.acteur, anomalie=anomalie, wanted=wanted)
    if wanted:
        messages.success(request, "Un courriel vous préviendra chaque lundi tant que cette anomalie a des cas.")
    else:
        messages.info(request, "Vous ne recevrez plus de courriel pour cette anomalie.")
    return redirect("supervision:anomalie_view", code=code)
