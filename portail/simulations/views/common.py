"""Where one is among simulations."""

from django.urls import reverse

from portail.simulations.models import Simulation
from portail.simulations.tables import simulation_url
from portail.ui.pages import Crumb, crumbs

TITLE = "Simulations"


def to_simulation(simulation: Simulation, *steps: tuple[str, str | None]) -> list[Crumb]:
    """« Accueil > Simulations > this one > … »."""
    here = (simulation.libelle, simulation_url(simulation) if steps else None)
    return crumbs((TITLE, reverse("simulations:simulation_list")), here, *steps)
