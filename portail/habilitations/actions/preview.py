"""What an act would change, shown by doing it and taking it back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from portail.comptes.models import Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import queries, roles
from portail.habilitations.queries import Periods
from portail.habilitations.queries.couvertures import Couverture, covered
from portail.ui.rules import Refused


@dataclass(frozen=True)
class Right:
    """A right gained or lost: by whom, which, from when to when (both included)."""

    utilisateur: Utilisateur
    role: str
    first: date
    last: date | None

    @property
    def label(self) -> str:
        return roles.label(self.role)


class Manque(NamedTuple):
    """What nobody is left to do from that day on, in words."""

    sentence: str
    first: date


@dataclass(frozen=True)
class Change:
    """Who gains and who loses what, what nobody is left to do; `refusal` when a rule forbids the act."""

    gains: list[Right]
    losses: list[Right]
    refusal: str | None = None
    manques: list[Manque] = field(default_factory=list)

    @property
    def people(self) -> int:
        return len({right.utilisateur.pk for right in [*self.gains, *self.losses]})


Rights = dict[tuple[int, str], Periods]


class Standing(NamedTuple):
    """What stands under a convention from a day on: the rights, and what somebody is there to do."""

    rights: Rights
    couverture: Couverture


def standing(convention: int, on: date) -> Standing:
    return Standing(queries.current_rights(convention, on), covered(convention, on))


class _TakenBack(Exception):
    pass


def preview(convention: Convention, on: date, act: Callable[[], object]) -> Change:
    """Carries out the real action, looks at the rights before and after, and rolls everything back."""
    before = standing(convention.pk, on)
    after = before
    try:
        with transaction.atomic():
            act()
            after = standing(convention.pk, on)
            raise _TakenBack
    except _TakenBack:
        change = difference(before.rights, after.rights)
        return replace(change, manques=uncovered([before.couverture], [after.couverture]))
    except Refused as refusal:
        return Change([], [], str(refusal))


def difference(before: Rights, after: Rights) -> Change:
    """Who gains and who loses what between the two."""
    return Change(gains=_more_in(after, before), losses=_more_in(before, after))


def uncovered(before: Iterable[Couverture], after: Iterable[Couverture]) -> list[Manque]:
    """What nobody is left to do any more, the first lost on top; several conventions may share in one thing."""
    left = {sentence: periods for each in after for sentence, periods in each.items()}
    lost = {s: without(periods, left.get(s, [])) for each in before for s, periods in each.items()}
    return sorted(
        (Manque(sentence, days[0][0]) for sentence, days in lost.items() if days), key=lambda m: (m.first, m.sentence)
    )


def _more_in(one: Rights, other: Rights) -> list[Right]:
    """The rights of `one` on the days on which `other` does not have them."""
    found = [
        (utilisateur, role, first, end)
        for (utilisateur, role), periods in one.items()
        for first, end in without(periods, other.get((utilisateur, role), []))
    ]
    people = Utilisateur.objects.in_bulk({row[0] for row in found})
    rights = [
        Right(people[pk], role, first, end - timedelta(days=1) if end else None) for pk, role, first, end in found
    ]
    return sorted(rights, key=lambda r: (r.utilisateur.sort_key, r.role, r.first))


def without(periods: Periods, taken: Periods) -> Periods:
    """`periods` less the days of `taken`; both in order, ends not included, None for no end."""
    left = periods
    for start, end in taken:
        cut: Periods = []
        for first, last in left:
            if first < start:
                cut.append((first, start if last is None else min(last, start)))
            if end is not None and (last is None or last > end):
                cut.append((max(first, end), last))
        left = cut
    return left
