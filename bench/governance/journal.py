"""Proving that the journal was not touched: seconds for a million entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.figures import Measured, load_average
from bench.governance.base import TENTH, WHOLE
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ENTRIES = 1_000_000


def measure(place: Place) -> Iterator[Measured]:
    """A million entries sealed and verified, and a tenth of them."""
    answers = []
    for size, entries in ((TENTH, ENTRIES // 10), (WHOLE, ENTRIES)):
        with helper(place, "bench.governance.inside", data.app_address(place.url, size)) as inside:
            answers.append(inside.ask(do="journal_entries", count=entries))
    small, large = answers
    detail = {"entries": large["entries"], "seals": large["outside"], "sealing_s": round(large["sealed"], 1)}
    seconds = large["verified"] * ENTRIES / large["entries"]
    yield Measured(
        "journal_verified_per_million", seconds, "s", "<= 60", detail | {"load": load_average()}, large["fault"]
    )
    yield Measured(
        "journal_growth_of_10", large["verified"] / small["verified"], "ratio", "<= 11", detail, small["fault"]
    )
