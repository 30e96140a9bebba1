"""The days of an exercice, when a Caf has not chosen its own."""

from datetime import date

from portail.afas.enums import Phase

# (day, month, years after the exercice) of the opening and of the due date: what the Caf de la Somme asked for 2023
# (services.md 1.4, W11). No national calendar was found: each Caf confirms its own.
OBSERVED = {
    Phase.PREVISIONNEL: ((15, 12, -1), (13, 2, 0)),
    Phase.ACTUALISE_JUIN: ((15, 6, 0), (10, 7, 0)),
    Phase.ACTUALISE_SEPTEMBRE: ((17, 9, 0), (12, 10, 0)),
    Phase.REEL: ((16, 1, 1), (31, 3, 1)),
}


def observed(exercice: int, phase: str) -> tuple[date, date]:
    """The usual opening and due date of this phase of the exercice."""
    opens, due = OBSERVED[Phase(phase)]
    return _day(exercice, opens), _day(exercice, due)


def _day(exercice: int, said: tuple[int, int, int]) -> date:
    day, month, after = said
    return date(exercice + after, month, day)


def years_later(day: date, years: int) -> date:
    """The same day of another year; a 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
