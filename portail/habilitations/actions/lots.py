"""Many acts at once: shown by doing them and taking them back, then done exactly as they were shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from portail.conventions.models import Convention
from portail.habilitations.actions.common import together
from portail.habilitations.actions.preview import Change, Standing, difference, standing, uncovered
from portail.ui.rules import Refused, constraint_sentence


@dataclass(frozen=True)
class Line:
    """One act of a lot: `label` says on whom or what, `told` what it gives; `act` is the action of the single form."""

    key: str
    label: str
    told: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """What became of a line: done, or refused with the sentence."""

    label: str
    told: str
    refusal: str = ""


@dataclass(frozen=True)
class Lot:
    """What a lot does, or would do; `refusal` when it cannot be done at all, `fingerprint` of all that it shows."""

    done: list[Outcome]
    refused: list[Outcome]
    change: Change
    fingerprint: str
    refusal: str = field(default="")

    @property
    def refused_by_reason(self) -> list[tuple[str, list[str]]]:
        """Each reason with the lines it stops, the most frequent first."""
        reasons: dict[str, list[str]] = {}
        for outcome in self.refused:
            reasons.setdefault(outcome.refusal, []).append(outcome.label)
        return sorted(reasons.items(), key=lambda pair: -len(pair[1]))


class Moved(Exception):
    """What would be done now is not what was shown; `lot` is what it would be."""

    def __init__(self, lot: Lot) -> None:
        super().__init__("La situation a changé depuis l'aperçu : rien n'a été fait. Voici le nouvel aperçu.")
        self.lot = lot


class _TakenBack(Exception):
    pass


Build = Callable[[], Iterable[Line]]


def rehearse(conventions: Sequence[Convention], on: date, build: Build) -> Lot:
    """Carries out every line, looks at the rights before and after, and takes everything back."""
    lots: list[Lot] = []
    try:
        with transaction.atomic():
            lots.append(_run(conventions, on, build))
            raise _TakenBack
    except _TakenBack:
        return lots[0]


@transaction.atomic
def carry_out(conventions: Sequence[Convention], on: date, build: Build, expected: str) -> Lot:
    """Does what was shown, all of it or nothing.

    :raises Moved: when it would be something else by now
    :raises Refused: when it cannot be done at all
    """
    lot = _run(conventions, on, build)
    if lot.fingerprint != expected:
        raise Moved(lot)
    if lot.refusal:
        raise Refused(lot.refusal)
    return lot


def _run(conventions: Sequence[Convention], on: date, build: Build) -> Lot:
    done: list[Outcome] = []
    refused: list[Outcome] = []
    told: list[object] = []
    refusal = ""
    before: dict[int, Standing] = {}
    try:
        with transaction.atomic(), together(conventions, on):
            for convention in conventions:
                convention.known_suspension = (on, convention.suspensions.open_on(on).exists())  # type: ignore[attr-defined]
            before = {c.pk: standing(c.pk, on) for c in conventions}
            for line in build():
                outcome = _carried_out(line)
                (refused if outcome.refusal else done).append(outcome)
                told.append((line.key, outcome))
    except Refused as error:
        refusal = str(error)
    finally:
        for convention in conventions:
            convention.__dict__.pop("known_suspension", None)
    after = {pk: standing(pk, on) for pk in before}
    changes = [difference(before[pk].rights, after[pk].rights) for pk in before]
    change = Change(
        [r for c in changes for r in c.gains],
        [r for c in changes for r in c.losses],
        refusal or None,
        uncovered((each.couverture for each in before.values()), (each.couverture for each in after.values())),
    )
    moved = [(r.utilisateur.pk, r.role, r.first, r.last) for r in [*change.gains, *change.losses]]
    digest = salted_hmac(
        "portail.habilitations.lot", repr((told, moved, change.manques, refusal)), algorithm="sha256"
    ).hexdigest()
    return Lot(done, refused, change, digest, refusal)


def _carried_out(line: Line) -> Outcome:
    try:
        with transaction.atomic():
            line.act()
    except Refused as refusal:
        return Outcome(line.label, line.told, str(refusal))
    except IntegrityError as error:
        sentence = constraint_sentence(error) or "Une autre ligne l'empêche : rien n'est changé pour celle-ci."
        return Outcome(line.label, line.told, sentence)
    return Outcome(line.label, line.told)
