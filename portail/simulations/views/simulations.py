"""Simulations: list, create, the basket and its difference, calculate, apply, give up."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portail.conventions.models import Convention
from portail.habilitations import queries as habilitations
from portail.habilitations import roles
from portail.habilitations.views.common import configured, export_urls, exported, form_page, history, under
from portail.journal.queries import entries_about
from portail.simulations import actions, queries, rules
from portail.simulations.enums import AT_WORK, EtatSimulation
from portail.simulations.filters import LigneFilter, SimulationFilter
from portail.simulations.forms import SimulationForm
from portail.simulations.models import Simulation
from portail.simulations.tables import LigneTable, SimulationTable, simulation_url
from portail.simulations.views.common import TITLE, to_simulation
from portail.ui.pages import Request, attempt, crumbs, page, render_page
from portail.ui.rules import Difference

_WORDS = {EtatSimulation.CALCUL: "Calcul de la différence", EtatSimulation.APPLICATION: "Application des changements"}


def _filtered(request: Request) -> SimulationFilter:
    return SimulationFilter(request.GET, queryset=queries.simulations_for(request.acteur))


@page(refuse=rules.refuse_listing)
def simulation_list(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    return render_page(
        request,
        "simulations/simulation_list.html",
        fragment="list",
        page_title=TITLE,
        breadcrumb=crumbs((TITLE, None)),
        filter=filtered,
        table=configured(request, SimulationTable(filtered.qs)),
        export_urls=export_urls(request, "simulations:simulation_export"),
    )


@page(refuse=rules.refuse_exporting_list)
def simulation_export(request: Request, extension: str) -> HttpResponse:
    table = SimulationTable(_filtered(request).qs)
    return exported(request, table, extension=extension, name="simulations", what="la liste des simulations")


@page(find=habilitations.convention_by, refuse=rules.refuse_simulating, methods=("GET", "POST"))
def simulation_create(request: Request, convention: Convention) -> HttpResponse:
    form = SimulationForm(request.POST or None)
    made: list[Simulation] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(
            request,
            form,
            lambda: made.append(actions.create_simulation(by=request.acteur, convention=convention, **typed)),
        ):
            messages.success(
                request, "La simulation est commencée : mettez dans son panier ce que vous voulez essayer."
            )
            return redirect(simulation_url(made[0]))
    return form_page(
        request,
        form,
        title="Simuler des changements",
        breadcrumb=under(convention, ("Simuler", None)),
        convention=convention,
        submit="Commencer",
        cancel_url=reverse("habilitations:convention_view", args=[convention.pk]),
        lead="Essayez des changements sans les faire : qui gagnerait et qui perdrait quoi, et de quand à quand.",
    )


@page(find=queries.simulation_for, refuse=rules.refuse_composing, methods=("GET", "POST"))
def simulation_edit(request: Request, simulation: Simulation) -> HttpResponse:
    form = SimulationForm(request.POST or None, initial={"libelle": simulation.libelle, "jour": simulation.jour})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if attempt(request, form, lambda: actions.edit_simulation(by=request.acteur, simulation=simulation, **typed)):
            messages.success(request, "Les modifications sont enregistrées.")
            return redirect(simulation_url(simulation))
    return form_page(
        request,
        form,
        title="Nom et jour d'effet",
        breadcrumb=to_simulation(simulation, ("Nom et jour d'effet", None)),
        convention=simulation.convention,
        submit="Enregistrer",
        cancel_url=simulation_url(simulation),
    )


@page(find=queries.simulation_for, refuse=rules.refuse_reading)
def simulation_view(request: Request, simulation: Simulation) -> HttpResponse:
    """The basket, the difference once it is worked out, what may be done next."""
    return _view_page(request, simulation)


def _view_page(request: Request, simulation: Simulation, status: int = 200) -> HttpResponse:
    acteur, is_at_work = request.acteur, simulation.etat in AT_WORK
    filtered = LigneFilter(request.GET, queryset=queries.lignes_for(acteur, simulation))
    response = render_page(
        request,
        "simulations/simulation_view.html",
        fragment="progress",
        status=status,
        page_title=simulation.libelle,
        breadcrumb=to_simulation(simulation),
        convention=simulation.convention,
        simulation=simulation,
        changements=simulation.changements.order_by("rang"),
        is_at_work=is_at_work,
        is_computed=simulation.computed_at is not None and not is_at_work,
        words=_WORDS.get(EtatSimulation(simulation.etat), ""),
        poll_url=simulation_url(simulation) if is_at_work else "",
        totals=_totals(simulation),
        moved=[Difference(*each) for each in simulation.moved],
        known_url=_known_url(simulation),
        filter=filtered,
        table=configured(request, LigneTable(filtered.qs)),
        export_urls=export_urls(request, "simulations:difference_export", simulation.pk),
        may_compose=rules.refuse_composing(acteur, simulation) is None,
        applying_refusal=rules.refuse_applying(acteur, simulation),
        entries=history(request, entries_about(simulation))["entries"],
    )
    if not is_at_work:
        response["HX-Refresh"] = "true"  # what the progress was waiting for is on the whole page
    return response


def _totals(simulation: Simulation) -> list[dict[str, Any]]:
    """How many people lose and gain each role, leading to them."""
    rows = simulation.bilan.get("roles", [])
    return [
        {"service": roles.service(roles.service_of(role)).libelle, "role": roles.role(role).libelle, "code": role}
        | {"losers": losers, "gainers": gainers}
        for role, losers, gainers in rows
    ]


def _known_url(simulation: Simulation) -> str:
    """The rights as the portal knew them at the instant of the calculation."""
    if simulation.computed_at is None:
        return ""
    instant = timezone.localtime(simulation.computed_at).strftime("%Y-%m-%dT%H:%M:%S.%f")
    query = {"convention": simulation.convention.numero, "connu_le": instant, "jour": f"{simulation.computed_on}"}
    return f"{reverse('supervision:habilitation_list')}?{urlencode(query)}"


@page(find=queries.simulation_export_for, refuse=rules.refuse_exporting)
def difference_export(request: Request, found: tuple[Simulation, str]) -> HttpResponse:
    simulation, extension = found
    table = LigneTable(LigneFilter(request.GET, queryset=queries.lignes_for(request.acteur, simulation)).qs)
    what = f"la différence de la simulation n° {simulation.pk}"
    return exported(request, table, extension=extension, name=f"simulation-{simulation.pk}", what=what)


@page(find=queries.simulation_for, refuse=rules.refuse_computing, methods=("POST",))
def simulation_compute(request: Request, simulation: Simulation) -> HttpResponse:
    actions.compute_simulation(by=request.acteur, simulation=simulation)
    return redirect(simulation_url(simulation))


@page(find=queries.simulation_for, refuse=rules.refuse_applying, methods=("POST",))
def simulation_apply(request: Request, simulation: Simulation) -> HttpResponse:
    """The very difference shown; when the base moved under it, 409 with what moved and the new difference."""
    edition = request.POST.get("edition", "")
    after = actions.apply_simulation(
        by=request.acteur, simulation=simulation, edition=int(edition) if edition.isdecimal() else 0
    )
    if after.etat == EtatSimulation.CALCULEE:
        return _view_page(request, after, status=409)
    if after.etat == EtatSimulation.APPLIQUEE:
        messages.success(request, f"Les changements de la {after} sont appliqués.")
    return redirect(simulation_url(simulation))


@page(find=queries.simulation_for, refuse=rules.refuse_composing, methods=("POST",))
def simulation_abandon(request: Request, simulation: Simulation) -> HttpResponse:
    actions.abandon_simulation(by=request.acteur, simulation=simulation)
    messages.info(request, "La simulation est abandonnée : rien n'a été changé.")
    return redirect("simulations:simulation_list")
