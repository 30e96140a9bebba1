"""The search of rights across conventions: beside the same question written by hand, and on another day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bench import data
from bench.figures import Measured, load_average, median, percentile
from bench.governance.base import TENTH, WHOLE
from bench.servers import helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ASKED, ROUNDS, SEED = 16, 5, 20260103
BY_HAND = (1, ROUNDS)  # seconds a question: in the first and the last round only
YEARS_BACK = timedelta(days=2 * 365)
SERVICES = tuple(dict.fromkeys(service for _, service, _ in data.ROLES))


def questions() -> list[dict[str, str]]:
    """What people look for: a name, an organisation, a convention, a service, a role, or several of them."""
    chance, asked = random.Random(SEED), []
    for number in range(ASKED):
        role = chance.choice(data.ROLES)
        nom = chance.choice([nom for nom in data.NOMS if nom.isascii()]).lower()
        asked.append(
            (
                {"personne": nom},
                {"personne": nom[1:4], "service": role[1]},
                {"convention": str(1 + 10 * chance.randint(0, TENTH.conventions // 10 - 1))},
                {"role": role[2]},
                {"service": chance.choice(SERVICES)},
                {},
                {"organisme": f"organisme {chance.randint(1, 9)}", "role": role[2]},
                {"personne": nom, "role": role[2]},
            )[number % 8]
        )
    return asked


def measure(place: Place) -> Iterator[Measured]:
    """Today's search beside the hand-written one, two years back beside today, the whole base beside its tenth."""
    today, back = (date.today() - gone for gone in (timedelta(0), YEARS_BACK))
    with (
        helper(place, "bench.governance.inside", data.app_address(place.url, WHOLE)) as whole,
        helper(place, "bench.governance.inside", data.app_address(place.url, TENTH)) as tenth,
    ):
        runs: dict[str, tuple[Any, dict[str, Any]]] = {
            "ours": (whole, {"do": "search", "on": str(today)}),
            "by_hand": (whole, {"do": "search_by_hand", "on": str(today)}),
            "page": (whole, {"do": "search_page", "on": str(today)}),
            "two_years_back": (whole, {"do": "search", "on": str(back)}),
            "tenth": (tenth, {"do": "search", "on": str(today)}),
        }
        seen: dict[str, list[dict[str, Any]]] = {name: [] for name in runs}
        for number in range(ROUNDS + 1):
            for name, (inside, question) in runs.items():
                if name == "by_hand" and number not in BY_HAND:
                    continue
                answer = inside.ask(**question, questions=questions())
                if number:  # the first round is the warm-up
                    seen[name].append(answer)
    yield from _figures(seen)


def _figures(seen: dict[str, list[dict[str, Any]]]) -> Iterator[Measured]:
    p95 = {name: median([percentile(one["milliseconds"], 0.95) for one in each]) for name, each in seen.items()}
    p50 = {name: median([median(one["milliseconds"]) for one in each]) for name, each in seen.items()}
    found = seen["ours"][0]["found"]
    wrong = sum(a != b for a, b in zip(found, seen["by_hand"][0]["found"], strict=True))
    spoiled = f"{wrong} answers differ from the hand-written statement's" if wrong else ""
    detail = {f"{name}_p95_ms": round(value, 1) for name, value in p95.items()}
    detail |= {f"{name}_p50_ms": round(value, 1) for name, value in p50.items()}
    detail |= {"lines": [len(lines) for lines in found], "load": load_average()}
    yield Measured("search_p95_vs_sql", p95["ours"] / p95["by_hand"], "ratio", "<= 3", detail, spoiled)
    nothing = "" if any(seen["two_years_back"][0]["found"]) else "nobody had a right two years back"
    travel = p95["two_years_back"] / p95["ours"]
    yield Measured("time_travel_vs_today", travel, "ratio", "<= 2", detail, nothing)
    growth = WHOLE.users // TENTH.users
    yield Measured("search_growth_of_10", p95["ours"] / p95["tenth"], "ratio", f"<= {growth}", detail)
