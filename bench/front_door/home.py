"""The signed-in home page beside a bare Django view under the same server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data, load
from bench.figures import Measured, load_average, median, percentile
from bench.front_door.pages import cookies, people_with_rights
from bench.servers import helper, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

CLIENTS, ROUNDS, SECONDS = (1, 8, 32), 4, 2.0
# LemonLDAP::NG's menu page and Canaille's profile gave about 65/s to one client on such a machine.
PEERS_PER_S = 65


def measure(place: Place) -> Iterator[Measured]:
    """Queries first, then requests per second: the bare view and ours in turn, as many clients each time."""
    database = data.app_address(place.url, data.LARGE)
    known = cookies(place, people_with_rights(place, max(CLIENTS)))
    yield _queries(place, database, known[0])
    with (
        web(place, "web-home", database, ready="/connexion/") as ours,
        web(place, "web-bare", database, settings="bench.peers.bare_settings", ready="/ready") as bare,
    ):
        for count in CLIENTS:
            yield from _compare(bare, ours, known[:count])


def _queries(place: Place, database: str, cookie: str) -> Measured:
    with helper(place, "bench.inside", database) as inside:
        seen = inside.ask(do="queries", path="/", cookie=cookie)
    spoiled = "" if seen["status"] == 200 else f"the home page answers {seen['status']}"
    return Measured("home_queries", seen["queries"], "queries", "<= 8", {"statements": seen["statements"]}, spoiled)


def _compare(bare: int, ours: int, known: list[str]) -> Iterator[Measured]:
    """Ours beside the bare table of twenty rows; the least page there can be is told beside, without a target."""
    pages, count = {"bare": (bare, "/"), "least": (bare, "/least"), "ours": (ours, "/")}, len(known)
    for page in pages.values():
        _browse(page, SECONDS / 2, known)  # warm-up
    seen: dict[str, list[load.Result]] = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, page in pages.items():
            seen[name].append(_browse(page, SECONDS, known))
    rate = {name: median([result.per_second for result in results]) for name, results in seen.items()}
    times = [one for result in seen["ours"] for one in result.milliseconds.get("200", [0.0])]
    detail = {f"{name}_per_s": round(each, 1) for name, each in rate.items()}
    detail |= {"p50_ms": round(median(times), 1), "p95_ms": round(percentile(times, 0.95), 1), "load": load_average()}
    spoiled = _not_all_200([result for results in seen.values() for result in results])
    ratio, target = rate["ours"] / rate["bare"], ">= 0.5"
    yield Measured(
        f"home_vs_bare_view_{count}_clients" if count > 1 else "home_vs_bare_view_1_client",
        ratio,
        "ratio",
        target,
        detail,
        spoiled,
    )
    if count == 1:
        yield Measured("home_per_s_1_client", rate["ours"], "1/s", f">= {3 * PEERS_PER_S}", detail, spoiled)


def _browse(page: tuple[int, str], seconds: float, cookies: list[str]) -> load.Result:
    port, path = page
    return load.browse(port, seconds, [{"paths": [path], "cookie": cookie} for cookie in cookies])


def _not_all_200(results: list[load.Result]) -> str:
    others = [result.statuses for result in results if set(result.statuses) != {"200"}]
    return f"answers other than 200: {others}" if others else ""
