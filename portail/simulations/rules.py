"""May this simulation be done? None, or the French sentence why not."""

from portail.conventionnement import rules as conventionnement
from portail.conventions.enums import Fonction
from portail.conventions.models import Convention
from portail.habilitations import rules as habilitations
from portail.habilitations.acteur import Acteur
from portail.habilitations.rules.bounds import refuse_suppleant
from portail.simulations import queries
from portail.simulations.enums import OF_THE_CAF, WRITABLE, EtatSimulation, NatureChangement
from portail.simulations.models import Simulation


def refuse_listing(acteur: Acteur) -> str | None:
    """Who manages rights for a partner; administrateurs and auditeurs of a Caf."""
    if acteur.fonction in (Fonction.ADMINISTRATEUR, Fonction.AUDITEUR) or acteur.administered or acteur.answered_for:
        return None
    return (
        "Les simulations sont réservées aux administrateurs, aux responsables des habilitations et aux auditeurs "
        "de la Caf."
    )


def refuse_exporting_list(acteur: Acteur, extension: str = "") -> str | None:
    return refuse_listing(acteur)


def refuse_reading(acteur: Acteur, simulation: object) -> str | None:
    """What the perimeter shows may be read."""
    return refuse_listing(acteur)


def refuse_simulating(acteur: Acteur, convention: Convention) -> str | None:
    """Who may change something there: the rules of the real acts then decide of each change.

    Not in suppléance: a worker carries on what is long, when nothing may be lent any more.
    """
    if refusal := refuse_suppleant(acteur, "Simuler"):
        return refusal
    if acteur.caf is not None:
        return conventionnement.refuse_suspending(acteur, convention)
    return habilitations.refuse_creating_groupe(acteur, convention)


def refuse_composing(acteur: Acteur, simulation: Simulation) -> str | None:
    """Its author, as long as nothing is under way and it was neither applied nor given up."""
    if simulation.created_by_id != acteur.utilisateur.pk:
        return f"Seule la personne qui prépare cette simulation, {simulation.created_by.nom_complet}, peut la changer."
    if simulation.etat not in WRITABLE:
        return "Cette simulation est en cours, appliquée ou abandonnée : elle ne se modifie plus."
    return refuse_simulating(acteur, simulation.convention)


def refuse_placing(acteur: Acteur, place: queries.Place) -> str | None:
    """Bulletins, suspensions and the end of a convention are the Caf's alone."""
    if refusal := refuse_composing(acteur, place.simulation):
        return refusal
    if place.nature in OF_THE_CAF and acteur.caf is None:
        return "Seule la Caf change un bulletin d'adhésion, suspend ou clôture une convention."
    return None


def refuse_changing(acteur: Acteur, place: queries.Place) -> str | None:
    return refuse_placing(acteur, place)


def refuse_computing(acteur: Acteur, simulation: Simulation) -> str | None:
    if refusal := refuse_composing(acteur, simulation):
        return refusal
    if not simulation.changements.exists():
        return "Le panier est vide : ajoutez-y au moins un changement."
    return None


def refuse_applying(acteur: Acteur, simulation: Simulation) -> str | None:
    """Its author, once it is worked out, on its day, when nothing in it is refused as a whole."""
    if refusal := refuse_composing(acteur, simulation):
        return refusal
    if simulation.etat != EtatSimulation.CALCULEE:
        return "Calculez d'abord la simulation : on n'applique que ce qui a été montré."
    if simulation.jour and simulation.jour > acteur.on:
        return (
            f"Cette simulation vaut pour le {simulation.jour:%d/%m/%Y} : appliquez-la ce jour-là, "
            "ou effacez le jour et recalculez."
        )
    changements = list(simulation.changements.all())
    if refused := next((each for each in changements if each.is_refused), None):
        return f"Le changement n° {refused.rang} est refusé : corrigez-le ou retirez-le, puis recalculez."
    if simulation.bilan.get("quotas"):
        return "Un nombre maximal d'utilisateurs serait dépassé : corrigez le panier, puis recalculez."
    natures = {each.nature for each in changements}
    if NatureChangement.BULLETIN in natures and natures != {NatureChangement.BULLETIN}:
        return (
            "Un bulletin d'adhésion ne change que par un avenant signé des deux parties : gardez les bulletins dans "
            "une simulation et les autres changements dans une autre."
        )
    return None


def refuse_edition(simulation: Simulation, edition: int) -> str | None:
    if simulation.edition != edition:
        return "La simulation a changé depuis que vous l'avez lue : relisez-la avant de l'appliquer."
    return None


def refuse_exporting(acteur: Acteur, found: tuple[Simulation, str]) -> str | None:
    return refuse_listing(acteur)
