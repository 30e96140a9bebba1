"""The front door: rights, home, list of people, sign-in, start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.figures import measured
from bench.front_door import decision, home, sign_in, start, users_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "front-door"
STEPS = (
    ("decision", decision.measure),
    ("home", home.measure),
    ("users_list", users_list.measure),
    ("sign_in", sign_in.measure),
)


def figures(place: Place) -> Iterator[Figure]:
    """All of them, on bases made for them and removed after."""
    data.remake(place.url, place.environment)
    try:
        yield from measured(GROUP, STEPS, place)
    finally:
        data.drop(place.url)
    yield from measured(GROUP, [("start", start.measure)], place)
