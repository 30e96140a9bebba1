"""The life of an import: given, rehearsed by a worker, confirmed, applied, taken back if nothing has used it."""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.conventions.models import Convention
from portail.habilitations import events, queries, rules
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.annulation import undo_lines
from portail.habilitations.actions.common import allow, lock
from portail.habilitations.actions.repetition import Line, Outcome, apply_lines, rehearse
from portail.habilitations.actions.travaux import Tell, is_free, telling
from portail.habilitations.enums import AT_WORK, EtatImport, Verdict
from portail.habilitations.models import ImportUtilisateurs, LigneImport
from portail.journal import actions as journal
from portail.ui.rules import Refused

logger = logging.getLogger(__name__)
_ADVISORY = 7203002  # held by the worker that is at an import
_MOVED = (
    "La situation a changé depuis la vérification ({lines}) : rien n'a été enregistré. "
    "La vérification a été refaite : relisez-la avant de confirmer."
)
_BROKEN = (
    "L'import n'a pas pu aboutir : rien n'a été enregistré. Recommencez ; si cela se reproduit, contactez votre Caf."
)
_NO_LONGER = "La personne qui a demandé cet import n'administre plus la convention : rien n'a été enregistré."

_TALLY = {
    Verdict.CREE: ("créé", "créés"),
    Verdict.MODIFIE: ("modifié", "modifiés"),
    Verdict.INCHANGE: ("inchangé", "inchangés"),
    Verdict.A_VERIFIER: ("à vérifier par la Caf", "à vérifier par la Caf"),
    Verdict.REFUSE: ("refusé", "refusés"),
}


class _Moved(Exception):
    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


@transaction.atomic
def start_import(
    *, by: Acteur, convention: Convention, file_name: str, digest: str, lines: Sequence[Line]
) -> ImportUtilisateurs:
    """Keeps the lines of a file, and has them rehearsed.

    :raises Refused: when a rule forbids it
    """
    lock(convention)
    allow(rules.refuse_importing(by, convention))
    allow(rules.refuse_second_import(convention))
    started = ImportUtilisateurs.objects.create(
        convention=convention, file_name=file_name[-120:], digest=digest, total=len(lines), asked_by=by.utilisateur
    )
    LigneImport.objects.bulk_create(
        [
            LigneImport(import_utilisateurs=started, rang=line.rang, values=line.values, mistakes=list(line.mistakes))
            for line in lines
        ],
        batch_size=1000,
    )
    _defer(started)
    return started


def _defer(work: ImportUtilisateurs) -> None:
    app.configure_task("habilitations.carry_on_import", queue="imports").defer(pk=work.pk)


def _taken(by: Acteur, work: ImportUtilisateurs) -> ImportUtilisateurs:
    fresh = ImportUtilisateurs.objects.select_for_update(of=("self",)).get(pk=work.pk)
    fresh.convention = work.convention
    return fresh


@transaction.atomic
def confirm_import(*, by: Acteur, work: ImportUtilisateurs, edition: int) -> None:
    """Has exactly the rehearsal seen applied.

    :raises Refused: when it is not the last one, or a rule forbids it
    """
    lock(work.convention)
    work = _taken(by, work)
    allow(rules.refuse_importing(by, work.convention))
    allow(rules.refuse_confirming(work, edition))
    work.etat, work.decided_by, work.done, work.sentence = EtatImport.APPLICATION, by.utilisateur, 0, ""
    work.save(update_fields=["etat", "decided_by", "done", "sentence"])
    _defer(work)


@transaction.atomic
def drop_import(*, by: Acteur, work: ImportUtilisateurs) -> None:
    """Nothing of this file will be applied."""
    lock(work.convention)
    work = _taken(by, work)
    allow(rules.refuse_importing(by, work.convention))
    allow(rules.refuse_dropping(work))
    work.etat, work.ended_at = EtatImport.ABANDONNE, timezone.now()
    work.save(update_fields=["etat", "ended_at"])


@transaction.atomic
def undo_import(*, by: Acteur, work: ImportUtilisateurs) -> None:
    """« Annuler l'import »: has what was applied taken back, while nothing has used it."""
    lock(work.convention)
    work = _taken(by, work)
    allow(rules.refuse_importing(by, work.convention))
    allow(rules.refuse_undoing(work))
    allow(rules.refuse_second_import(work.convention))
    work.etat, work.decided_by, work.done, work.sentence = EtatImport.ANNULATION, by.utilisateur, 0, ""
    work.save(update_fields=["etat", "decided_by", "done", "sentence"])
    _defer(work)


# the worker


def carry_on_all() -> None:
    """Those at work whose worker was stopped."""
    for pk in ImportUtilisateurs.objects.filter(etat__in=AT_WORK).order_by("pk").values_list("pk", flat=True):
        carry_on(pk)


def carry_on(pk: int) -> None:
    """Does what the import waits for, whole or not at all; nothing when another worker is at it, or it is done."""
    try:
        with transaction.atomic():
            if is_free(_ADVISORY, pk):
                _work(ImportUtilisateurs.objects.get(pk=pk))
    except OperationalError:
        raise  # the base was away or busy: tried again within a minute
    except Refused as refusal:
        _stop(pk, str(refusal))
    except IntegrityError:
        _again(pk)
    except Exception:
        logger.exception("import failed", extra={"import": pk})
        _stop(pk, _BROKEN)


def _work(work: ImportUtilisateurs) -> None:
    does = {
        EtatImport.REPETITION: _rehearse,
        EtatImport.APPLICATION: _apply,
        EtatImport.ANNULATION: _undo,
    }.get(EtatImport(work.etat))
    if does is None:
        return
    person = work.asked_by if work.etat == EtatImport.REPETITION else work.decided_by
    convention = Convention.objects.only("organisme").get(pk=work.convention_id)
    acteur = acteur_for(person, on=timezone.localdate(), organisme=convention.organisme_id)  # type: ignore[arg-type]
    try:
        work.convention = queries.convention_for(acteur, work.convention_id)
    except Convention.DoesNotExist as missing:
        raise Refused(_NO_LONGER) from missing
    with telling(work) as tell:
        does(acteur, work, tell)


def _rehearse(by: Acteur, work: ImportUtilisateurs, tell: Tell) -> None:
    outcomes = rehearse(by, work.convention, lines_of(work), tell)
    _keep(work, [Outcome(o.verdict, o.reasons) for o in outcomes])
    work.etat, work.done = EtatImport.A_CONFIRMER, work.total
    work.edition += 1
    work.save(update_fields=["etat", "done", "edition"])
    _record(events.IMPORT_REHEARSED, by, work, outcomes)


def _apply(by: Acteur, work: ImportUtilisateurs, tell: Tell) -> None:
    expected = [Outcome(row.verdict, row.reasons) for row in work.lignes.order_by("rang")]
    try:
        with transaction.atomic():
            outcomes = apply_lines(by=by, convention=work.convention, lines=lines_of(work), tell=tell)
            if not all(one.tells_the_same(other) for one, other in zip(outcomes, expected, strict=True)):
                raise _Moved(outcomes)
    except _Moved as moved:
        rangs = work.lignes.order_by("rang").values_list("rang", flat=True)
        lines = [
            rang
            for rang, one, other in zip(rangs, moved.outcomes, expected, strict=True)
            if not one.tells_the_same(other)
        ]
        _keep(work, [Outcome(o.verdict, o.reasons) for o in moved.outcomes])
        work.etat, work.sentence = EtatImport.A_CONFIRMER, _MOVED.format(lines=_lines_in_words(lines))
        work.edition += 1
        work.save(update_fields=["etat", "sentence", "edition"])
        return
    _keep(work, outcomes)
    work.etat, work.applied_at, work.ended_at = EtatImport.APPLIQUE, timezone.now(), timezone.now()
    work.done = work.total
    work.save(update_fields=["etat", "applied_at", "ended_at", "done"])
    _record(events.IMPORT_APPLIED, by, work, outcomes)


def _undo(by: Acteur, work: ImportUtilisateurs, tell: Tell) -> None:
    try:
        undo_lines(by=by, work=work, tell=tell)
    except Refused as refusal:
        work.etat, work.sentence = EtatImport.APPLIQUE, f"L'import n'a pas été annulé. {refusal}"
        work.save(update_fields=["etat", "sentence"])
        return
    work.etat, work.ended_at, work.done = EtatImport.ANNULE, timezone.now(), work.total
    work.save(update_fields=["etat", "ended_at", "done"])
    journal.record(events.IMPORT_UNDONE, by=by, about=[work.convention], fichier=work.file_name)


def _lines_in_words(rangs: list[int]) -> str:
    if len(rangs) == 1:
        return f"ligne {rangs[0]}"
    shown = ", ".join(map(str, rangs[:5]))
    return f"lignes {shown}" + (f" et {len(rangs) - 5} autres" if len(rangs) > 5 else "")


def lines_of(work: ImportUtilisateurs) -> list[Line]:
    rows = work.lignes.order_by("rang").values_list("rang", "values", "mistakes")
    return [Line(rang, values, mistakes) for rang, values, mistakes in rows]


def _keep(work: ImportUtilisateurs, outcomes: list[Outcome]) -> None:
    """What came of each line, in one statement."""
    rangs = work.lignes.order_by("rang").values_list("pk", flat=True)
    rows = [
        {"id": pk, "verdict": o.verdict, "reasons": o.reasons, "trace": o.trace}
        for pk, o in zip(rangs, outcomes, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE habilitations_ligneimport l SET verdict = new.verdict, reasons = new.reasons, trace = new.trace "
            "FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, verdict text, reasons jsonb, trace jsonb) "
            "WHERE l.id = new.id",
            [json.dumps(rows)],
        )


def _record(kind: Any, by: Acteur, work: ImportUtilisateurs, outcomes: list[Outcome]) -> None:
    counts = Counter(outcome.verdict for outcome in outcomes)
    bilan = ", ".join(
        f"{counts[value]} {word if counts[value] < 2 else plural}"
        for value, (word, plural) in _TALLY.items()
        if counts[value]
    )
    journal.record(kind, by=by, about=[work.convention], fichier=work.file_name, bilan=bilan or "aucune ligne")


@transaction.atomic
def _stop(pk: int, sentence: str) -> None:
    """It failed, and nothing of it stands."""
    ended = {"etat": EtatImport.ECHEC, "sentence": sentence, "ended_at": timezone.now()}
    stopped = ImportUtilisateurs.objects.filter(pk=pk, etat__in=AT_WORK)
    stopped.filter(etat=EtatImport.ANNULATION).update(etat=EtatImport.APPLIQUE, sentence=sentence)
    stopped.exclude(etat=EtatImport.ANNULATION).update(**ended)


@transaction.atomic
def _again(pk: int) -> None:
    """Somebody wrote the same thing at the same moment elsewhere: rehearsed anew."""
    work = ImportUtilisateurs.objects.select_for_update(of=("self",)).get(pk=pk)
    if work.etat != EtatImport.APPLICATION:
        _stop(pk, _BROKEN)
        return
    work.etat, work.done, work.sentence = (
        EtatImport.REPETITION,
        0,
        _MOVED.format(lines="une autre personne y travaille"),
    )
    work.save(update_fields=["etat", "done", "sentence"])
    _defer(work)


def purge_imports() -> int:
    """Forgets the lines of the imports ended long ago; of how many imports."""
    old = timezone.now() - timedelta(days=settings.PORTAIL["IMPORT_DAYS"])
    # A rehearsal that nobody confirmed is dropped.
    ImportUtilisateurs.objects.filter(etat=EtatImport.A_CONFIRMER, asked_at__lt=old).update(
        etat=EtatImport.ABANDONNE, ended_at=timezone.now()
    )
    ended = ImportUtilisateurs.objects.filter(purged_at=None, asked_at__lt=old).exclude(etat__in=AT_WORK)
    ended_pks = list(ended.values_list("pk", flat=True))
    LigneImport.objects.filter(import_utilisateurs__in=ended_pks).delete()
    return ImportUtilisateurs.objects.filter(pk__in=ended_pks).update(purged_at=timezone.now())
