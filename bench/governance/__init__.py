"""Governance: search of rights, time travel, campaigns, daily jobs, imports, proof of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.figures import measured
from bench.governance import base, jobs, journal, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "governance"
STEPS = (
    ("search", search.measure),
    ("jobs", jobs.measure),
    ("journal", journal.measure),
)


def figures(place: Place) -> Iterator[Figure]:
    """All of them, on a base and on its tenth, made for them and removed after."""
    data.remake(place.url, place.environment, base.SIZES)
    try:
        for size in base.SIZES:
            base.complete(place, size)
        yield from measured(GROUP, STEPS, place)
    finally:
        data.drop(place.url, base.SIZES)
