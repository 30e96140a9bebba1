"""What runs behind: all échéances of a day opened, all rights of a Caf-year worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.afas.base import CAFS, SIZE, WHOLE
from bench.figures import Measured, load_average
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

DROITS = 2_000  # of a Caf-year, as the target counts


def measure_opening(place: Place) -> Iterator[Measured]:
    """One declaration with its sheets for each activité of the country, and its people called; then nothing more."""
    with helper(place, "bench.afas.inside", data.app_address(place.url, SIZE)) as inside:
        first, again = inside.ask(do="open_all"), inside.ask(do="open_all")
    detail = {name: first[name] for name in ("echeances", "declarations")}
    detail |= {"again_s": round(again["seconds"], 2), "load": load_average()}
    is_whole = (first["echeances"], first["declarations"]) == (CAFS, WHOLE.total)
    spoiled = "" if is_whole and not again["declarations"] else f"opened {first}, then {again}"
    yield Measured("opening", first["seconds"], "s", "<= 60", detail, spoiled)


def measure_droits(place: Place) -> Iterator[Measured]:
    """Worked out once and kept, then worked out again: as many, none otherwise."""
    with helper(place, "bench.afas.inside", data.app_address(place.url, SIZE)) as inside:
        made, again = inside.ask(do="make_droits"), inside.ask(do="recompute")
    detail = {"droits": again["done"], "differing": again["differing"], "load": load_average()}
    detail |= {"seconds": round(again["seconds"], 2), "first_run_s": round(made["seconds"], 2)}
    is_same = again["finished"] and again["done"] == made["made"] and not again["differing"]
    spoiled = "" if is_same else f"made {made}, then {again}"
    seconds = again["seconds"] * DROITS / (again["done"] or 1)
    yield Measured("recompute_2000_droits", seconds, "s", "<= 20", detail, spoiled)
