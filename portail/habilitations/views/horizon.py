"""« Horizon »: what ends soon or has just ended, under one convention or all, and its renewal."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import actions, queries, rules
from portail.habilitations.filters import TermeFilter
from portail.habilitations.forms import RenewForm
from portail.habilitations.queries.horizon import conventions_of, rights_lost, termes_for
from portail.habilitations.tables.horizon import TermeTable
from portail.habilitations.views.common import configured, export_urls, exported, under
from portail.habilitations.views.lots import PREFIX, bar, lot_page, rows_of, sent
from portail.ui.pages import Crumb, Request, crumbs, page, render_page


def _to_horizon(convention: Convention | None, *steps: tuple[str, str | None]) -> list[Crumb]:
    here = ("Horizon", _url("list", convention) if steps else None)
    return under(convention, here, *steps) if convention else crumbs(here, *steps)


def _url(what: str, convention: Convention | None) -> str:
    """The page `list` or `renew`, of one convention or of all."""
    if convention is not None:
        return reverse(f"habilitations:terme_{what}", args=[convention.pk])
    return reverse(f"habilitations:horizon_{what}")


def _filtered(request: Request, convention: Convention | None) -> TermeFilter:
    return TermeFilter(sent(request), queryset=termes_for(request.acteur, convention))


def _refuse_renewing_under(request: Request, convention: Convention | None) -> str | None:
    if convention is not None:
        return rules.refuse_creating_groupe(request.acteur, convention)
    return rules.refuse_acting(request.acteur)


def _list_page(request: Request, convention: Convention | None) -> HttpResponse:
    filtered = _filtered(request, convention)
    refusal = _refuse_renewing_under(request, convention)
    renew_url = "" if refusal else _url("renew", convention)
    hidden = [*(["choix"] if refusal else []), *(["convention"] if convention else [])]
    table = TermeTable(filtered.qs, lost=rights_lost, renew_url=renew_url, exclude=hidden)
    name, args = ("terme_export", [convention.pk]) if convention else ("horizon_export", [])
    return render_page(
        request,
        "habilitations/horizon.html",
        fragment="list",
        page_title="Horizon",
        breadcrumb=_to_horizon(convention),
        convention=convention,
        filter=filtered,
        table=configured(request, table),
        export_urls=export_urls(request, f"habilitations:{name}", *args),
        refusal=refusal,
        lot_url=renew_url,
        lot_kept=bar(request),
    )


def _export_page(request: Request, convention: Convention | None, extension: str) -> HttpResponse:
    table = TermeTable(_filtered(request, convention).qs, lost=rights_lost, exclude=["choix"])
    about = [convention] if convention else []
    return exported(request, table, extension=extension, name="horizon", what="ce qui se termine", about=about)


def _renew_page(request: Request, convention: Convention | None) -> HttpResponse:
    termes = rows_of(request, _filtered(request, convention).qs)
    form = RenewForm(request.POST or None, prefix=PREFIX)

    def build(form: Any) -> Any:
        return actions.renewals(by=request.acteur, termes=termes, until=form.cleaned_data["until"])

    return lot_page(
        request,
        form,
        termes,
        build=build,
        conventions=lambda: conventions_of(termes),
        noun="ligne,lignes",
        title="Renouveler jusqu'au…",
        breadcrumb=_to_horizon(convention, ("Renouveler", None)),
        submit="Renouveler",
        back=_url("list", convention),
        convention=convention,
    )


@page(find=queries.convention_by, refuse=rules.refuse_reading)
def terme_list(request: Request, convention: Convention) -> HttpResponse:
    return _list_page(request, convention)


@page(find=queries.convention_export_for, refuse=rules.refuse_exporting)
def terme_export(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    return _export_page(request, *found)


@page(find=queries.convention_by, refuse=rules.refuse_creating_groupe, methods=("GET", "POST"))
def terme_renew(request: Request, convention: Convention) -> HttpResponse:
    return _renew_page(request, convention)


@page(refuse=rules.refuse_conventions)
def horizon_list(request: Request) -> HttpResponse:
    return _list_page(request, None)


@page(refuse=rules.refuse_export)
def horizon_export(request: Request, extension: str) -> HttpResponse:
    return _export_page(request, None, extension)


@page(refuse=rules.refuse_acting, methods=("GET", "POST"))
def horizon_renew(request: Request) -> HttpResponse:
    return _renew_page(request, None)
