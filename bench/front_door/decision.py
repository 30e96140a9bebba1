"""« May U use R of S under C today »: 100,000 people, 10,000 groups of depth 3, 1,000 random questions."""

from __future__ import annotations

import contextlib
import random
import sys
from typing import TYPE_CHECKING, Any

import psycopg

from bench import data
from bench.figures import Measured, load_average, median
from bench.servers import Helper, helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

QUESTIONS, ROUNDS, SEED = 1_000, 7, 20260101
COMMANDS = {"casbin": ("indexed",), "oso": ("policy", "lookup")}
# The Pythons that oso publishes wheels for; on others it is not expected, and is not counted against us.
OSO_PYTHONS = ((3, 7), (3, 12))


def questions(place: Place, size: data.Size) -> list[tuple[int, str, int]]:
    """Who, which role, under which convention: four in five about a convention the person serves."""
    chance = random.Random(SEED)
    with psycopg.connect(data.address(place.url, database=size.name)) as connection:
        served = connection.execute(
            "SELECT utilisateur_id, convention_id FROM conventions_rattachement ORDER BY id"
        ).fetchall()
    asked = []
    for number in range(QUESTIONS):
        utilisateur, convention = chance.choice(served)
        if number % 5 == 0:
            convention = chance.randint(1, size.conventions)
        asked.append((utilisateur, chance.choice(data.ROLES)[2], convention))
    return asked


class Contest:
    """Contestants asked the same questions in turn, several times; who answers otherwise than the first is noted."""

    def __init__(self) -> None:
        self.contestants: dict[str, tuple[Helper, str, list[Any]]] = {}
        self.seconds: dict[str, list[float]] = {}
        self.wrong: dict[str, int] = {}

    def enter(self, name: str, contestant: Helper, command: str, asked: list[Any]) -> None:
        """Let in a contestant, after a warm-up."""
        contestant.ask(do=command, questions=asked)
        self.contestants[name] = (contestant, command, asked)
        self.seconds[name] = []

    def run(self, rounds: int) -> None:
        expected: dict[int, list[bool]] = {}
        for _ in range(rounds):
            for name, (contestant, command, asked) in self.contestants.items():
                answer = contestant.ask(do=command, questions=asked)
                self.seconds[name].append(answer["seconds"])
                right = expected.setdefault(id(asked), answer["answers"])
                self.wrong[name] = sum(a != b for a, b in zip(answer["answers"], right, strict=True))
        self.allowed = sum(next(iter(expected.values())))

    def per_second(self, name: str) -> float:
        """The median over the rounds."""
        return QUESTIONS / median(self.seconds[name])


def measure(place: Place) -> Iterator[Measured]:
    """Ours beside the hand-written statement, casbin, oso, and ourselves with 1,000 people."""
    large, small = (data.app_address(place.url, size) for size in data.SIZES)
    contest, notes = Contest(), {}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(helper(place, "bench.inside", large))
        ours_small = stack.enter_context(helper(place, "bench.inside", small))
        asked, asked_small = questions(place, data.LARGE), questions(place, data.SMALL)
        contest.enter("prepared", ours, "prepared", asked)
        contest.enter("ours", ours, "product", asked)
        contest.enter("ours_small", ours_small, "product", asked_small)
        for name in ("casbin", "oso"):
            peer = stack.enter_context(helper(place, f"bench.peers.{name}_rights", large))
            notes[name] = peer.ask(do="load")
            for command in [] if "missing" in notes[name] else COMMANDS[name]:
                contest.enter(f"{name}_{command}", peer, command, asked)
        contest.run(ROUNDS)
    yield from _figures(contest, notes)


def _figures(contest: Contest, notes: dict[str, dict[str, Any]]) -> Iterator[Measured]:
    rates = {name: contest.per_second(name) for name in contest.seconds}
    detail: dict[str, Any] = {f"{name}_per_s": round(rate) for name, rate in rates.items()}
    detail |= {"questions": QUESTIONS, "rounds": ROUNDS, "allowed": contest.allowed, "load": load_average()}
    ours, wrong = rates["ours"], {name: count for name, count in contest.wrong.items() if count}
    spoiled = f"different answers than the hand-written statement: {wrong}" if wrong else ""
    yield Measured("decision_vs_prepared", ours / rates["prepared"], "ratio", ">= 0.5", detail, spoiled)
    loading = {"casbin_load_s": round(notes["casbin"]["seconds"], 1)}
    yield Measured("decision_vs_casbin", ours / rates["casbin_indexed"], "ratio", ">= 1", detail | loading, spoiled)
    yield _oso(ours, rates, notes["oso"], spoiled)
    growth = rates["ours_small"] / ours
    people = {"users": [data.SMALL.users, data.LARGE.users], "groupes": [data.SMALL.groupes, data.LARGE.groupes]}
    yield Measured("decision_growth", growth, "ratio", "<= 1.3", detail | people, spoiled)


def _oso(ours: float, rates: dict[str, float], notes: dict[str, Any], spoiled: str) -> Measured:
    if "oso_policy" in rates:
        found = {f"{name}_per_s": round(rate) for name, rate in rates.items() if name.startswith(("ours", "oso"))}
        found["oso_load_s"] = round(notes["seconds"], 1)
        return Measured("decision_vs_oso", ours / rates["oso_policy"], "ratio", ">= 10", found, spoiled)
    first, last = OSO_PYTHONS
    is_expected = first <= sys.version_info[:2] <= last
    version = ".".join(map(str, sys.version_info[:2]))
    excused = "" if is_expected else f"oso has no wheel for Python {version}"
    return Measured("decision_vs_oso", None, "ratio", ">= 10", {"oso": notes["missing"]}, excused=excused)
