"""All the rights of a Caf for an exercice worked out again beside those kept; none is replaced without a decision."""

from collections.abc import Iterator
from functools import cache

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas import events
from portail.afas.calculs import Retenu
from portail.afas.models import Droit, EcartRecalcul, RecalculDroits
from portail.afas.queries.baremes import figures_for
from portail.afas.queries.droits import calculation_of
from portail.afas.queries.recalculs import droits_kept
from portail.afas.rules import traitement as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Refused

STEP = 250  # rights worked out in one transaction: a work that is stopped loses no more
_LONGEST = 300
_NOTHING = "Aucun droit n'a été calculé pour cet exercice."


@transaction.atomic
def ask_recalcul(*, by: Acteur, exercice: int) -> RecalculDroits:
    """Has a worker do it.

    :raises Refused: when a rule forbids it, or there is nothing to work out
    :raises IntegrityError: when it is being done already
    """
    allow(rules.refuse_recomputing(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    recalcul = _started(by.caf, exercice, by)
    app.configure_task("afas.carry_on_recalcul", queue="imports").defer(pk=recalcul.pk)
    return recalcul


@transaction.atomic
def start_recalcul(*, caf: Caf, exercice: int) -> RecalculDroits:
    """The same from the command line: the caller carries it on. One that was stopped is taken up again."""
    under_way = RecalculDroits.objects.filter(caf=caf, exercice=exercice, finished_at=None).first()
    return under_way or _started(caf, exercice, journal.SYSTEM)


def _started(caf: Caf, exercice: int, by: journal.Author) -> RecalculDroits:
    total = droits_kept(caf, exercice).count()
    if not total:
        raise Refused(_NOTHING)
    asked_by = getattr(by, "utilisateur", None)
    recalcul = RecalculDroits.objects.create(
        caf=caf, exercice=exercice, asked_by=asked_by, asked_at=timezone.now(), total=total
    )
    journal.record(events.RECALCUL_ASKED, by=by, about=[caf], caf=caf.nom, exercice=exercice)
    return recalcul


def carry_on_all() -> None:
    """Those whose worker was stopped."""
    for pk in RecalculDroits.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True):
        carry_on(pk)


def carry_on(pk: int) -> None:
    """Works out what is left, step by step; nothing when another worker is at it, or it is done."""
    while _one_step(pk):
        pass


@transaction.atomic
def _one_step(pk: int) -> bool:
    """The next rights; is anything left after them?"""
    rows = RecalculDroits.objects.select_for_update(skip_locked=True, of=("self",)).select_related("caf")
    recalcul = rows.filter(pk=pk, finished_at=None).first()
    if recalcul is None:
        return False
    kept = droits_kept(recalcul.caf, recalcul.exercice).filter(declaration__gt=recalcul.last)
    droits = list(kept.order_by("declaration_id")[:STEP])
    EcartRecalcul.objects.bulk_create(_differing(recalcul, droits))
    if droits:
        recalcul.last, recalcul.done = droits[-1].declaration_id, recalcul.done + len(droits)
    if len(droits) < STEP:
        _finish(recalcul)
    recalcul.save(update_fields=["last", "done", "finished_at"])
    return recalcul.finished_at is None


def _differing(recalcul: RecalculDroits, droits: list[Droit]) -> Iterator[EcartRecalcul]:
    @cache
    def figures(type_code: str, nature: str) -> dict[str, Retenu]:
        return figures_for(recalcul.caf, type_code, nature, recalcul.exercice)

    for droit in droits:
        activite = droit.version.contenu["activite"]
        now = calculation_of(droit.version, droit.declaration, figures(activite["type"], activite["nature"]))
        if now.empreinte != droit.empreinte:
            yield EcartRecalcul(recalcul=recalcul, droit=droit, montant=now.montant, manque=now.missing[:_LONGEST])


def _finish(recalcul: RecalculDroits) -> None:
    recalcul.finished_at = timezone.now()
    journal.record(
        events.RECALCUL_FINISHED,
        by=journal.SYSTEM,
        about=[recalcul.caf],
        caf=recalcul.caf.nom,
        exercice=recalcul.exercice,
        total=recalcul.done,
        ecarts=recalcul.ecarts.count(),
    )
