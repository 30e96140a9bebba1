"""AFAS: échéances opened, declarations listed, typed, transmitted and worked out, with a whole country's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.afas import base, jobs, lists, rush
from bench.figures import measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "afas"
STEPS = (
    ("lists", lists.measure),
    ("saving", lists.measure_saving),
    ("droits", jobs.measure_droits),
    ("rush", rush.measure),
    ("opening", jobs.measure_opening),
)


def figures(place: Place) -> Iterator[Figure]:
    """All of them, on a base made for them and removed after; the opening, which adds to it, comes last."""
    data.remake(place.url, place.environment, (base.SIZE,))
    try:
        base.complete(place.url, base.WHOLE)
        yield from measured(GROUP, STEPS, place)
    finally:
        data.drop(place.url, (base.SIZE,))
