"""Groups, sub-groups, their roles and who answers for them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from portail.conventions.models import Convention, Rattachement
from portail.habilitations import events, queries, rules
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import (
    allow,
    end,
    forget_closing,
    is_wider,
    keep_quota,
    lock,
    mark_end,
    roles_changed,
    shown,
    told,
    write_ends,
)
from portail.habilitations.models import Appartenance, Groupe, Responsable, RoleGroupe
from portail.journal import actions as journal
from portail.ui.rules import Difference, Refused, Stale
from portail.ui.templatetags.ui import elided


@transaction.atomic
def create_groupe(
    *,
    by: Acteur,
    convention: Convention,
    code: str,
    libelle: str,
    opens_on: date,
    closes_on: date | None = None,
    parent: Groupe | None = None,
    responsable: Rattachement | None = None,
) -> Groupe:
    """A group at the top, or below `parent`; it holds no role yet (S2).

    :raises Refused: when a rule forbids it
    """
    lock(convention, parent)
    refusal = rules.refuse_managing_groupe(by, parent) if parent else rules.refuse_administering(by, convention)
    allow(refusal)
    if parent is not None and parent.convention_id != convention.pk:
        raise Refused("Le groupe parent est d'une autre convention.")
    allow(rules.refuse_dates(opens_on, closes_on, within=_spans(convention, parent)))
    if Groupe.objects.filter(convention=convention, code__iexact=code).exists():
        raise Refused(f"Un groupe de cette convention porte déjà le code {code}.")
    groupe = Groupe.objects.create(
        convention=convention,
        code=code,
        libelle=libelle,
        parent=parent,
        opens_on=opens_on,
        closes_on=closes_on,
        opened_by=by.utilisateur,
    )
    groupe.refresh_from_db(fields=["niveau"])
    journal.record(
        events.GROUPE_CREATED,
        by=by,
        about=[groupe, convention],
        groupe=libelle,
        code=code,
        parent=f", sous-groupe {elided(parent.libelle)}" if parent else "",
        dates=told(opens_on, closes_on),
    )
    if responsable is not None:
        name_responsable(by=by, groupe=groupe, rattachement=responsable)
    return groupe


def _spans(convention: Convention, parent: Groupe | None) -> list[tuple[str, date, date | None]]:
    spans = [("de la convention", convention.opens_on, convention.closes_on)]
    return spans + ([("du groupe parent", parent.opens_on, parent.closes_on)] if parent else [])


@transaction.atomic
def edit_groupe(
    *, by: Acteur, groupe: Groupe, code: str, libelle: str, opens_on: date, closes_on: date | None, edition: int
) -> None:
    """Changes a group's code, label and dates.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody else changed it since the form was opened
    """
    convention, parent = groupe.convention, groupe.parent
    lock(convention, parent)
    groupe = Groupe.objects.select_for_update(of=("self",)).get(pk=groupe.pk)
    groupe.convention, groupe.parent = convention, parent
    allow(rules.refuse_changing_groupe(by, groupe))
    wanted = {"Code": code, "Libellé": libelle, "Date d'ouverture": opens_on, "Date de clôture": closes_on}
    present = [groupe.code, groupe.libelle, groupe.opens_on, groupe.closes_on]
    changes = [
        Difference(label, shown(before), shown(after))
        for (label, after), before in zip(wanted.items(), present, strict=True)
        if before != after
    ]
    if groupe.edition != edition:
        raise Stale(changes)
    allow(rules.refuse_dates(opens_on, closes_on, within=_spans(convention, parent)))
    if Groupe.objects.filter(convention=convention, code__iexact=code).exclude(pk=groupe.pk).exists():
        raise Refused(f"Un groupe de cette convention porte déjà le code {code}.")
    gains = is_wider(opens_on, closes_on, than=groupe)
    kept = forget_closing(groupe) if closes_on != groupe.closes_on else ()
    groupe.code, groupe.libelle, groupe.opens_on, groupe.closes_on = code, libelle, opens_on, closes_on
    groupe.edition += 1
    groupe.save(update_fields=["code", "libelle", "opens_on", "closes_on", "edition", *kept])
    if gains:
        keep_quota(convention, by.on)
    journal.record(
        events.GROUPE_EDITED,
        by=by,
        about=[groupe, convention],
        groupe=libelle,
        changes=" ; ".join(f"{c.label} : {c.before} → {c.after}" for c in changes) or "rien",
    )


@transaction.atomic
def close_groupe(*, by: Acteur, groupe: Groupe, closes_on: date, motif: str) -> None:
    """Ends a group and all below it after that day, with their memberships, roles and responsables."""
    lock(groupe.convention, groupe)
    allow(rules.refuse_changing_groupe(by, groupe))
    below = list(Groupe.objects.filter(ancestors__ancestor=groupe).order_by("niveau", "code"))
    allow(rules.refuse_ending(below[0], closes_on))
    models: tuple[Any, ...] = (Appartenance, Responsable, RoleGroupe)
    for model in models:
        facts = list(model.objects.filter(groupe__in=below).exclude(closes_on__lte=closes_on))
        for fact in facts:
            mark_end(fact, by=by.utilisateur, closes_on=closes_on, motif=motif)
        write_ends(facts)
    for each in [each for each in below if end(each, by=by.utilisateur, closes_on=closes_on, motif=motif)]:
        journal.record(
            events.GROUPE_CLOSED,
            by=by,
            about=[each, groupe.convention],
            groupe=each.libelle,
            closes_on=f"{closes_on:%d/%m/%Y}",
            motif=motif,
        )


@transaction.atomic
def set_roles(*, by: Acteur, groupe: Groupe, wanted: Collection[str]) -> None:
    """Gives the group exactly these roles from today; what its sub-groups can no longer hold ends with it (S2).

    :raises Refused: when a rule forbids it
    """
    lock(groupe.convention, groupe)
    allow(rules.refuse_set_roles(by, groupe, wanted))
    held = queries.roles_held(groupe, by.on)
    granted, revoked = set(wanted) - held, held - set(wanted)
    last_days = queries.last_days_of_parent(groupe, by.on)
    for role in sorted(granted):
        RoleGroupe.objects.create(
            groupe=groupe,
            role=role,
            opens_on=max(by.on, groupe.opens_on),
            closes_on=last_days.get(role),
            opened_by=by.utilisateur,
        )
    below = RoleGroupe.objects.not_ended_on(by.on).filter(groupe__ancestors__ancestor=groupe, role__in=revoked)
    for row in below:
        end(row, by=by.utilisateur, closes_on=by.on - timedelta(days=1), motif="rôle retiré au groupe")
    if granted:
        keep_quota(groupe.convention, by.on)
    if granted or revoked:
        journal.record(
            events.ROLES_SET,
            by=by,
            about=[groupe, groupe.convention],
            groupe=groupe.libelle,
            changes=roles_changed(granted, revoked),
        )


@transaction.atomic
def name_responsable(*, by: Acteur, groupe: Groupe, rattachement: Rattachement) -> Responsable:
    """Has a person of the convention answer for the group and all below it, from today."""
    lock(groupe.convention, groupe, rattachement)
    allow(rules.refuse_naming_responsable(by, groupe, rattachement))
    if Responsable.objects.not_ended_on(by.on).filter(groupe=groupe, rattachement=rattachement).exists():
        raise Refused(f"{rattachement.utilisateur.nom_complet} est déjà responsable de ce groupe.")
    named = Responsable.objects.create(
        groupe=groupe, rattachement=rattachement, opens_on=max(by.on, groupe.opens_on), opened_by=by.utilisateur
    )
    _record_responsable(events.RESPONSABLE_NAMED, by, named)
    return named


@transaction.atomic
def end_responsable(*, by: Acteur, responsable: Responsable) -> None:
    """Ends that charge at once."""
    groupe, rattachement = responsable.groupe, responsable.rattachement
    lock(groupe.convention)
    responsable = Responsable.objects.select_for_update(of=("self",)).get(pk=responsable.pk)
    responsable.groupe, responsable.rattachement = groupe, rattachement
    allow(rules.refuse_ending_responsable(by, responsable))
    yesterday = by.on - timedelta(days=1)
    allow(rules.refuse_ending(responsable, yesterday))
    end(responsable, by=by.utilisateur, closes_on=yesterday, motif="fin de responsabilité")
    _record_responsable(events.RESPONSABLE_ENDED, by, responsable)


def _record_responsable(kind: object, by: Acteur, responsable: Responsable) -> None:
    utilisateur, groupe = responsable.rattachement.utilisateur, responsable.groupe
    journal.record(
        kind,  # type: ignore[arg-type]
        by=by,
        about=[utilisateur, groupe, groupe.convention],
        utilisateur=utilisateur.nom_complet,
        groupe=groupe.libelle,
    )
