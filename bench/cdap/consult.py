"""One tab of a file, everything included, beside a bare Django view doing the same single indexed read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import data, load
from bench.cdap import base
from bench.figures import Measured, load_average, median, percentile
from bench.servers import helper, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

WARM_UP, ROUNDS, SECONDS, TAB = 1, 5, 2.0, "synthese"
PEOPLE, FILES = 16, 20
PARTS = {"ours": 0, "bare": 0, "part": -1, "ten": 9}  # asked for after each page


def measure(place: Place) -> Iterator[Measured]:
    """One client for the times, sixteen for the rate; the journal is counted around it all.

    A tab is measured as a page, as the first of a file is read; as the part of it that htmx asks for, as the nine
    others are; and as the ten are read, a page then nine parts.
    """
    few, many = base.FEW, base.MANY
    at = {size.files: _measured(place, size) for size in (few, many)}
    times, rates, spoiled = at[many.files]
    bare = times["bare"]
    for figure, ours in (("tab", times["ours"]), ("tab_by_htmx", times["part"])):
        for share, name in ((0.5, "p50"), (0.95, "p95")):
            ratio = percentile(ours, share) / percentile(bare, share)
            detail = {"ours_ms": round(percentile(ours, share), 2), "bare_ms": round(percentile(bare, share), 2)}
            detail |= {"files": many.files, "load": load_average()}
            yield Measured(f"{figure}_{name}_vs_bare", ratio, "ratio", "<= 3", detail, spoiled)
    growth = median(times["ours"]) / median(at[few.files][0]["ours"])
    detail = {"few": few.files, "many": many.files, "load": load_average()}
    yield Measured("tab_growth", growth, "ratio", "<= 1.15", detail, at[few.files][2])
    detail = {f"{name}_per_s": round(rate, 1) for name, rate in rates.items()} | {"load": load_average()}
    for figure, rate in (("tabs", "ours"), ("tabs_by_htmx", "part"), ("ten_tabs", "ten")):
        ratio = rates[rate] / rates["bare"]
        yield Measured(f"{figure}_sustained_vs_bare", ratio, "ratio", ">= 0.5", detail, spoiled)
    yield Measured("tabs_without_trace", float(rates["missing"]), "pages", "== 0", detail, spoiled)


def _measured(place: Place, size: base.Size) -> tuple[dict[str, list[float]], dict[str, float], str]:
    """Milliseconds of each kind of page, its rate with many clients, and what spoils them."""
    database = data.app_address(place.url, size.people)
    readers = base.readers(place, size, PEOPLE, FILES)
    with helper(place, "bench.cdap.inside", database) as inside:
        files = base.opened(inside, readers, TAB)
        before = inside.ask(do="traces")["count"]
        with (
            web(place, "web-tabs", database, ready="/connexion/") as ours,
            web(place, "web-bare-file", database, settings="bench.peers.bare_settings", ready="/ready") as bare,
        ):
            pages = {"ours": (ours, files["paths"]), "bare": (bare, base.bare_paths(readers))}
            pages |= dict.fromkeys(("part", "ten"), pages["ours"])
            one, many = (_in_turn(pages, files["cookies"][:clients]) for clients in (1, PEOPLE))
        ours = [seen[name] for seen in (one, many) for name in pages if name != "bare"]
        shown = sum(result.count(200) for results in ours for result in results)
        missing = shown - (inside.ask(do="traces")["count"] - before)
    results = [result for seen in (one, many) for each in seen.values() for result in each]
    wrong = [result.milliseconds.keys() for result in results if set(result.milliseconds) != {"200"}]
    rates = {name: median([result.per_second for result in each[WARM_UP:]]) for name, each in many.items()}
    times = {
        name: [ms for result in each[WARM_UP:] for ms in result.milliseconds.get("200", [])]
        for name, each in one.items()
    }
    spoiled = f"answers other than 200: {wrong}" if wrong else ""
    return times, rates | {"missing": missing}, spoiled


def _in_turn(pages: dict[str, tuple[int, list[list[str]]]], cookies: list[str]) -> dict[str, list[load.Result]]:
    """What each kind of page gives these people, one kind after the other in each round; the first warms up."""
    seen: dict[str, list[load.Result]] = {name: [] for name in pages}
    for _ in range(WARM_UP + ROUNDS):
        for name, (port, paths) in pages.items():
            people = zip(paths[: len(cookies)], cookies, strict=True)
            jobs: list[dict[str, Any]] = [
                {"paths": own, "cookie": cookie, "parts": PARTS[name]} for own, cookie in people
            ]
            seen[name].append(load.browse(port, SECONDS, jobs))
    return seen
