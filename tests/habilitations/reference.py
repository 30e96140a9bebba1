"""The effective right as domain.md §3 says it, in plain Python: what the SQL view is compared with."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included; None: no end; an end before the beginning covers no day."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass
class Model:
    """Facts by number; a list of spans is a history of the same fact."""

    people: list[Span] = field(default_factory=list)
    conventions: list[tuple[Span, date | None, list[Span]]] = field(default_factory=list)  # open, validated, suspended
    bulletins: list[tuple[int, str, Span]] = field(default_factory=list)  # convention, service
    bulletin_roles: list[tuple[int, str, Span]] = field(default_factory=list)  # bulletin
    rattachements: list[tuple[int, int, Span]] = field(default_factory=list)  # person, convention
    groupes: list[tuple[int, int | None, Span]] = field(default_factory=list)  # convention, parent
    groupe_roles: list[tuple[int, str, Span]] = field(default_factory=list)  # groupe
    appartenances: list[tuple[int, int, Span]] = field(default_factory=list)  # rattachement, groupe
    asked: dict[int, date] = field(default_factory=dict)  # from when a role of a bulletin asks for a proof
    proofs: list[tuple[int, str, bool, Span]] = field(default_factory=list)  # person, checked
    unused: list[tuple[int, str, Span]] = field(default_factory=list)  # rattachement, service

    def rights(self, day: date) -> set[tuple[int, str]]:
        """(rattachement, role) of every right of that day."""
        return {
            (rattachement, role)
            for rattachement, groupe, span in self.appartenances
            if day in span
            for role in self.roles_of_line(groupe, day) & self.usable_roles(rattachement, day)
            if self.is_open(rattachement, day)
        }

    def is_open(self, rattachement: int, day: date) -> bool:
        person, convention, span = self.rattachements[rattachement]
        opened, validated_on, suspensions = self.conventions[convention]
        is_active = day in opened and validated_on is not None and validated_on <= day
        return day in self.people[person] and day in span and is_active and not any(day in s for s in suspensions)

    def usable_roles(self, rattachement: int, day: date) -> set[str]:
        """Opened by a bulletin, proved where it asks, and not stopped for want of use."""
        person, convention, _ = self.rattachements[rattachement]
        proved = {role for who, role, is_checked, span in self.proofs if who == person and is_checked and day in span}
        stopped = {service for of, service, span in self.unused if of == rattachement and day in span}
        return {
            role
            for n, role in self.opened_roles(convention, day)
            if role.partition(".")[0] not in stopped and (n not in self.asked or day < self.asked[n] or role in proved)
        }

    def opened_roles(self, convention: int, day: date) -> list[tuple[int, str]]:
        """(number of the line of the bulletin, role)."""
        bulletins = {n for n, (of, _, span) in enumerate(self.bulletins) if of == convention and day in span}
        return [
            (n, role)
            for n, (bulletin, role, span) in enumerate(self.bulletin_roles)
            if bulletin in bulletins and day in span
        ]

    def roles_of_line(self, groupe: int, day: date) -> set[str]:
        _, parent, span = self.groupes[groupe]
        own = {role for of, role, held in self.groupe_roles if of == groupe and day in held and day in span}
        return own if parent is None else own & self.roles_of_line(parent, day)
