"""Web workers and PostgreSQL killed while a thousand tabs are read: each page shown has left its trace."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench import data
from bench.cdap import base
from bench.cdap.consult import TAB
from bench.figures import Measured, load_average
from bench.servers import helper, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

PAGES, CLIENTS, PATIENCE = 1_000, 8, 300.0
BETWEEN = 40  # pages shown between two kills
FILES = 10  # of each: with those of the other measures, within the quota of an hour


def measure(place: Place) -> Iterator[Measured]:
    """Again and again a worker dies, and once, half-way, a backend: PostgreSQL ends all and recovers from its log."""
    size = base.FEW
    database = data.app_address(place.url, size.people)
    readers = base.readers(place, size, CLIENTS, FILES)
    with helper(place, "bench.cdap.inside", database) as inside:
        files = base.opened(inside, readers, TAB)
    seen = Seen()
    with web(place, "web-crash", database, ready="/connexion/") as port:
        killer = threading.Thread(target=_kill, args=(port, data.address(place.url, database=size.people.name), seen))
        clients = [
            threading.Thread(target=_read, args=(port, files["cookies"][n], files["paths"][n], seen))
            for n in range(CLIENTS)
        ]
        for thread in (killer, *clients):
            thread.start()
        for thread in (*clients, killer):
            thread.join()
    with helper(place, "bench.cdap.inside", database) as inside:
        missing = inside.ask(do="traced", requests=seen.shown)["missing"]
    detail: dict[str, float] = {"shown": len(seen.shown), "workers_killed": seen.killed, "recoveries": seen.recovered}
    detail |= {"failed_requests": seen.failed, "load": load_average()}
    spoiled = "" if len(seen.shown) >= PAGES and seen.killed and seen.recovered else "too little was shown or killed"
    yield Measured("pages_without_trace_after_kills", float(len(missing)), "pages", "== 0", detail, spoiled)


class Seen:
    """What all threads note together; a list's append is atomic."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.failed = self.killed = self.recovered = 0
        self.deadline = time.monotonic() + PATIENCE

    def goes_on(self) -> bool:
        return len(self.shown) < PAGES and time.monotonic() < self.deadline


def _read(port: int, cookie: str, paths: list[str], seen: Seen) -> None:
    turn = 0
    while seen.goes_on():
        turn += 1
        request = _page(port, paths[turn % len(paths)], cookie)
        if request:
            seen.shown.append(request)
        else:
            seen.failed += 1
            time.sleep(0.05)


def _page(port: int, path: str, cookie: str) -> str:
    """The number of the request whose whole page was received; nothing for any other answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
        answer = connection.getresponse()
        page = answer.read()
        is_whole = answer.status == 200 and page.rstrip().endswith(b"</html>") and b'id="dossier"' in page
        return (answer.getheader("X-Request-Id") or "") if is_whole else ""
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def _kill(port: int, database: str, seen: Seen) -> None:
    """However slow the machine: by the pages shown, not by the clock."""
    while seen.goes_on():
        time.sleep(0.02)
        if len(seen.shown) < (seen.killed + 1) * BETWEEN:
            continue
        for worker in _workers(port)[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                seen.killed += 1
        if not seen.recovered and len(seen.shown) >= PAGES / 2:
            seen.recovered += _crash(database)


def _workers(port: int) -> list[int]:
    """The children of the server that listens on this port."""
    parents = {pid for pid, command, _ in _processes() if f"--port\0{port}\0".encode() in command}
    return [pid for pid, _, parent in _processes() if parent in parents and pid not in parents] or [
        pid for pid, command, parent in _processes() if parent in parents
    ]


def _processes() -> Iterator[tuple[int, bytes, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), (folder / "cmdline").read_bytes(), int(stat[1])


def _crash(database: str) -> int:
    """Kills the backend that serves this very connection; 1 once PostgreSQL takes connections again."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(database) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        connection.execute("SELECT 1")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(database):
            return 1
        time.sleep(0.1)
    return 0
