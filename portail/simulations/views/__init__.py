"""Screens of « Simuler »."""

from portail.simulations.views.changements import (
    changement_choose,
    changement_create,
    changement_edit,
    changement_remove,
)
from portail.simulations.views.simulations import (
    difference_export,
    simulation_abandon,
    simulation_apply,
    simulation_compute,
    simulation_create,
    simulation_edit,
    simulation_export,
    simulation_list,
    simulation_view,
)

__all__ = [
    "changement_choose",
    "changement_create",
    "changement_edit",
    "changement_remove",
    "difference_export",
    "simulation_abandon",
    "simulation_apply",
    "simulation_compute",
    "simulation_create",
    "simulation_edit",
    "simulation_export",
    "simulation_list",
    "simulation_view",
]
