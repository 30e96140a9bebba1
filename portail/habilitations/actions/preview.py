"""What an act would change, shown by doing it and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from portail.comptes.models import Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import queries, roles
from portail.habilitations.queries import Periods
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


@dataclass(frozen=True)
class Change:
    """Who gains and who loses what; `refusal` when a rule forbids the act."""

    gains: list[Right]
    losses: list[Right]
    refusal: str | None = None

    @property
    def people(self) -> int:
        return len({right.utilisateur.pk for right in [*self.gains, *self.losses]})


Rights = dict[tuple[int, str], Periods]


class _TakenBack(Exception):
    pass


def preview(convention: Convention, on: date, act: Callable[[], object]) -> Change:
    """Carries out the real action, looks at the rights before and after, and rolls everything back."""
    before = queries.current_rights(convention.pk, on)
    after = before
    try:
        with transaction.atomic():
            act()
            after = queries.current_rights(convention.pk, on)
            raise _TakenBack
    except _TakenBack:
        return difference(before, after)
    except Refused as refusal:
        return Change([], [], str(refusal))


def difference(before: Rights, after: Rights) -> Change:
    """Who gains and who loses what between the two."""
    return Change(gains=_more_in(after, before), losses=_more_in(before, after))


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
