"""Two simulations: one that Bruet has worked out and not applied, one of the Caf's, still being filled."""

from portail.conventions.enums import Fonction
from portail.conventions.models import Convention
from portail.demo.actions.common import Play, Said
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.models import Groupe
from portail.simulations import actions, queries
from portail.simulations.models import Simulation


def try_changes(play: Play) -> None:
    """What the story says is tried, by the real acts."""
    for said in play.story["simulation"]:
        convention = Convention.objects.get(numero=said["convention"])
        by = _acteur(play, convention, said)
        started = actions.create_simulation(by=by, convention=convention, libelle=said["libelle"], jour=play.today)
        for changement in said["changements"]:
            _put(by, started, changement)
        if said.get("is_computed"):
            actions.compute_simulation(by=by, simulation=queries.simulation_for(by, started.pk))


def _acteur(play: Play, convention: Convention, said: Said) -> Acteur:
    if "by" in said:
        return acteur_for(play.people[said["by"]], on=play.today, organisme=convention.organisme_id)
    code = convention.caf_pivot.code
    return Acteur(play.caf_acteurs[code], play.today, caf=play.cafs[code], fonction=Fonction.ADMINISTRATEUR.value)


def _put(by: Acteur, simulation: Simulation, said: Said) -> None:
    cible = queries.WHOLE
    if "groupe" in said:
        cible = str(Groupe.objects.get(convention=simulation.convention, code=said["groupe"]).pk)
    place = queries.place_for(by, simulation.pk, said["nature"], cible)
    actions.set_changement(by=by, place=place, libelle=said["libelle"], values=_values(by, said))


def _values(by: Acteur, said: Said) -> Said:
    days = {name: by.on.isoformat() for name in said.get("today", ())}
    return dict(said["values"]) | days
