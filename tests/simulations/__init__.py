"""A simulation ready for the tests of everybody's rights."""

from portail.simulations import actions, queries
from portail.simulations.models import Simulation
from tests.cast import Cast


def calculated(cast: Cast) -> Simulation:
    """Bruet's: GUICHET without its role, worked out."""
    bruet, guichet = cast.acteur("bruet"), cast.groupe("GUICHET")
    made = actions.create_simulation(by=bruet, convention=guichet.convention, libelle="Guichet fermé", jour=None)
    place = queries.place_for(bruet, made.pk, "roles", str(guichet.pk))
    actions.set_changement(by=bruet, place=place, libelle="Rôles du groupe Guichet", values={"roles": []})
    actions.compute_simulation(by=bruet, simulation=queries.simulation_for(bruet, made.pk))
    return queries.simulation_for(bruet, made.pk)
