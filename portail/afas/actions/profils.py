"""The only writers of profiles: given, ended, validated or refused by the Caf; each change is told to the Caf."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portail.afas import events
from portail.afas.actions import appels
from portail.afas.actions.common import held_activite
from portail.afas.enums import RoleProfil, Validation
from portail.afas.models import Activite, LieuImplantation, Profil
from portail.afas.queries.profils import approbateur_of
from portail.afas.rules.profils import (
    refuse_deciding_approbateur,
    refuse_ending_on,
    refuse_ending_profil,
    refuse_profil,
    refuse_validating,
)
from portail.comptes.models import Utilisateur
from portail.conventions.models import Rattachement
from portail.courriels import actions as courriels
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import ENDING, allow, end, mark_end, told
from portail.journal import actions as journal
from portail.journal.events import Kind

Portee = tuple[Activite, LieuImplantation | None]
_LEFT = "La personne n'est plus rattachée à la convention."


@transaction.atomic
def give_profils(
    *, by: Acteur, rattachement: Rattachement, role: str, opens_on: date, portees: Sequence[Portee]
) -> list[Profil]:
    """Gives the person the role on each of these activités or lieux, all or none.

    An approbateur waits for the Caf, which is told; who is in post stays until the Caf has said yes.

    :raises Refused: when a rule forbids it for one of them
    """
    given = []
    for activite, lieu in sorted(portees, key=lambda portee: (portee[0].pk, portee[1].pk if portee[1] else 0)):
        now = held_activite(activite.pk)
        allow(refuse_profil(by, rattachement, role, opens_on, now, lieu))
        given.append(_give(by, rattachement, role, opens_on, now, lieu))
    if role == RoleProfil.APPROBATEUR:
        _ask_cafs(given)
    return given


def _give(
    by: Acteur, rattachement: Rattachement, role: str, opens_on: date, activite: Activite, lieu: LieuImplantation | None
) -> Profil:
    is_approbateur = role == RoleProfil.APPROBATEUR
    remplace = approbateur_of(activite, by.on) if is_approbateur else None
    profil = Profil.objects.create(
        rattachement=rattachement,
        role=role,
        activite=activite,
        lieu=lieu,
        opens_on=opens_on,
        opened_by=by.utilisateur,
        validation=Validation.EN_ATTENTE if is_approbateur else Validation.SANS_OBJET,
        remplace=remplace,
    )
    if is_approbateur:
        name = f", à la place de {remplace.rattachement.utilisateur.nom_complet}" if remplace else ""
        _record(events.APPROBATEUR_PROPOSED, by, profil, dates=told(opens_on, None), remplace=name)
    else:
        _record(events.PROFIL_GIVEN, by, profil, role=profil.get_role_display(), dates=told(opens_on, None))
    return profil


def _ask_cafs(given: Iterable[Profil]) -> None:
    """One mail to each Caf, however many activités."""
    by_caf: dict[int, list[Profil]] = {}
    for profil in given:
        by_caf.setdefault(profil.activite.caf_id, []).append(profil)
    for profils in by_caf.values():
        caf, organisme = profils[0].activite.caf, profils[0].activite.organisme
        facts = {"organisme": organisme.raison_sociale, "activites": len(profils)}
        courriels.enqueue(
            events.APPROBATEUR_TO_VALIDATE,
            to=caf.courriel,
            to_label=caf.nom,
            about=[caf, organisme, *(profil.activite for profil in profils)],
            facts=facts,
        )


@transaction.atomic
def end_profil(*, by: Acteur, profil: Profil, closes_on: date, motif: str) -> None:
    """Ends a role after that day; a proposal still waiting for the Caf is withdrawn at once.

    :raises Refused: when a rule forbids it
    """
    profil = held_profil(profil)
    allow(refuse_ending_profil(by, profil))
    if profil.validation == Validation.EN_ATTENTE:
        closes_on = profil.opens_on - timedelta(days=1)
    allow(refuse_ending_on(profil, closes_on))
    end(profil, by=by.utilisateur, closes_on=closes_on, motif=motif)
    _record_end(by, profil, motif)


def held_profil(profil: Profil) -> Profil:
    """The profile as it now is, and its activité, that nobody else changes meanwhile."""
    activite = held_activite(profil.activite_id)
    now = Profil.objects.select_for_update(of=("self",)).select_related(
        "lieu", "rattachement__utilisateur", "rattachement__convention", "opened_by"
    )
    fresh = now.get(pk=profil.pk)
    fresh.activite = activite
    return fresh


# The Caf


@transaction.atomic
def validate_approbateur(*, by: Acteur, profil: Profil) -> None:
    """He approves from his day on, at the earliest today; who was in post ends on the eve, so no day is uncovered.

    He, who proposed him and who was in post are told; the open échéances are called.

    :raises Refused: when a rule forbids it
    """
    profil = held_profil(profil)
    allow(refuse_validating(by, profil))
    profil.opens_on = max(profil.opens_on, by.on)
    before = _end_those_before(by, profil)
    profil.validation, profil.decided_by, profil.decided_at = Validation.VALIDEE, by.utilisateur, timezone.now()
    profil.save(update_fields=["opens_on", "validation", "decided_by", "decided_at"])
    _record(events.APPROBATEUR_VALIDATED, by, profil, opens_on=f"{profil.opens_on:%d/%m/%Y}")
    for person in _told_of(profil, *before):
        _tell(events.APPROBATEUR_IS_VALIDATED, person, profil, opens_on=f"{profil.opens_on:%d/%m/%Y}")
    appels.call(by.on, activites=[profil.activite])


def _end_those_before(by: Acteur, profil: Profil) -> list[Profil]:
    rows = profil.activite.profils.standing(profil.opens_on).filter(validation=Validation.VALIDEE)
    eve, motif = profil.opens_on - timedelta(days=1), "Un autre approbateur lui succède."
    return end_those(by, rows, closes_on=eve, motif=motif)


@transaction.atomic
def refuse_approbateur(*, by: Acteur, profil: Profil, motif: str) -> None:
    """He does not become approbateur; who is in post stays. He and who proposed him read why.

    :raises Refused: when a rule forbids it
    """
    profil = held_profil(profil)
    allow(refuse_deciding_approbateur(by, profil))
    profil.validation, profil.refusal = Validation.REFUSEE, motif
    profil.decided_by, profil.decided_at = by.utilisateur, timezone.now()
    profil.save(update_fields=["validation", "refusal", "decided_by", "decided_at"])
    _record(events.APPROBATEUR_REFUSED, by, profil, motif=motif)
    for person in _told_of(profil):
        _tell(events.APPROBATEUR_IS_REFUSED, person, profil, motif=motif)


def _told_of(profil: Profil, *before: Profil) -> list[Utilisateur]:
    """The approbateur, who proposed him and who was in post before, each once."""
    people = [each.rattachement.utilisateur for each in (profil, *before)]
    people += [profil.opened_by] if profil.opened_by else []
    return list({person.pk: person for person in people}.values())


def _tell(kind: Any, person: Utilisateur, profil: Profil, **facts: Any) -> None:
    courriels.enqueue(
        kind,
        to=person.courriel,
        to_label=person.nom_complet,
        about=[person, profil.activite],
        facts={"activite": profil.activite.libelle, "caf": profil.activite.caf.nom, **facts},
    )


# What they stand on


def end_those(by: Acteur, profils: QuerySet[Profil], *, closes_on: date, motif: str) -> list[Profil]:
    """Ends these roles after that day; those that really ended. The caller holds the activité."""
    rows = profils.select_related(
        "activite__organisme", "activite__caf", "lieu", "rattachement__utilisateur", "rattachement__convention"
    )
    ended = [profil for profil in rows if end(profil, by=by.utilisateur, closes_on=closes_on, motif=motif)]
    for profil in ended:
        _record_end(by, profil, motif)
    return ended


@transaction.atomic
def end_left_behind(on: date) -> int:
    """Ends the profiles of those whose access has ended, on the day it did; how many. Safe to run twice."""
    left = Q(rattachement__closes_on__lt=on) | Q(rattachement__utilisateur__closes_on__lt=on)
    found = list(Profil.objects.standing(on).filter(left).order_by("activite_id", "pk").values_list("pk", flat=True))
    for pk in found:
        profil = held_profil(Profil.objects.get(pk=pk))
        ends = (profil.rattachement.closes_on, profil.rattachement.utilisateur.closes_on)
        mark_end(profil, by=None, closes_on=min(filter(None, ends)), motif=_LEFT)
        profil.save(update_fields=ENDING)
        _record_end(journal.SYSTEM, profil, _LEFT)
    return len(found)


def _record_end(by: journal.Author, profil: Profil, motif: str) -> None:
    _record(
        events.PROFIL_ENDED,
        by,
        profil,
        role=profil.get_role_display(),
        closes_on=f"{profil.ended_on:%d/%m/%Y}",
        motif=motif,
    )


def _record(kind: Kind, by: journal.Author, profil: Profil, **facts: Any) -> None:
    """One fact about a profile, in the Caf's feed and in the history of the activité."""
    activite, rattachement = profil.activite, profil.rattachement
    journal.record(
        kind,
        by=by,
        about=[activite, activite.caf, activite.organisme, rattachement.utilisateur, rattachement.convention],
        utilisateur=rattachement.utilisateur.nom_complet,
        organisme=activite.organisme.raison_sociale,
        portee=f"{activite.libelle} – {profil.lieu.libelle}" if profil.lieu else activite.libelle,
        **facts,
    )
