"""« Usage annuel » of a convention: who used which service when, and its reinstatement."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from portail.conventions.models import Convention
from portail.habilitations import actions, queries, rules
from portail.habilitations.filters import UsageFilter
from portail.habilitations.forms import ResendForm
from portail.habilitations.models import UsageService
from portail.habilitations.queries.usages import usages_for
from portail.habilitations.tables.usages import UsageTable
from portail.habilitations.views.common import configured, export_urls, exported, under
from portail.habilitations.views.lots import PREFIX, bar, lot_page, rows_of, sent
from portail.ui.pages import Request, page, render_page


def _list_url(convention: Convention) -> str:
    return reverse("habilitations:usage_list", args=[convention.pk])


def _filtered(request: Request, convention: Convention) -> UsageFilter:
    return UsageFilter(sent(request), queryset=usages_for(request.acteur, convention))


@page(find=queries.convention_by, refuse=rules.refuse_reading)
def usage_list(request: Request, convention: Convention) -> HttpResponse:
    filtered = _filtered(request, convention)
    refusal = rules.refuse_creating_utilisateur(request.acteur, convention)
    is_any = not refusal and filtered.qs.filter(suspended_on__isnull=False).exists()
    reinstate_url = reverse("habilitations:usage_reinstate", args=[convention.pk]) if is_any else ""
    return render_page(
        request,
        "habilitations/usage_list.html",
        fragment="list",
        page_title="Usage annuel",
        breadcrumb=under(convention, ("Usage annuel", None)),
        convention=convention,
        months=settings.PORTAIL["UNUSED_MONTHS"],
        filter=filtered,
        table=configured(request, UsageTable(filtered.qs, reinstate_url=reinstate_url)),
        export_urls=export_urls(request, "habilitations:usage_export", convention.pk),
        refusal=refusal,
        lot_url=reinstate_url,
        lot_kept=bar(request),
    )


@page(find=queries.convention_export_for, refuse=rules.refuse_exporting)
def usage_export(request: Request, found: tuple[Convention, str]) -> HttpResponse:
    convention, extension = found
    table = UsageTable(_filtered(request, convention).qs)
    return exported(request, table, extension=extension, name="usage-annuel", what="l'usage annuel", about=[convention])


@page(find=queries.convention_by, refuse=rules.refuse_creating_utilisateur, methods=("GET", "POST"))
def usage_reinstate(request: Request, convention: Convention) -> HttpResponse:
    """One service of one person, or all those ticked or filtered: first what it opens again, then the act."""
    usages: list[UsageService] = rows_of(request, _filtered(request, convention).qs)
    for usage in usages:
        usage.rattachement.convention = convention

    def build(form: Any) -> Any:
        return actions.reinstatements(request.acteur, usages)

    return lot_page(
        request,
        ResendForm(request.POST or None, prefix=PREFIX),
        usages,
        build=build,
        conventions=lambda: [convention],
        noun="service,services",
        title="Rétablir des services suspendus",
        breadcrumb=under(convention, ("Usage annuel", _list_url(convention)), ("Rétablir", None)),
        submit="Rétablir",
        back=_list_url(convention),
        convention=convention,
    )
