"""Fills a basket of changes, works out what it would change, does exactly that."""

from portail.simulations.actions.calculs import apply_simulation, carry_on, carry_on_all, compute_simulation
from portail.simulations.actions.paniers import (
    abandon_simulation,
    create_simulation,
    edit_simulation,
    remove_changement,
    set_changement,
)

__all__ = [
    "abandon_simulation",
    "apply_simulation",
    "carry_on",
    "carry_on_all",
    "compute_simulation",
    "create_simulation",
    "edit_simulation",
    "remove_changement",
    "set_changement",
]
