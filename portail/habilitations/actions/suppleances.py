"""Suppléances: named by who lends, taken up and left by the deputy, ended by who lent or by the Caf."""

from datetime import date, timedelta

from django.db import transaction

from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels import actions as courriels
from portail.habilitations import events
from portail.habilitations.acteur import Acteur, Suppleant
from portail.habilitations.actions.common import allow, end, lock
from portail.habilitations.models import Suppleance
from portail.habilitations.rules.suppleances import refuse_ending_suppleance, refuse_naming_suppleant
from portail.journal import actions as journal


@transaction.atomic
def name_suppleant(
    *, by: Acteur, titulaire: Rattachement, suppleant: Rattachement, opens_on: date, closes_on: date, motif: str
) -> Suppleance:
    """Lends what one manages under the convention to another person, for these days; both are told.

    :raises Refused: when a rule forbids it
    """
    lock(titulaire.convention)
    allow(refuse_naming_suppleant(by, titulaire, suppleant, opens_on, closes_on))
    suppleance = Suppleance.objects.create(
        titulaire=titulaire,
        suppleant=suppleant,
        opens_on=opens_on,
        closes_on=closes_on,
        motif=motif,
        opened_by=by.utilisateur,
    )
    _record(events.SUPPLEANCE_NAMED, by, suppleance, motif=motif)
    _tell(events.SUPPLEANT_NAMED, suppleance)
    return suppleance


@transaction.atomic
def end_suppleance(*, by: Acteur, suppleance: Suppleance, motif: str) -> None:
    """Ends it at once; both are told.

    :raises Refused: when a rule forbids it
    """
    titulaire, suppleant = suppleance.titulaire, suppleance.suppleant
    lock(titulaire.convention)
    suppleance = Suppleance.objects.select_for_update(of=("self",)).get(pk=suppleance.pk)
    suppleance.titulaire, suppleance.suppleant = titulaire, suppleant
    allow(refuse_ending_suppleance(by, suppleance))
    end(suppleance, by=by.utilisateur, closes_on=by.on - timedelta(days=1), motif=motif)
    _record(events.SUPPLEANCE_ENDED, by, suppleance, motif=motif)
    _tell(events.SUPPLEANT_ENDED, suppleance)


@transaction.atomic
def switch_suppleance(*, by: Acteur, suppleant: Suppleant | None) -> None:
    """Notes that a deputy acts for who named him from now on, or for himself again; refusing is the caller's."""
    left, taken = by.suppleant, suppleant
    if left is not None:
        about = [by.utilisateur, Utilisateur(pk=left.titulaire)]
        journal.record(events.SUPPLEANCE_LEFT, by=by.utilisateur, about=about, titulaire=left.titulaire_label)
    if taken is not None:
        about = [by.utilisateur, Utilisateur(pk=taken.titulaire)]
        journal.record(events.SUPPLEANCE_TAKEN, by=by.utilisateur, about=about, titulaire=taken.titulaire_label)


def _dates(suppleance: Suppleance) -> str:
    return f"du {suppleance.opens_on:%d/%m/%Y} au {suppleance.closes_on:%d/%m/%Y}"


def _record(kind: object, by: Acteur, suppleance: Suppleance, *, motif: str) -> None:
    titulaire, suppleant = suppleance.titulaire, suppleance.suppleant
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[titulaire.utilisateur, suppleant.utilisateur, titulaire.convention, suppleance],
        titulaire=titulaire.utilisateur.nom_complet,
        suppleant=suppleant.utilisateur.nom_complet,
        dates=_dates(suppleance),
        motif=motif,
    )


def _tell(kind: object, suppleance: Suppleance) -> None:
    people = [suppleance.suppleant.utilisateur, suppleance.titulaire.utilisateur]
    for person in people:
        courriels.enqueue(
            kind,  # type: ignore[arg-type]
            to=person.courriel,
            to_label=person.nom_complet,
            about=[person, suppleance.titulaire.convention],
            facts={
                "titulaire": people[1].nom_complet,
                "suppleant": people[0].nom_complet,
                "convention": suppleance.titulaire.convention.libelle,
                "dates": _dates(suppleance),
            },
        )
