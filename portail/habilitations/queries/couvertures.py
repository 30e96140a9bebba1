"""What the services need somebody for: each tells its own in words, with the days on which somebody may do it."""

from collections.abc import Callable
from datetime import date

from portail.habilitations.queries import Periods

Couverture = dict[str, Periods]  # what is said once nobody is left → when somebody is there, as `current_rights` tells
Finder = Callable[[int, date], Couverture]
FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Called by the `apps.py` of a service whose work somebody of the convention must be able to do."""
    FINDERS.append(finder)


def covered(convention: int, on: date) -> Couverture:
    """From that day on, what the people of the convention have a part in, and when somebody covers it."""
    return {sentence: periods for finder in FINDERS for sentence, periods in finder(convention, on).items()}
