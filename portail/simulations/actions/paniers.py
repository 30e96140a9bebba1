"""The basket of a simulation: begun, named, filled, given up. Nobody's rights change."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.simulations import events, rules
from portail.simulations.enums import EtatSimulation
from portail.simulations.models import Changement, LigneSimulation, Simulation
from portail.simulations.queries import Place


def held(simulation: Simulation) -> Simulation:
    """The simulation as it stands, nobody else changing it until the transaction ends."""
    fresh = Simulation.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=simulation.pk)
    fresh.convention = simulation.convention
    return fresh


@transaction.atomic
def create_simulation(*, by: Acteur, convention: Convention, libelle: str, jour: date | None) -> Simulation:
    """Begins an empty basket.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_simulating(by, convention))
    simulation = Simulation.objects.create(
        convention=convention, libelle=libelle, jour=jour, caf=by.caf, created_by=by.utilisateur
    )
    _record(events.SIMULATION_CREATED, simulation, by=by)
    return simulation


def _record(kind: Any, simulation: Simulation, *, by: Acteur, **facts: Any) -> None:
    journal.record(kind, by=by, about=[simulation], numero=simulation.pk, libelle=simulation.libelle, **facts)


def _reopen(simulation: Simulation) -> None:
    """What was worked out was of another basket: it is worked out anew."""
    LigneSimulation.objects.filter(simulation=simulation).delete()
    simulation.changements.update(done=0, refusals=[])
    simulation.etat, simulation.sentence, simulation.moved, simulation.bilan = EtatSimulation.BROUILLON, "", [], {}
    simulation.empreinte = simulation.base = ""
    simulation.computed_on = simulation.computed_at = None
    simulation.edition += 1
    simulation.save()


@transaction.atomic
def edit_simulation(*, by: Acteur, simulation: Simulation, libelle: str, jour: date | None) -> None:
    """Another name; another day asks for another calculation."""
    simulation = held(simulation)
    allow(rules.refuse_composing(by, simulation))
    is_another_day = simulation.jour != jour
    simulation.libelle, simulation.jour = libelle, jour
    simulation.save(update_fields=["libelle", "jour"])
    if is_another_day:
        _reopen(simulation)


@transaction.atomic
def set_changement(*, by: Acteur, place: Place, libelle: str, values: dict[str, Any]) -> Changement:
    """Puts a change in the basket, or writes one anew.

    :raises Refused: when a rule forbids it
    """
    simulation = held(place.simulation)
    allow(rules.refuse_placing(by, place))
    allow(rules.refuse_composing(by, simulation))
    _reopen(simulation)
    if place.changement is None:
        last = simulation.changements.aggregate(last=Max("rang"))["last"] or 0
        return Changement.objects.create(
            simulation=simulation,
            rang=last + 1,
            nature=place.nature,
            groupe=place.groupe,
            libelle=libelle,
            values=values,
        )
    changement = Changement.objects.get(pk=place.changement.pk)
    changement.libelle, changement.values = libelle, values
    changement.save(update_fields=["libelle", "values"])
    return changement


@transaction.atomic
def remove_changement(*, by: Acteur, place: Place) -> None:
    """Takes a change out of the basket."""
    simulation = held(place.simulation)
    allow(rules.refuse_composing(by, simulation))
    _reopen(simulation)
    Changement.objects.filter(simulation=simulation, rang=place.changement.rang).delete()  # type: ignore[union-attr]


@transaction.atomic
def abandon_simulation(*, by: Acteur, simulation: Simulation) -> None:
    """Nothing of it will be done; it stays readable."""
    simulation = held(simulation)
    allow(rules.refuse_composing(by, simulation))
    simulation.etat = EtatSimulation.ABANDONNEE
    simulation.save(update_fields=["etat"])
    _record(events.SIMULATION_ABANDONED, simulation, by=by)
