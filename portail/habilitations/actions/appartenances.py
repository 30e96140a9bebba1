"""Who is in which group, from when to when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from portail.conventions.models import Rattachement
from portail.habilitations import events, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import (
    act,
    allow,
    end,
    forget_closing,
    insert,
    is_wider,
    keep_quota,
    lock,
    mark_end,
    shown,
    told,
    write_ends,
)
from portail.habilitations.models import Appartenance, Groupe
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale


@act
def add_to_groupe(
    *, by: Acteur, groupe: Groupe, rattachement: Rattachement, opens_on: date, closes_on: date | None
) -> Appartenance:
    """« Ajouter à un groupe » (S0): the person has the group's roles between these days.

    :raises Refused: when a rule forbids it
    """
    lock(groupe.convention, groupe, rattachement)
    allow(rules.refuse_adding(by, groupe, rattachement))
    allow(rules.refuse_dates(opens_on, closes_on, within=_spans(groupe, rattachement)))
    appartenance = Appartenance(
        rattachement=rattachement, groupe=groupe, opens_on=opens_on, closes_on=closes_on, opened_by=by.utilisateur
    )
    insert(appartenance)
    keep_quota(groupe.convention, by.on)
    _record(events.APPARTENANCE_OPENED, by, appartenance, dates=told(opens_on, closes_on))
    return appartenance


def _spans(groupe: Groupe, rattachement: Rattachement) -> list[tuple[str, date, date | None]]:
    return [
        ("du groupe", groupe.opens_on, groupe.closes_on),
        ("de l'accès de cette personne", rattachement.opens_on, rattachement.closes_on),
    ]


def _record(kind: object, by: Acteur, appartenance: Appartenance, **facts: Any) -> None:
    utilisateur = appartenance.rattachement.utilisateur
    groupe = appartenance.groupe
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[utilisateur, groupe, groupe.convention],
        utilisateur=utilisateur.nom_complet,
        groupe=groupe.libelle,
        **facts,
    )


@transaction.atomic
def edit_appartenance(
    *, by: Acteur, appartenance: Appartenance, opens_on: date, closes_on: date | None, seen: tuple[date, date | None]
) -> None:
    """« Gérer l'appartenance » (S0): other dates for a membership.

    :param seen: its dates when the form was opened
    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else changed them since
    """
    groupe, rattachement = appartenance.groupe, appartenance.rattachement
    lock(groupe.convention, groupe, rattachement)
    appartenance = Appartenance.objects.select_for_update(of=("self",)).get(pk=appartenance.pk)
    appartenance.groupe, appartenance.rattachement = groupe, rattachement
    allow(rules.refuse_adding(by, groupe, rattachement))
    if seen != (appartenance.opens_on, appartenance.closes_on):
        raise Stale(_changed_since(seen, appartenance))
    allow(rules.refuse_dates(opens_on, closes_on, within=_spans(groupe, rattachement)))
    gains = is_wider(opens_on, closes_on, than=appartenance)
    kept = forget_closing(appartenance) if closes_on != appartenance.closes_on else ()
    appartenance.opens_on, appartenance.closes_on = opens_on, closes_on
    appartenance.save(update_fields=["opens_on", "closes_on", *kept])
    if gains:
        keep_quota(groupe.convention, by.on)
    _record(events.APPARTENANCE_EDITED, by, appartenance, dates=told(opens_on, closes_on))


def _changed_since(seen: tuple[date, date | None], appartenance: Appartenance) -> list[Difference]:
    present = (appartenance.opens_on, appartenance.closes_on)
    both = zip(("Date d'ouverture", "Date de clôture"), seen, present, strict=True)
    return [Difference(label, shown(before), shown(after)) for label, before, after in both if before != after]


@act
def close_appartenance(*, by: Acteur, appartenance: Appartenance, closes_on: date, motif: str) -> None:
    """Takes a person out of a group after that day."""
    groupe, rattachement = appartenance.groupe, appartenance.rattachement
    lock(groupe.convention)
    appartenance = Appartenance.objects.select_for_update(of=("self",)).get(pk=appartenance.pk)
    appartenance.groupe, appartenance.rattachement = groupe, rattachement
    allow(rules.refuse_managing_appartenance(by, appartenance))
    allow(rules.refuse_ending(appartenance, closes_on))
    end(appartenance, by=by.utilisateur, closes_on=closes_on, motif=motif)
    _record(events.APPARTENANCE_CLOSED, by, appartenance, closes_on=f"{closes_on:%d/%m/%Y}", motif=motif)


@transaction.atomic
def close_appartenances(
    *, by: Acteur, groupe: Groupe, appartenances: Sequence[Appartenance], closes_on: date, motif: str
) -> list[tuple[Appartenance, str]]:
    """Takes many people out of one group, written together; those who stay, each with the sentence why.

    :raises Refused: when this person may not manage the group
    """
    lock(groupe.convention)
    allow(rules.refuse_managing_groupe(by, groupe))
    fresh = Appartenance.objects.select_for_update(of=("self",)).in_bulk([each.pk for each in appartenances])
    ended, refused = [], []
    for each in appartenances:
        row = fresh[each.pk]
        row.groupe, row.rattachement = groupe, each.rattachement
        if refusal := rules.refuse_bound(by, row.rattachement.utilisateur_id) or rules.refuse_ending(row, closes_on):
            refused.append((row, refusal))
            continue
        mark_end(row, by=by.utilisateur, closes_on=closes_on, motif=motif)
        ended.append(row)
    write_ends(ended)
    with journal.gathered():
        for row in ended:
            _record(events.APPARTENANCE_CLOSED, by, row, closes_on=f"{closes_on:%d/%m/%Y}", motif=motif)
    return refused
