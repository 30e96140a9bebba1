"""The changes of a basket: chosen, typed in the forms of the real acts, taken out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portail.conventionnement.actions import starting_point
from portail.habilitations import roles
from portail.habilitations.views.common import form_page, suggest_url
from portail.simulations import actions, queries, rules
from portail.simulations.enums import NatureChangement
from portail.simulations.forms import FORMS, ChoixForm
from portail.simulations.models import Simulation
from portail.simulations.queries import Place
from portail.simulations.tables import simulation_url
from portail.simulations.views.common import to_simulation
from portail.ui.forms import Form
from portail.ui.pages import Request, attempt, form_status, page, render_page
from portail.ui.templatetags.ui import elided

_LEADS = {
    NatureChangement.ROLES: "Cochez les rôles que le groupe aurait. Retirer un rôle le retire aussi aux sous-groupes.",
    NatureChangement.BULLETIN: "Un bulletin ne change que par un avenant signé : l'appliquer prépare cet avenant.",
}


@page(find=queries.simulation_for, refuse=rules.refuse_composing)
def changement_choose(request: Request, simulation: Simulation) -> HttpResponse:
    """Which change, on which group; the next page is the form of the real act."""
    form = ChoixForm(request.GET or None, acteur=request.acteur, simulation=simulation)
    if form.is_bound and form.is_valid():
        nature, cible = form.place
        return redirect("simulations:changement_create", pk=simulation.pk, nature=nature, cible=cible)
    return render_page(
        request,
        "simulations/changement_choose.html",
        page_title="Ajouter un changement",
        breadcrumb=to_simulation(simulation, ("Ajouter un changement", None)),
        convention=simulation.convention,
        form=form,
        cancel_url=simulation_url(simulation),
        status=form_status(form),
    )


@page(find=queries.place_for, refuse=rules.refuse_placing, methods=("GET", "POST"))
def changement_create(request: Request, place: Place) -> HttpResponse:
    return _form_page(request, place, submit="Mettre dans le panier")


@page(find=queries.changement_for, refuse=rules.refuse_changing, methods=("GET", "POST"))
def changement_edit(request: Request, place: Place) -> HttpResponse:
    return _form_page(request, place, submit="Enregistrer")


def _form_page(request: Request, place: Place, *, submit: str) -> HttpResponse:
    simulation, form = place.simulation, _form(request, place)
    if request.method == "POST" and form.is_valid():
        kept: dict[str, Any] = {"libelle": form.told(), "values": form.values()}  # type: ignore[attr-defined]
        if attempt(request, form, lambda: actions.set_changement(by=request.acteur, place=place, **kept)):
            messages.success(
                request, "Le changement est dans le panier. Rien n'est fait : calculez pour voir ses effets."
            )
            return redirect(simulation_url(simulation))
    title = _title(place)
    return form_page(
        request,
        form,
        title=title,
        breadcrumb=to_simulation(simulation, (title, None)),
        convention=simulation.convention,
        submit=submit,
        cancel_url=simulation_url(simulation),
        lead=_LEADS.get(place.nature, ""),
    )


def _form(request: Request, place: Place) -> Form:
    more: dict[str, Any] = {}
    if place.nature == NatureChangement.SOUS_GROUPE:
        more["suggest_url"] = suggest_url(place.simulation.convention)
    if place.nature == NatureChangement.BULLETIN:
        more["initial"] = _bulletin(place)
    return FORMS[place.nature](request.POST or None, acteur=request.acteur, place=place, **more)


def _bulletin(place: Place) -> dict[str, Any]:
    """What the convention says of the service today, or dates for one that it does not open yet."""
    contenu = starting_point(place.simulation.convention)
    known = next((vars(each) for each in contenu.bulletins if each.service == place.service), {})
    return known or {"opens_on": contenu.opens_on, "closes_on": contenu.closes_on}


def _title(place: Place) -> str:
    if place.nature == NatureChangement.BULLETIN:
        return f"Bulletin d'adhésion : {roles.service(place.service).libelle}"
    if place.nature == NatureChangement.SOUS_GROUPE:
        return f"Nouveau sous-groupe {elided(place.groupe.libelle)}" if place.groupe else "Nouveau groupe"
    return f"{place.nature.label} : {place.groupe.libelle}" if place.groupe else str(place.nature.label)


@page(find=queries.changement_for, refuse=rules.refuse_changing, methods=("POST",))
def changement_remove(request: Request, place: Place) -> HttpResponse:
    actions.remove_changement(by=request.acteur, place=place)
    messages.info(request, "Le changement est retiré du panier.")
    return redirect(simulation_url(place.simulation))
