"""The load client: keep-alive connections in a process of its own, the same for all peers.

`run` asks for a job from outside; `python -m bench.load` carries it out.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from bench.figures import median, percentile

HOST = "localhost"
IMPATIENCE = 0.2  # seconds
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
COOKIE = re.compile(rb"\r\nset-cookie: ([^=]+)=([^;\r]*)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass
class Result:
    """What a job saw: the milliseconds of each answer by status, over so many seconds."""

    seconds: float
    milliseconds: dict[str, list[float]] = field(default_factory=dict)

    def count(self, *statuses: int) -> int:
        return sum(len(self.milliseconds.get(str(status), [])) for status in statuses)

    @property
    def total(self) -> int:
        return sum(map(len, self.milliseconds.values()))

    @property
    def per_second(self) -> float:
        return self.total / self.seconds

    def p50(self, status: int) -> float:
        return median(self.milliseconds[str(status)])

    def p95(self, status: int) -> float:
        return percentile(self.milliseconds[str(status)], 0.95)

    @property
    def statuses(self) -> dict[str, int]:
        return {status: len(times) for status, times in self.milliseconds.items()}


def start(**job: Any) -> subprocess.Popen[str]:
    """Begin a job; `finish` gives its result."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if process.stdin is None:
        raise RuntimeError("no pipe to the load client")
    process.stdin.write(json.dumps(job))
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: subprocess.Popen[str]) -> Result:
    """:raises RuntimeError: when the job failed"""
    try:
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"the load client ended with {process.returncode}")
    return Result(**json.loads(output))


def browse(port: int, seconds: float, clients: list[dict[str, Any]]) -> Result:
    """Each client asks for its `paths` in turn, with its `cookie`, as fast as it is answered.

    After each page it asks for so many `parts`, as htmx does; -1 for parts only.
    """
    return finish(start(kind="browse", port=port, seconds=seconds, clients=clients))


def visit(port: int, paths: list[str], cookie: str) -> Result:
    """One client asks for each of these paths once, in order."""
    client = {"paths": paths, "cookie": cookie, "once": True}
    return finish(start(kind="browse", port=port, seconds=600, clients=[client]))


def sign_in(port: int, seconds: float, clients: list[list[str]], password: str) -> Result:
    """Each client signs in its people one after the other; statuses: 302 let in, 503 turned away."""
    job = {"kind": "sign_in", "port": port, "seconds": seconds, "clients": clients, "password": password}
    return finish(start(**job))


class Client:
    """One keep-alive connection; opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        reader, writer = self.streams
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await self._body(reader, head)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            self.streams = None
            raise
        return int(head[9:12]), head, body

    async def _body(self, reader: asyncio.StreamReader, head: bytes) -> bytes:
        if length := LENGTH.search(head):
            return await reader.readexactly(int(length[1]))
        if b"chunked" not in head.lower():
            return b""
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
        await reader.readline()
        return b"".join(parts)


def get(path: str, cookie: str = "", *, fragment: bool = False) -> bytes:
    """A GET as browsers send it."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "Accept: text/html", "User-Agent: bench"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if fragment:
        lines.append("HX-Request: true")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, cookie: str, fields: dict[str, str]) -> bytes:
    """A form as browsers send it."""
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: bench\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Watch:
    """Notes how long each answer took, once the clock runs."""

    def __init__(self, seconds: float) -> None:
        self.began = time.perf_counter()
        self.deadline = self.began + seconds
        self.seen: list[tuple[int, float]] = []

    def runs(self) -> bool:
        return time.perf_counter() < self.deadline

    async def ask(self, client: Client, request: bytes) -> tuple[int, bytes, bytes]:
        """The answer, noted; 0 stands for a connection cut."""
        began = time.perf_counter()
        try:
            status, head, body = await client.ask(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            status, head, body = 0, b"", b""
        self.seen.append((status, (time.perf_counter() - began) * 1000))
        return status, head, body


async def _browse(watch: Watch, port: int, paths: list[str], cookie: str, once: bool = False, parts: int = 0) -> None:
    client, of_page = Client(port), cycle([False, *[True] * parts] if parts >= 0 else [True])
    while True:
        for path in paths:
            if not watch.runs():
                return
            await watch.ask(client, get(path, cookie, fragment=next(of_page)))
        if once:
            return


async def _sign_in(watch: Watch, port: int, people: list[str], password: str) -> None:
    """A form's token and its cookie serve every sign-in of the client; the session cookies are dropped.

    Who is turned away tries again, far sooner than Retry-After says.
    """
    client = Client(port)
    _, head, body = await client.ask(get("/connexion/"))
    token = TOKEN.search(body)
    cookies = {name.decode(): value.decode() for name, value in COOKIE.findall(head)}
    if token is None:
        raise RuntimeError("no token in /connexion/")
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    for person in people:
        fields = {"csrfmiddlewaretoken": token[1].decode(), "login": person, "password": password}
        status = 503
        while status == 503:
            if not watch.runs():
                return
            status, _, _ = await watch.ask(client, post("/connexion/", cookie, fields))
            if status == 503:
                await asyncio.sleep(IMPATIENCE)
    raise RuntimeError("too few people for this time")


async def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Run all clients of the job together."""
    watch, port = Watch(job["seconds"]), job["port"]
    if job["kind"] == "browse":
        runs = [_browse(watch, port, **client) for client in job["clients"]]
    else:
        runs = [_sign_in(watch, port, people, job["password"]) for people in job["clients"]]
    await asyncio.gather(*runs)
    seconds = time.perf_counter() - watch.began
    times: dict[str, list[float]] = {str(status): [] for status in Counter(s for s, _ in watch.seen)}
    for status, milliseconds in watch.seen:
        times[str(status)].append(round(milliseconds, 2))
    return {"seconds": seconds, "milliseconds": times}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(carry_out(json.load(sys.stdin)))))
