"""Sign-ins beside what the hash alone allows, and what happens when too many people sign in at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench import data, hashing, load
from bench.figures import Measured, load_average, median
from bench.front_door.pages import cookies, people_with_rights, some
from bench.servers import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ROUNDS, SECONDS = 3, 4.0
TRIED = (4, 8)
CROWD, CROWD_SECONDS = 40, 8.0
A_CLIENT = 400  # people set aside for each client of each run


class People:
    """Hands out people of the large base, never the same twice: a second sign-in would close sessions."""

    def __init__(self, place: Place) -> None:
        statement = """SELECT identifiant FROM comptes_utilisateur
                       WHERE closes_on IS NULL AND id > 30000 ORDER BY id"""
        self.left = iter(some(place, statement))

    def for_clients(self, count: int) -> list[list[str]]:
        return [[str(next(self.left)) for _ in range(A_CLIENT)] for _ in range(count)]


def measure(place: Place) -> Iterator[Measured]:
    """The hash and the sign-ins in turn, then the crowd."""
    database = data.app_address(place.url, data.LARGE)
    people = People(place)
    with web(place, "web-sign-in", database, ready="/connexion/") as port:
        yield _rate(port, people)
        yield from _crowd(place, port, people)


def _rate(port: int, people: People) -> Measured:
    load.sign_in(port, 1.0, people.for_clients(2), data.PASSWORD)  # warm-up
    hashes: list[float] = []
    seen: dict[int, list[load.Result]] = {count: [] for count in TRIED}
    for _ in range(ROUNDS):
        hashes.append(hashing.per_second(SECONDS))
        for count in TRIED:
            seen[count].append(load.sign_in(port, SECONDS, people.for_clients(count), data.PASSWORD))
    rates = {count: median([r.count(302) / r.seconds for r in results]) for count, results in seen.items()}
    others = {count: sum(r.total - r.count(302) for r in results) for count, results in seen.items()}
    served = {count: rate for count, rate in rates.items() if not others[count]}
    detail = {f"sign_ins_per_s_{count}_clients": round(rate, 1) for count, rate in rates.items()}
    detail |= {"hashes_per_s": round(median(hashes), 1), "cores": hashing.CORES, "load": load_average()}
    detail |= {f"refused_{count}_clients": refused for count, refused in others.items() if refused}
    spoiled = "" if served else f"sign-ins were refused: {[r.statuses for r in seen[TRIED[0]]]}"
    best = max(served.values(), default=0.0)
    return Measured("sign_in_vs_hash", best / median(hashes), "ratio", ">= 0.8", detail, spoiled)


def _crowd(place: Place, port: int, people: People) -> Iterator[Measured]:
    """A person browses alone, then while forty sign in without end."""
    client = {"paths": ["/"], "cookie": cookies(place, people_with_rights(place, 1))[0]}
    quiet = load.browse(port, 2.0, [client])
    crowd = load.start(
        kind="sign_in", port=port, seconds=CROWD_SECONDS, clients=people.for_clients(CROWD), password=data.PASSWORD
    )
    time.sleep(1)
    browsing = load.browse(port, CROWD_SECONDS - 2, [client])
    result = load.finish(crowd)
    detail = {
        "answers": result.statuses,
        "let_in_p95_ms": round(result.p95(302), 1) if result.count(302) else None,
        "let_in_per_s": round(result.count(302) / result.seconds, 1),
        "browsing_alone_p95_ms": round(quiet.p95(200), 1),
        "browsing_answers": browsing.statuses,
        "load": load_average(),
    }
    turned_away = result.count(503)
    unexpected = set(result.statuses) - {"302", "503"}
    spoiled = "" if turned_away else "nobody was turned away: everybody waits, and keeps the server's threads"
    spoiled = f"unexpected answers: {result.statuses}" if unexpected else spoiled
    away = result.p50(503) if turned_away else None
    yield Measured("sign_in_crowd_503_p50", away, "ms", "<= 200", detail, spoiled)
    broken = "" if set(browsing.statuses) == {"200"} else f"browsing answers: {browsing.statuses}"
    p95 = browsing.p95(200) if browsing.count(200) else None
    yield Measured("sign_in_crowd_browsing_p95", p95, "ms", "<= 1000", detail, broken)
