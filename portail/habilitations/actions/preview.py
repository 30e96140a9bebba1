"""What an act would change, shown by doing it and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from portail.comptes.models import Utilisateur
from portail.conventions.models import Convention
from portail.habilitations import queries, roles
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
        return Change(gains=_rights(after - before), losses=_rights(before - after))
    except Refused as refusal:
        return Change([], [], str(refusal))


def _rights(rows: set[tuple[int, str, date, date | None]]) -> list[Right]:
    people = Utilisateur.objects.in_bulk({row[0] for row in rows})
    rights = [
        Right(people[pk], role, first, last - timedelta(days=1) if last else None) for pk, role, first, last in rows
    ]
    return sorted(rights, key=lambda r: (r.utilisateur.sort_key, r.role, r.first))
