"""The only writers of activités and of their lieux; closing one ends the profiles that stand on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from portail.afas import events
from portail.afas.actions.common import held_activite
from portail.afas.actions.profils import end_those
from portail.afas.models import Activite, LieuImplantation
from portail.afas.rules.activites import (
    refuse_changing_type,
    refuse_closing,
    refuse_keeping_activite,
    refuse_keeping_activites,
    refuse_keeping_lieu,
    refuse_lieu_dates,
    refuse_organisme,
    refuse_type,
)
from portail.comptes.models import Dated
from portail.conventions.models import Organisme
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, shown
from portail.journal import actions as journal
from portail.journal.events import Kind
from portail.ui.rules import Difference, Stale
from portail.ui.templatetags.ui import counted

_FIELDS = {
    "libelle": "Libellé",
    "type": "Type d'activité",
    "nature": "Nature d'activité",
    "numero_dossier": "N° de dossier",
    "capacite": "Capacité",
    "opens_on": "Date d'ouverture",
}
_LIEU_FIELDS = {
    "libelle": "Libellé",
    "adresse": "Adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "capacite": "Capacité",
    "opens_on": "Date d'ouverture",
}


@dataclass(frozen=True)
class FicheActivite:
    """What is said of an activité."""

    libelle: str
    type: str
    nature: str
    numero_dossier: str
    opens_on: date
    capacite: int | None = None


@dataclass(frozen=True)
class FicheLieu:
    """What is said of a lieu d'implantation."""

    libelle: str
    opens_on: date
    adresse: str = ""
    code_postal: str = ""
    commune: str = ""
    capacite: int | None = None


@transaction.atomic
def open_activite(*, by: Acteur, organisme: Organisme, fiche: FicheActivite) -> Activite:
    """A new activité of the organisme, financed by the agent's Caf.

    :raises Refused: when a rule forbids it
    """
    allow(refuse_keeping_activites(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    allow(refuse_organisme(organisme, by.caf) or refuse_type(fiche.type, fiche.nature))
    opened = Activite.objects.create(organisme=organisme, caf=by.caf, **vars(fiche))
    _record(
        events.ACTIVITE_OPENED,
        by,
        opened,
        numero=opened.numero_dossier,
        organisme=organisme.raison_sociale,
    )
    return opened


@transaction.atomic
def edit_activite(*, by: Acteur, activite: Activite, fiche: FicheActivite, edition: int) -> None:
    """
    :raises Refused: when a rule forbids it
    :raises Stale: when somebody changed it since the form was opened
    """
    now = held_activite(activite.pk)
    allow(refuse_keeping_activite(by, now))
    allow(refuse_type(fiche.type, fiche.nature) or refuse_changing_type(now, fiche.type))
    differences = _differences(now, fiche, _FIELDS)
    if now.edition != edition:
        raise Stale([Difference(d.label, d.after, d.before) for d in differences.values()])
    if differences:
        _write(now, fiche, differences)
        _record(events.ACTIVITE_EDITED, by, now, changes=_told(differences))


@transaction.atomic
def close_activite(*, by: Acteur, activite: Activite, closes_on: date, motif: str) -> None:
    """Its lieux and the profiles on them end with it, after that day; what was declared stays.

    :raises Refused: when a rule forbids it
    """
    now = held_activite(activite.pk)
    allow(refuse_keeping_activite(by, now) or refuse_closing(now, closes_on))
    now.closes_on, now.edition = closes_on, now.edition + 1
    now.save(update_fields=["closes_on", "edition"])
    for lieu in now.lieux.filter(Q(closes_on=None) | Q(closes_on__gt=closes_on)):
        lieu.closes_on = max(closes_on, lieu.opens_on - timedelta(days=1))
        lieu.save(update_fields=["closes_on"])
    ended = end_those(by, now.profils.standing(closes_on), closes_on=closes_on, motif=motif)
    _record(
        events.ACTIVITE_CLOSED,
        by,
        now,
        closes_on=f"{closes_on:%d/%m/%Y}",
        profils=counted(len(ended), "rôle terminé,rôles terminés"),
        motif=motif,
    )


# Lieux


def _held_lieu(lieu: LieuImplantation) -> LieuImplantation:
    activite = held_activite(lieu.activite_id)
    now = LieuImplantation.objects.get(pk=lieu.pk)
    now.activite = activite
    return now


@transaction.atomic
def open_lieu(*, by: Acteur, activite: Activite, fiche: FicheLieu) -> LieuImplantation:
    now = held_activite(activite.pk)
    allow(refuse_keeping_activite(by, now) or refuse_lieu_dates(now, fiche.opens_on))
    opened = LieuImplantation.objects.create(activite=now, closes_on=now.closes_on, **vars(fiche))
    _record(
        events.LIEU_OPENED,
        by,
        now,
        lieu=opened.libelle,
    )
    return opened


@transaction.atomic
def edit_lieu(*, by: Acteur, lieu: LieuImplantation, fiche: FicheLieu, edition: int) -> None:
    """
    :raises Refused: when a rule forbids it
    :raises Stale: when the activité or one of its lieux changed since the form was opened
    """
    now = _held_lieu(lieu)
    allow(refuse_keeping_lieu(by, now) or refuse_lieu_dates(now.activite, fiche.opens_on))
    differences = _differences(now, fiche, _LIEU_FIELDS)
    if now.activite.edition != edition:
        raise Stale([Difference(d.label, d.after, d.before) for d in differences.values()])
    if differences:
        for name in differences:
            setattr(now, name, getattr(fiche, name))
        now.save(update_fields=list(differences))
        _raise_edition(now.activite)
        changes = _told(differences)
        _record(events.LIEU_EDITED, by, now.activite, lieu=now.libelle, changes=changes)


@transaction.atomic
def close_lieu(*, by: Acteur, lieu: LieuImplantation, closes_on: date, motif: str) -> None:
    """The roles given on it end with it; those given on the activité go on.

    :raises Refused: when a rule forbids it
    """
    now = _held_lieu(lieu)
    allow(refuse_keeping_lieu(by, now) or refuse_closing(now, closes_on))
    now.closes_on = closes_on
    now.save(update_fields=["closes_on"])
    _raise_edition(now.activite)
    ended = end_those(by, now.profils.standing(closes_on), closes_on=closes_on, motif=motif)
    _record(
        events.LIEU_CLOSED,
        by,
        now.activite,
        lieu=now.libelle,
        closes_on=f"{closes_on:%d/%m/%Y}",
        profils=counted(len(ended), "rôle terminé,rôles terminés"),
        motif=motif,
    )


def _raise_edition(activite: Activite) -> None:
    activite.edition += 1
    activite.save(update_fields=["edition"])


# What they share


def _differences(now: Dated, fiche: Any, labels: dict[str, str]) -> dict[str, Difference]:
    """Field → what it was and what it would become, for those that change."""
    pairs = {name: (getattr(now, name), getattr(fiche, name)) for name in labels}
    return {
        name: Difference(labels[name], shown(before), shown(after))
        for name, (before, after) in pairs.items()
        if before != after
    }


def _write(now: Activite, fiche: FicheActivite, differences: Iterable[str]) -> None:
    for name in differences:
        setattr(now, name, getattr(fiche, name))
    now.edition += 1
    now.save(update_fields=[*differences, "edition"])


def _told(differences: dict[str, Difference]) -> str:
    return " ; ".join(f"{d.label} : « {d.before} » devient « {d.after} »" for d in differences.values())


def _record(kind: Kind, by: Acteur, where: Activite, **facts: Any) -> None:
    journal.record(kind, by=by, about=[where, where.caf, where.organisme], activite=where.libelle, **facts)
