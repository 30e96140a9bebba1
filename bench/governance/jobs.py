"""What the portal does by itself, each day or on demand: over all in a minute, and no faster than the data grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import data
from bench.figures import Measured, load_average
from bench.governance.base import TENTH, WHOLE
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

IMPORTED, ASKED = 5_000, 20_000  # people of a file, lines of a campaign


def measure(place: Place) -> Iterator[Measured]:
    """Daily jobs over all, and an import of 5,000 people, on the whole base and on its tenth."""
    with (
        helper(place, "bench.governance.inside", data.app_address(place.url, WHOLE)) as whole,
        helper(place, "bench.governance.inside", data.app_address(place.url, TENTH)) as tenth,
    ):
        yield from _daily(tenth.ask(do="daily")["seconds"], whole.ask(do="daily")["seconds"])
        yield from _campaign(tenth.ask(do="prepare_campaign"), whole.ask(do="prepare_campaign"))
        small = tenth.ask(do="import_people", count=IMPORTED // 10)
        large = whole.ask(do="import_people", count=IMPORTED)
    detail = {f"{name}_s": round(large[name], 2) for name in ("rehearsed", "applied")} | {"load": load_average()}
    spoiled = "" if large["people"] == IMPORTED else f"{large['people']} people made, {large['etat']}"
    yield Measured("import_rehearsed", large["rehearsed"], "s", "<= 10", detail, spoiled)
    yield Measured("import_applied", large["applied"], "s", "<= 60", detail, spoiled)
    yield Measured("import_growth_of_10", large["applied"] / small["applied"], "ratio", "<= 10", detail, spoiled)


def _daily(small: dict[str, float], large: dict[str, float]) -> Iterator[Measured]:
    detail = {f"{name}_s": round(seconds, 2) for name, seconds in large.items()} | {"load": load_average()}
    yield Measured("daily_jobs", sum(large.values()), "s", "<= 60", detail)
    growth = sum(large.values()) / sum(small.values())
    yield Measured("daily_jobs_growth_of_10", growth, "ratio", "<= 10", detail)


def _campaign(small: dict[str, Any], large: dict[str, Any]) -> Iterator[Measured]:
    detail = {"lines": large["lines"], "load": load_average()}
    spoiled = "" if large["lines"] >= ASKED else f"{large['lines']} lines only, {large['etat']}"
    yield Measured("campaign_prepared", large["seconds"] * ASKED / (large["lines"] or 1), "s", "<= 30", detail, spoiled)
    growth = large["seconds"] / small["seconds"]
    yield Measured("campaign_growth_of_10", growth, "ratio", "<= 10", detail, spoiled)
