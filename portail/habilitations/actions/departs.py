"""« Départ d'un collaborateur »: one date, one reason, and everything he has ends."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial

from portail.conventions.models import Rattachement
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.lots import Line
from portail.habilitations.actions.utilisateurs import close_utilisateur
from portail.habilitations.queries import departs


def departure(by: Acteur, rattachements: Collection[Rattachement], closes_on: date, motif: str) -> Iterator[Line]:
    """A line for each convention left: its memberships, charges and access end by the act of « Clôturer l'accès »."""
    for each in rattachements:
        told = " ; ".join(departs.what_ends(each, closes_on))
        act = partial(close_utilisateur, by=by, rattachement=each, closes_on=closes_on, motif=motif)
        yield Line(f"rattachement:{each.pk}", each.convention.libelle, told, act)
