"""Suppléances: may somebody name a deputy, end one, act as one? None, or the French sentence why not."""

from datetime import date

from portail.conventions.models import Convention, Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Suppleance
from portail.habilitations.rules import refuse_caf_administering, refuse_dates, refuse_inactive
from portail.habilitations.rules.bounds import refuse_suppleant
from portail.ui.templatetags.ui import elided

NOTHING_LENT = (
    "Cette suppléance ne vous donne rien aujourd'hui : elle est terminée, ou la personne suppléée "
    "ne gère plus rien. Vous agissez pour vous-même."
)


def refuse_lending(acteur: Acteur, convention: Convention) -> str | None:
    """Who manages something of his own under the convention; never what he was lent."""
    if refusal := refuse_suppleant(acteur, "Nommer un suppléant"):
        return refusal
    if convention.pk not in acteur.administered | acteur.answered_for:
        return "Seuls un administrateur partenaire et un responsable des habilitations nomment leur suppléant."
    return refuse_inactive(convention, acteur.on)


def refuse_naming_suppleant(
    acteur: Acteur, titulaire: Rattachement, suppleant: Rattachement, opens_on: date, closes_on: date
) -> str | None:
    """Another person of the same convention, open on all these days, which are not past."""
    if refusal := refuse_lending(acteur, titulaire.convention):
        return refusal
    if suppleant.utilisateur_id == acteur.utilisateur.pk:
        return "Personne n'est son propre suppléant : choisissez quelqu'un d'autre."
    if suppleant.convention_id != titulaire.convention_id:
        return "Le suppléant doit être une personne de la même convention."
    if opens_on < acteur.on:
        return "Une suppléance ne commence pas dans le passé : choisissez aujourd'hui ou un jour à venir."
    spans = [
        ("de votre propre accès", titulaire.opens_on, titulaire.closes_on),
        (f"de l'accès {elided(suppleant.utilisateur.nom_complet)}", suppleant.opens_on, suppleant.closes_on),
    ]
    return refuse_dates(opens_on, closes_on, within=spans)


def refuse_ending_suppleance(acteur: Acteur, suppleance: Suppleance) -> str | None:
    """Who lent it, and an administrateur of the Caf pivot, on any day."""
    if suppleance.statut(acteur.on) == "cloture":
        return "Cette suppléance est déjà terminée."
    if acteur.caf is None:
        if refusal := refuse_suppleant(acteur, "Mettre fin à une suppléance"):
            return refusal
        is_his = suppleance.titulaire.utilisateur_id == acteur.utilisateur.pk
        return None if is_his else "Seuls la personne suppléée et la Caf mettent fin à une suppléance."
    if acteur.caf.pk != suppleance.titulaire.convention.caf_pivot_id:
        return "Seule la Caf pivot de la convention met fin à une suppléance."
    return refuse_caf_administering(acteur)
