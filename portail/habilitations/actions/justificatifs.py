"""Proofs: given by the person or for him, analysed, checked by somebody else, withdrawn, purged."""

import hashlib
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.comptes.models import Utilisateur
from portail.courriels import actions as courriels
from portail.habilitations import events, gateway
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, each_apart, end, keep_quota, lock, told
from portail.habilitations.enums import Analyse, EtatJustificatif
from portail.habilitations.models import Justificatif
from portail.habilitations.queries.justificatifs import checkers_of, conventions_asking, conventions_of
from portail.habilitations.rules import justificatifs as rules
from portail.habilitations.rules import refuse_ending
from portail.journal import actions as journal
from portail.journal.models import Result

_REPLACED = "Remplacé par un nouveau dépôt."
_VIRUS = "Un virus a été trouvé dans ce fichier, qui est détruit : analysez votre poste, puis déposez-en un autre."
_ORPHAN_HOURS = 24


@transaction.atomic
def deposit(*, by: Acteur, utilisateur: Utilisateur, role: str, file_name: str, content: bytes) -> Justificatif:
    """Keeps a file that proves what the role asks of the person; who checks it is told, once it was analysed.

    One that still waited is replaced.

    :raises Refused: when a rule forbids it, or the file is not one that may be kept
    """
    for convention in conventions_of(utilisateur, by.on):
        lock(convention)
    allow(rules.refuse_depositing(by, utilisateur, role))
    allow(rules.refuse_file(content))
    for waiting in Justificatif.objects.filter(utilisateur=utilisateur, role=role, etat=EtatJustificatif.DEPOSE):
        _refuse(waiting, by.utilisateur if by.utilisateur.pk != utilisateur.pk else None, _REPLACED)
    media_type = rules.media_type_of(content)
    given = Justificatif.objects.create(
        utilisateur=utilisateur,
        role=role,
        opens_on=by.on,
        deposited_by=by.utilisateur,
        file_name=rules.cleaned_name(file_name, media_type),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        stored_as=gateway.keep(content),
        analyse=Analyse.EN_COURS if gateway.has_antivirus() else Analyse.ABSENTE,
    )
    _record(events.JUSTIFICATIF_DEPOSITED, by, given)
    if given.analyse == Analyse.EN_COURS:
        app.configure_task("habilitations.scan_justificatif", queue="entretien").defer(pk=given.pk)
    else:
        _tell_checkers(given, by.on)
    return given


def _record(kind: Any, by: journal.Author, justificatif: Justificatif, **facts: Any) -> None:
    utilisateur = justificatif.utilisateur
    journal.record(
        kind,
        by=by,
        about=[utilisateur, justificatif, *conventions_asking(utilisateur, justificatif.role, timezone.localdate())],
        utilisateur=utilisateur.nom_complet,
        justificatif=justificatif.label,
        **facts,
    )


def _tell(kind: Any, justificatif: Justificatif, **facts: Any) -> None:
    utilisateur = justificatif.utilisateur
    courriels.enqueue(
        kind,
        to=utilisateur.courriel,
        to_label=utilisateur.nom_complet,
        about=[utilisateur],
        facts={"justificatif": justificatif.label, **facts},
    )


def _tell_checkers(justificatif: Justificatif, on: date) -> None:
    """The administrateurs where he serves; when there is no other, the Caf."""
    told_people = [(person.courriel, person.nom_complet) for person in checkers_of(justificatif, on)]
    if not told_people:
        asking = conventions_asking(justificatif.utilisateur, justificatif.role, on)
        cafs = {convention.caf_pivot for convention in asking}
        told_people = sorted((caf.courriel, caf.nom) for caf in cafs)
    for address, name in told_people:
        courriels.enqueue(
            events.JUSTIFICATIF_TO_CHECK,
            to=address,
            to_label=name,
            about=[justificatif.utilisateur],
            facts={"justificatif": justificatif.label},
        )


def _refuse(justificatif: Justificatif, by: Utilisateur | None, refusal: str) -> None:
    justificatif.etat, justificatif.refusal = EtatJustificatif.REFUSE, refusal
    justificatif.decided_at, justificatif.opened_by = timezone.now(), by
    justificatif.save(update_fields=["etat", "refusal", "decided_at", "opened_by"])


@transaction.atomic
def scan(pk: int) -> None:
    """Has the antivirus read a file that waits for it; an infected one is destroyed and refused. Safe to run twice.

    :raises OSError: when the antivirus does not answer or the file is not there; the job is tried again
    """
    waiting = Justificatif.objects.select_for_update(of=("self",)).select_related("utilisateur")
    justificatif = waiting.filter(pk=pk, analyse=Analyse.EN_COURS).first()
    if justificatif is None:
        return
    content = gateway.content_of(justificatif.stored_as)
    if content is None:
        raise FileNotFoundError(f"le fichier du justificatif {pk} ne se trouve pas : il n'a pas été analysé")
    virus = gateway.virus_in(content)
    justificatif.analyse = Analyse.INFECTEE if virus else Analyse.SAINE
    justificatif.save(update_fields=["analyse"])
    is_waiting = justificatif.etat == EtatJustificatif.DEPOSE
    if virus:
        transaction.on_commit(partial(gateway.destroy, justificatif.stored_as))
        _record(events.JUSTIFICATIF_INFECTED, journal.SYSTEM, justificatif, result=Result.REFUSED, virus=virus)
        if is_waiting:
            _refuse(justificatif, None, _VIRUS)
            _tell(events.JUSTIFICATIF_IS_REFUSED, justificatif, refusal=_VIRUS)
    elif is_waiting:
        _tell_checkers(justificatif, timezone.localdate())


def scan_all() -> None:
    """Those that wait for the antivirus, whose job was lost or gave up; one that fails stops no other.

    :raises ExceptionGroup: of those that failed
    """
    waiting = Justificatif.objects.filter(analyse=Analyse.EN_COURS).order_by("pk")
    each_apart(waiting.values_list("pk", flat=True), scan)


def _held(justificatif: Justificatif) -> Justificatif:
    """The proof as it now is, that nobody else changes meanwhile."""
    rows = Justificatif.objects.select_for_update(of=("self",)).select_related("utilisateur")
    return rows.get(pk=justificatif.pk)


@transaction.atomic
def check(*, by: Acteur, justificatif: Justificatif, opens_on: date, closes_on: date | None) -> None:
    """« Vérifier »: the roles that ask for it act between these days; the person is told.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    places = conventions_of(justificatif.utilisateur, by.on)
    for convention in places:
        lock(convention)
    justificatif = _held(justificatif)
    allow(rules.refuse_checking(by, justificatif))
    allow(rules.refuse_valid_dates(opens_on, closes_on, by.on))
    justificatif.etat, justificatif.opened_by, justificatif.decided_at = (
        EtatJustificatif.VERIFIE,
        by.utilisateur,
        timezone.now(),
    )
    justificatif.opens_on, justificatif.closes_on = opens_on, closes_on
    justificatif.save(update_fields=["etat", "opened_by", "decided_at", "opens_on", "closes_on"])
    for convention in places:
        keep_quota(convention, by.on)
    _record(events.JUSTIFICATIF_CHECKED, by, justificatif, dates=told(opens_on, closes_on))
    _tell(events.JUSTIFICATIF_IS_CHECKED, justificatif, until=f"{closes_on:%d/%m/%Y}" if closes_on else "")


@transaction.atomic
def refuse_justificatif(*, by: Acteur, justificatif: Justificatif, refusal: str) -> None:
    """Says no, with the reason, which the person reads.

    :raises Refused: when a rule forbids it, or somebody else has decided meanwhile
    """
    for convention in conventions_of(justificatif.utilisateur, by.on):
        lock(convention)
    justificatif = _held(justificatif)
    allow(rules.refuse_checking(by, justificatif))
    _refuse(justificatif, by.utilisateur, refusal)
    _record(events.JUSTIFICATIF_REFUSED, by, justificatif, result=Result.REFUSED, motif=refusal)
    _tell(events.JUSTIFICATIF_IS_REFUSED, justificatif, refusal=refusal)


@transaction.atomic
def withdraw_justificatif(*, by: Acteur, justificatif: Justificatif, closes_on: date, motif: str) -> None:
    """Ends what a checked proof opens, after that day; the person is told.

    :raises Refused: when a rule forbids it
    """
    for convention in conventions_of(justificatif.utilisateur, by.on):
        lock(convention)
    justificatif = _held(justificatif)
    allow(rules.refuse_withdrawing_justificatif(by, justificatif) or refuse_ending(justificatif, closes_on))
    end(justificatif, by=by.utilisateur, closes_on=closes_on, motif=motif)
    on = f"{closes_on:%d/%m/%Y}"
    _record(events.JUSTIFICATIF_WITHDRAWN, by, justificatif, closes_on=on, motif=motif)
    _tell(events.JUSTIFICATIF_IS_WITHDRAWN, justificatif, closes_on=on, motif=motif)


@transaction.atomic
def recontrol(*, by: Acteur, justificatif: Justificatif) -> None:
    """The Caf has looked at it again and leaves it as it is.

    :raises Refused: when a rule forbids it
    """
    for convention in conventions_of(justificatif.utilisateur, by.on):
        lock(convention)
    justificatif = _held(justificatif)
    allow(rules.refuse_recontrolling(by, justificatif))
    justificatif.recontrolled_by, justificatif.recontrolled_at = by.utilisateur, timezone.now()
    justificatif.save(update_fields=["recontrolled_by", "recontrolled_at"])
    _record(events.JUSTIFICATIF_RECONTROLLED, by, justificatif)


def open_file(*, by: Acteur, justificatif: Justificatif) -> bytes:
    """What the file holds; that it was opened is written first.

    :raises Refused: when a rule forbids it, or it is no longer there
    """
    allow(rules.refuse_opening_file(by, justificatif))
    _record(events.JUSTIFICATIF_OPENED, by, justificatif)
    content = gateway.content_of(justificatif.stored_as)
    allow("Ce fichier ne se trouve plus sur le serveur : prévenez votre Caf." if content is None else None)
    return content or b""


def purge_files(on: date) -> int:
    """Destroys files of proofs refused, withdrawn or over for some days, and those that no proof kept; how many.

    Nothing is destroyed before the base says so for good.
    """
    useless = _purged(on)
    _destroy(useless)
    return len(useless) + _destroy_orphans()


@transaction.atomic
def _purged(on: date) -> list[str]:
    """The files of the proofs that need theirs no more, now written as gone."""
    limit = on - timedelta(days=settings.PORTAIL["JUSTIFICATIF_DAYS"])
    is_over = Q(etat=EtatJustificatif.REFUSE, decided_at__date__lt=limit) | Q(
        etat=EtatJustificatif.VERIFIE, closes_on__lt=limit
    )
    rows = Justificatif.objects.select_for_update(skip_locked=True).filter(is_over, purged_at=None)
    useless = list(rows.order_by("pk"))
    for justificatif in useless:
        justificatif.purged_at = timezone.now()
    Justificatif.objects.bulk_update(useless, ["purged_at"], batch_size=1000)
    if useless:
        journal.record(events.JUSTIFICATIFS_PURGED, by=journal.SYSTEM, count=len(useless))
    return [justificatif.stored_as for justificatif in useless]


def _destroy(names: list[str]) -> None:
    for name in names:
        gateway.destroy(name)


def _destroy_orphans() -> int:
    """Files of a day or more that no proof needs: their deposit was taken back, or they should be gone already."""
    before = timezone.now() - timedelta(hours=_ORPHAN_HOURS)
    wanted = Justificatif.objects.filter(purged_at=None).exclude(analyse=Analyse.INFECTEE)
    named = set(wanted.values_list("stored_as", flat=True).iterator())
    useless = sorted(name for name, written_at in gateway.kept() if written_at < before and name not in named)
    _destroy(useless)
    return len(useless)
