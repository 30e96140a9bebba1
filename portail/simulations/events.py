"""What the journal tells about simulations."""

from portail.journal.events import declare

SIMULATION_CREATED = declare(
    "simulations.simulation.created", "{by} a commencé la simulation n° {numero}, « {libelle} »."
)
SIMULATION_COMPUTED = declare(
    "simulations.simulation.computed", "{by} a calculé la simulation n° {numero}, « {libelle} » : {bilan}."
)
SIMULATION_APPLIED = declare(
    "simulations.simulation.applied", "{by} a appliqué la simulation n° {numero}, « {libelle} » : {bilan}."
)
SIMULATION_ABANDONED = declare(
    "simulations.simulation.abandoned", "{by} a abandonné la simulation n° {numero}, « {libelle} »."
)
