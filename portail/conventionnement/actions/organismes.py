"""Kinds of organisations, and the organisations themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from portail.conventionnement import events, rules
from portail.conventions.actions.conventions import FicheOrganisme
from portail.conventions.models import Organisme, TypeOrganisme
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, shown
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale

_FIELDS = {
    "siret": "SIRET",
    "raison_sociale": "Raison sociale",
    "type": "Type",
    "adresse": "Adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
}


@dataclass(frozen=True)
class FicheType:
    """What is said of a kind of organisation; `roles` are those it normally gets."""

    code: str
    libelle: str
    prefixe: str
    roles: Sequence[str]


def _roles(codes: Sequence[str]) -> str:
    return f"rôles habituels : {roles.labels(codes)}" if codes else "aucun rôle habituel"


@transaction.atomic
def open_type(*, by: Acteur, fiche: FicheType) -> TypeOrganisme:
    allow(rules.refuse_managing(by))
    opened = TypeOrganisme.objects.create(
        code=fiche.code, libelle=fiche.libelle, prefixe=fiche.prefixe, roles=sorted(fiche.roles)
    )
    journal.record(events.TYPE_OPENED, by=by, about=[opened], type=opened.libelle, roles=_roles(opened.roles))
    return opened


@transaction.atomic
def edit_type(*, by: Acteur, type_: TypeOrganisme, libelle: str, usual: Sequence[str]) -> None:
    """Its label and its usual roles; the code and the prefix of its identifiants never change."""
    type_ = TypeOrganisme.objects.select_for_update().get(pk=type_.pk)
    allow(rules.refuse_managing_type(by, type_))
    type_.libelle, type_.roles = libelle, sorted(usual)
    type_.save(update_fields=["libelle", "roles"])
    journal.record(events.TYPE_EDITED, by=by, about=[type_], type=libelle, changes=_roles(type_.roles))


@transaction.atomic
def close_type(*, by: Acteur, type_: TypeOrganisme, motif: str) -> None:
    """No new organisation may be of this kind; those that are keep it."""
    type_ = TypeOrganisme.objects.select_for_update().get(pk=type_.pk)
    allow(rules.refuse_managing_type(by, type_))
    type_.closed_on = by.on
    type_.save(update_fields=["closed_on"])
    journal.record(events.TYPE_CLOSED, by=by, about=[type_], type=type_.libelle, motif=motif)


@transaction.atomic
def open_organisme(*, by: Acteur, fiche: FicheOrganisme) -> Organisme:
    allow(rules.refuse_managing(by))
    opened = Organisme.objects.create(**vars(fiche))
    journal.record(events.ORGANISME_OPENED, by=by, about=[opened], organisme=opened.raison_sociale, siret=opened.siret)
    return opened


@transaction.atomic
def edit_organisme(*, by: Acteur, organisme: Organisme, fiche: FicheOrganisme, edition: int) -> None:
    """
    :raises Stale: when somebody changed it since the form was opened
    """
    # Its type is read after, not with it: who waited for the lock would find no row, the type of before being gone.
    now = Organisme.objects.select_for_update().get(pk=organisme.pk)
    allow(rules.refuse_managing_organisme(by, now))
    wanted = vars(fiche)
    changed = [name for name in _FIELDS if getattr(now, name) != wanted[name]]
    differences = [Difference(_FIELDS[n], shown(getattr(now, n)), shown(wanted[n])) for n in changed]
    if now.edition != edition:
        raise Stale([Difference(d.label, d.after, d.before) for d in differences])
    if not changed:
        return
    for name in changed:
        setattr(now, name, wanted[name])
    now.edition += 1
    now.save(update_fields=[*changed, "edition"])
    told = " ; ".join(f"{d.label} : « {d.before} » devient « {d.after} »" for d in differences)
    journal.record(events.ORGANISME_EDITED, by=by, about=[now], organisme=now.raison_sociale, changes=told)


@transaction.atomic
def close_organisme(*, by: Acteur, organisme: Organisme, closes_on: date, motif: str) -> None:
    now = Organisme.objects.select_for_update(of=("self",)).get(pk=organisme.pk)
    allow(rules.refuse_closing_organisme(by, now))
    now.closed_on, now.edition = closes_on, now.edition + 1
    now.save(update_fields=["closed_on", "edition"])
    journal.record(
        events.ORGANISME_CLOSED,
        by=by,
        about=[now],
        organisme=now.raison_sociale,
        closes_on=f"{closes_on:%d/%m/%Y}",
        motif=motif,
    )
