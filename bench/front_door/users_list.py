"""The list of a convention's people filtered by a part of a name, beside Django admin's change list."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench import data, load
from bench.figures import Measured, load_average, median, percentile
from bench.front_door.pages import administrateur, cookies
from bench.servers import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ROUNDS, ASKED, SEED = 5, 30, 20260102
BIG, LITTLE = 1, 2  # the conventions of 10,000 and of 100 people


def parts() -> list[str]:
    """Three or four letters from the middle of known names, as somebody looking for one would type."""
    chance = random.Random(SEED)
    found = []
    for nom in chance.choices([nom for nom in data.NOMS if len(nom) > 4], k=ASKED):
        start = chance.randint(0, len(nom) - 4)
        found.append(nom[start : start + chance.choice((3, 4))].lower())
    return found


def ours(convention: int) -> list[str]:
    return [f"/conventions/{convention}/utilisateurs/?nom={quote(part)}" for part in parts()]


def admins(site: str) -> list[str]:
    list_of = f"{site}/conventions/rattachement/?convention__id__exact={BIG}"
    return [f"{list_of}&q={quote(part)}" for part in parts()]


def measure(place: Place) -> Iterator[Measured]:
    """One client; ours with 10,000 people, admin's with the same, ours with 100, in turn.

    The target was set beside admin as it comes; what it does with 25 rows a page stands in `detail`.
    """
    database = data.app_address(place.url, data.LARGE)
    big, little = (cookies(place, administrateur(place, convention))[0] for convention in (BIG, LITTLE))
    with (
        web(place, "web-list", database, ready="/connexion/") as product,
        web(place, "web-admin", database, settings="bench.peers.admin_settings", ready="/") as admin,
    ):
        runs = {
            "ours": (product, ours(BIG), big),
            "admin": (admin, admins(""), big),
            "admin_25_rows": (admin, admins("/short"), big),
            "ours_100_people": (product, ours(LITTLE), little),
        }
        seen: dict[str, list[load.Result]] = {name: [] for name in runs}
        for number in range(ROUNDS + 1):
            for name, run in runs.items():
                result = load.visit(*run)
                if number:  # the first round is the warm-up
                    seen[name].append(result)
    yield from _figures(seen)


def _figures(seen: dict[str, list[load.Result]]) -> Iterator[Measured]:
    statuses = {
        name: sorted({status for result in results for status in result.statuses}) for name, results in seen.items()
    }
    spoiled = f"answers other than 200: {statuses}" if any(each != ["200"] for each in statuses.values()) else ""
    times = {
        name: [t for result in results for t in result.milliseconds.get("200", [0.0])] for name, results in seen.items()
    }
    detail = {f"{name}_p50_ms": round(median(each), 1) for name, each in times.items()}
    p95 = {name: median([percentile(r.milliseconds.get("200", [0.0]), 0.95) for r in seen[name]]) for name in seen}
    detail |= {f"{name}_p95_ms": round(each, 1) for name, each in p95.items()} | {"load": load_average()}
    yield Measured("users_list_p95_vs_admin", _share(p95["ours"], p95["admin"]), "ratio", "<= 0.3333", detail, spoiled)
    growth = _share(p95["ours"], p95["ours_100_people"])
    yield Measured("users_list_p95_growth", growth, "ratio", "<= 1.5", detail, spoiled)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
