"""The difference a basket would make: the real acts done and taken back, kept, then done exactly as shown."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from procrastinate.contrib.django import app

from portail.conventionnement import actions as conventionnement
from portail.conventionnement.models import Bulletin, VersionConvention
from portail.conventions.models import Convention
from portail.courriels import actions as courriels
from portail.habilitations import queries as habilitations
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.common import allow, lock
from portail.habilitations.actions.preview import Change, Right, difference
from portail.habilitations.actions.travaux import Tell, is_free, telling, untold
from portail.habilitations.rules import refuse_too_many
from portail.journal import actions as journal
from portail.journal.events import Kind
from portail.simulations import events, queries, rules
from portail.simulations.actions.essais import Essai, carry_out
from portail.simulations.actions.paniers import held
from portail.simulations.enums import AT_WORK, EtatSimulation, NatureChangement, Sens
from portail.simulations.models import Changement, LigneSimulation, Simulation
from portail.ui.rules import Refused

logger = logging.getLogger(__name__)
_ADVISORY = 7203017  # held by the worker that is at a simulation
_SHOWN = 20
_MOVED = (
    "La situation a changé depuis le calcul : rien n'a été appliqué. "
    "La différence a été recalculée : relisez-la avant d'appliquer."
)
_BROKEN = "Le calcul n'a pas pu aboutir : rien n'a été changé. Recommencez ; si cela se reproduit, contactez votre Caf."
_NO_LONGER = "La personne qui a demandé ce travail ne gère plus la convention : rien n'a été changé."


class _TakenBack(Exception):
    pass


@dataclass
class Result:
    """All that a basket does, or would do."""

    essais: list[Essai]
    lines: list[LigneSimulation]
    bilan: dict[str, Any]
    base: str
    empreinte: str


# asked for


@transaction.atomic
def compute_simulation(*, by: Acteur, simulation: Simulation) -> None:
    """Has the difference worked out: at once in a small convention, else by a worker.

    :raises Refused: when a rule forbids it
    """
    simulation = held(simulation)
    allow(rules.refuse_computing(by, simulation))
    _start(simulation, EtatSimulation.CALCUL)
    _now_or_later(by, simulation)


@transaction.atomic
def apply_simulation(*, by: Acteur, simulation: Simulation, edition: int) -> Simulation:
    """Has exactly the difference shown made; the simulation as it then stands, calculated anew when the base moved.

    :raises Refused: when a rule forbids it
    """
    lock(simulation.convention)
    simulation = held(simulation)
    allow(rules.refuse_applying(by, simulation))
    allow(rules.refuse_edition(simulation, edition))
    simulation.applied_by = by.utilisateur
    _start(simulation, EtatSimulation.APPLICATION)
    _now_or_later(by, simulation)
    return simulation


def _start(simulation: Simulation, etat: EtatSimulation) -> None:
    simulation.etat, simulation.sentence, simulation.moved = etat, "", []
    simulation.done, simulation.total = 0, simulation.changements.count()
    simulation.save(update_fields=["etat", "sentence", "moved", "done", "total", "applied_by"])


def _now_or_later(by: Acteur, simulation: Simulation) -> None:
    if queries.people_of(simulation.convention, by.on) <= settings.PORTAIL["SIMULATION_AT_ONCE"]:
        _work(by, simulation, untold)
    else:
        app.configure_task("simulations.carry_on_simulation", queue="imports").defer(pk=simulation.pk)


# the worker


def carry_on_all() -> None:
    """Those at work whose worker was stopped."""
    for pk in Simulation.objects.filter(etat__in=AT_WORK).order_by("pk").values_list("pk", flat=True):
        carry_on(pk)


def carry_on(pk: int) -> None:
    """Does what the simulation waits for, whole or not at all; nothing when another worker is at it, or it is done."""
    try:
        with transaction.atomic():
            if is_free(_ADVISORY, pk):
                _carry_on(Simulation.objects.select_related("created_by", "applied_by").get(pk=pk))
    except OperationalError:
        raise  # the base was away or busy: tried again within a minute
    except Refused as refusal:
        _stop(pk, str(refusal))
    except Exception:
        logger.exception("simulation failed", extra={"simulation": pk})
        _stop(pk, _BROKEN)


def _carry_on(simulation: Simulation) -> None:
    if simulation.etat not in AT_WORK:
        return
    convention = Convention.objects.only("organisme").get(pk=simulation.convention_id)
    on = timezone.localdate()
    acteur = acteur_for(simulation.created_by, on=on, organisme=convention.organisme_id)
    try:
        simulation.convention = habilitations.convention_for(acteur, simulation.convention_id)
    except Convention.DoesNotExist as missing:
        raise Refused(_NO_LONGER) from missing
    with telling(simulation) as tell:
        _work(acteur, simulation, tell)


@transaction.atomic
def _stop(pk: int, sentence: str) -> None:
    """It failed, and nothing of it stands."""
    rows = Simulation.objects.filter(pk=pk)
    rows.filter(etat=EtatSimulation.APPLICATION).update(
        etat=EtatSimulation.CALCULEE, sentence=sentence, applied_by=None
    )
    rows.filter(etat=EtatSimulation.CALCUL).update(etat=EtatSimulation.BROUILLON, sentence=sentence)


def _work(by: Acteur, simulation: Simulation, tell: Tell) -> None:
    if simulation.etat == EtatSimulation.CALCUL:
        _compute(by, simulation, tell)
    else:
        _apply(by, simulation, tell)


def _on_its_day(by: Acteur, simulation: Simulation) -> Acteur:
    """Who asks, as he may act on the day tried."""
    if simulation.jour is None or simulation.jour <= by.on:
        return by
    return acteur_for(by.utilisateur, on=simulation.jour, organisme=simulation.convention.organisme_id)


def _compute(by: Acteur, simulation: Simulation, tell: Tell) -> None:
    result = _tried(_on_its_day(by, simulation), simulation, tell)
    _keep(simulation, result, by)
    _record(events.SIMULATION_COMPUTED, simulation, by=by, about=[simulation])


def _tried(by: Acteur, simulation: Simulation, tell: Tell) -> Result:
    found: list[Result] = []
    try:
        with transaction.atomic(), _unsaid():
            found.append(_run(by, simulation, tell, is_trial=True))
            raise _TakenBack
    except _TakenBack:
        return found[0]


@contextmanager
def _unsaid() -> Iterator[None]:
    """What is recorded and owed inside is not."""
    with courriels.gathered() as owed, journal.gathered() as entries:
        try:
            yield
        finally:
            owed.clear()
            entries.clear()


def _apply(by: Acteur, simulation: Simulation, tell: Tell) -> None:
    """The very acts shown, or nothing: when they would do something else, that is kept and shown instead."""
    try:
        with transaction.atomic(), journal.framed(simulation):
            lock(simulation.convention)
            bulletins = _bulletins(simulation)
            result = _tried(by, simulation, tell) if bulletins else _run(by, simulation, tell, is_trial=False)
            if result.empreinte != simulation.empreinte:
                raise _TakenBack
            simulation.version = _avenant(by, simulation, bulletins) if bulletins else None
    except (_TakenBack, IntegrityError):
        _keep_moved(by, simulation, tell)
        return
    simulation.etat, simulation.applied_at = EtatSimulation.APPLIQUEE, timezone.now()
    simulation.done = simulation.total
    simulation.save(update_fields=["etat", "applied_at", "version", "done"])
    _record(events.SIMULATION_APPLIED, simulation, by=by, about=[simulation, simulation.convention])


def _record(kind: Kind, simulation: Simulation, *, by: Acteur, about: list[Any]) -> None:
    journal.record(
        kind, by=by, about=about, numero=simulation.pk, libelle=simulation.libelle, bilan=_in_words(simulation.bilan)
    )


def _bulletins(simulation: Simulation) -> list[Bulletin]:
    changed = simulation.changements.filter(nature=NatureChangement.BULLETIN).order_by("rang")
    return [Bulletin.read(values) for values in changed.values_list("values", flat=True)]


def _avenant(by: Acteur, simulation: Simulation, bulletins: list[Bulletin]) -> VersionConvention:
    """The avenant that says these bulletins, ready to be proposed and signed."""
    motif = f"{simulation.libelle} ({simulation})"
    return conventionnement.draft_bulletins(by=by, convention=simulation.convention, bulletins=bulletins, motif=motif)


def _keep_moved(by: Acteur, simulation: Simulation, tell: Tell) -> None:
    """What the basket would do by now takes the place of what was shown; how they differ is told."""
    before = _told(simulation.lignes.select_related("utilisateur"))
    simulation.applied_by = None
    result = _tried(by, simulation, tell)
    after = _told(result.lines)
    moved = [(who, before.get(who, "rien"), after.get(who, "rien")) for who in sorted({*before, *after})]
    simulation.moved = [each for each in moved if each[1] != each[2]][:_SHOWN]
    simulation.sentence = _MOVED
    _keep(simulation, result, by)


def _told(lines: Iterable[LigneSimulation]) -> dict[str, str]:
    """For each person and role, what changes, in words."""
    told: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        end = f" au {line.closes_on:%d/%m/%Y}" if line.closes_on else ""
        who = f"{line.utilisateur.nom_complet} ({line.utilisateur.identifiant}), {line.role_label}"
        told[who].append(f"{line.get_sens_display().lower()} du {line.opens_on:%d/%m/%Y}{end}")
    return {who: ", ".join(sorted(each)) for who, each in told.items()}


def _run(by: Acteur, simulation: Simulation, tell: Tell, *, is_trial: bool) -> Result:
    """Every change one after the other, and the rights before and after."""
    # A copy: what a trial writes in it is taken back with the rest.
    convention, changements = copy(simulation.convention), list(simulation.changements.order_by("rang"))
    before = habilitations.current_rights(convention.pk, by.on)
    essais = []
    for done, changement in enumerate(changements, 1):
        essais.append(carry_out(by, convention, changement, is_trial=is_trial))
        tell(done)
    after = habilitations.current_rights(convention.pk, by.on)
    left = {utilisateur for utilisateur, _ in after}
    change = difference(before, after)
    lines = [_line(Sens.PERTE, right, is_last=right.utilisateur.pk not in left) for right in change.losses]
    lines += [_line(Sens.GAIN, right, is_last=False) for right in change.gains]
    bilan = _bilan(change, left) | {"quotas": _quotas(by, convention)}
    moved = [(line.sens, line.utilisateur_id, line.role, line.opens_on, line.closes_on) for line in lines]
    told = [(c.nature, c.groupe_id, c.values, e.done, e.told()) for c, e in zip(changements, essais, strict=True)]
    return Result(essais, lines, bilan, _digest(sorted(before.items())), _digest((told, moved, bilan["quotas"])))


def _digest(value: object) -> str:
    return salted_hmac("portail.simulations", repr(value), algorithm="sha256").hexdigest()


def _line(sens: Sens, right: Right, *, is_last: bool) -> LigneSimulation:
    return LigneSimulation(
        sens=sens,
        utilisateur=right.utilisateur,
        service=roles.service_of(right.role),
        role=right.role,
        opens_on=right.first,
        closes_on=right.last,
        is_last=is_last,
    )


def _bilan(change: Change, left: set[int]) -> dict[str, Any]:
    """How many people gain and lose each role, and how many end with nothing."""
    people: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for rank, rights in enumerate((change.losses, change.gains)):
        for right in rights:
            people[right.role][rank].add(right.utilisateur.pk)
    losers = {right.utilisateur.pk for right in change.losses}
    return {
        "roles": [[role, len(lost), len(gained)] for role, (lost, gained) in sorted(people.items())],
        "losers": len(losers),
        "gainers": len({right.utilisateur.pk for right in change.gains}),
        "without": len(losers - left),
    }


def _quotas(by: Acteur, convention: Convention) -> list[str]:
    """What is said of each bulletin that would have too many people."""
    bulletins = habilitations.limited_bulletins(convention, by.on)
    counted = [(each, habilitations.people_counted(each, by.on).count()) for each in bulletins]
    return [refusal for each, count in counted if (refusal := refuse_too_many(each, count))]


def _in_words(bilan: dict[str, Any]) -> str:
    parts = ((bilan["losers"], "perd", "perdent"), (bilan["gainers"], "gagne", "gagnent"))
    told = [f"{n} personne{'s' if n > 1 else ''} {many if n > 1 else one} un droit" for n, one, many in parts if n]
    return ", ".join(told) or "aucun droit ne change"


def _keep(simulation: Simulation, result: Result, by: Acteur) -> None:
    """The difference, in the place of the one before."""
    LigneSimulation.objects.filter(simulation=simulation).delete()
    for line in result.lines:
        line.simulation = simulation
    LigneSimulation.objects.bulk_create(result.lines, batch_size=2000)
    changements = list(simulation.changements.order_by("rang"))
    for changement, essai in zip(changements, result.essais, strict=True):
        changement.done, changement.refusals = essai.done, essai.told()
    Changement.objects.bulk_update(changements, ["done", "refusals"])
    simulation.etat, simulation.bilan = EtatSimulation.CALCULEE, result.bilan
    simulation.base, simulation.empreinte = result.base, result.empreinte
    simulation.computed_on, simulation.computed_at = _on_its_day(by, simulation).on, timezone.now()
    simulation.done, simulation.edition = simulation.total, simulation.edition + 1
    simulation.save()
