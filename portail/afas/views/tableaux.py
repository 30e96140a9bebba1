"""« Tableau de bord »: the aids and the ratios of one's activités."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from portail.afas.filters.tableaux import TableauFilter
from portail.afas.models import Activite
from portail.afas.queries import ratios, tableaux
from portail.afas.roles import SERVICE
from portail.afas.rules import tableaux as rules
from portail.afas.tables.tableaux import TableauTable
from portail.habilitations.views.common import configured, export_urls, exported
from portail.ui.pages import Crumb, Request, crumbs, page, render_page

TITLE = "Tableau de bord"


def _under(*steps: tuple[str, str | None]) -> list[Crumb]:
    return crumbs((SERVICE.libelle, reverse("afas:home")), *steps)


def _filtered(request: Request) -> tuple[TableauFilter, TableauTable]:
    activites = tableaux.activites_for(request.acteur)
    filtered = TableauFilter(request.GET, queryset=activites, exercices=tableaux.exercices_of(activites))
    rows = tableaux.with_amounts(filtered.qs, filtered.exercice_chosen or request.acteur.on.year)
    return filtered, TableauTable(rows)


@page(refuse=rules.refuse_tableaux)
def tableau_list(request: Request) -> HttpResponse:
    filtered, table = _filtered(request)
    years = filtered.exercices[: tableaux.YEARS]
    return render_page(
        request,
        "afas/tableau_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=_under((TITLE, None)),
        filter=filtered,
        exercice=filtered.exercice_chosen,
        montants=tableaux.chart_of(tableaux.amounts_of(filtered.qs, years), years),
        table=configured(request, table),
        export_urls=export_urls(request, "afas:tableau_export"),
    )


@page(refuse=rules.refuse_exporting_tableaux)
def tableau_export(request: Request, extension: str) -> HttpResponse:
    filtered, table = _filtered(request)
    what = f"les aides de l'exercice {filtered.exercice_chosen} par activité"
    return exported(request, table, extension=extension, name="aides", what=what)


@page(find=tableaux.activite_for, refuse=rules.refuse_reading_tableau)
def tableau_view(request: Request, activite: Activite) -> HttpResponse:
    etapes = tableaux.etapes_of(activite)
    return render_page(
        request,
        "afas/tableau_view.html",
        page_title=f"{TITLE} : {activite.libelle}",
        breadcrumb=_under((TITLE, reverse("afas:tableau_list")), (activite.libelle, None)),
        activite=activite,
        exercices=list(etapes.items())[: tableaux.YEARS],
        montants=tableaux.chart_of(tableaux.amounts_in(etapes), list(etapes)),
        paid=tableaux.paid_of(request.acteur, activite),
        **_ratios(request, activite),
    )


def _ratios(request: Request, activite: Activite) -> dict[str, Any]:
    """The ratios, and the one whose years are drawn."""
    found = ratios.ratios_of(request.acteur, activite)
    chosen = found.chosen(request.GET.get("ratio", ""))
    return {
        "ratios": found,
        "chosen": chosen,
        "evolution": ratios.chart_of(found, chosen) if chosen else None,
        "structures": ratios.STRUCTURES,
        "organismes": ratios.ORGANISMES,
    }
