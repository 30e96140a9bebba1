"""Processes started for a measure: web servers under the product's own command, helpers that answer lines."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS, STOP_SECONDS = 30, 10


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def child(command: list[str], environment: dict[str, str], **streams: Any) -> Iterator[subprocess.Popen[Any]]:
    """A process in a group of its own; when left, for whatever reason, its whole group is ended."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, process_group=0, **streams)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ask the process to end, then end by force what remains of its group."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def web(place: Place, name: str, database: str, settings: str = "config.settings", ready: str = "/") -> Iterator[int]:
    """A web server as `tools/launch.py` runs it, on a free port, once `ready` answers; its port.

    :raises RuntimeError: with the end of its log, when it does not come up
    """
    port = free_port()
    listen = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    size = ["--workers", "2", "--blocking-threads", "6", "--respawn-failed-workers", "--no-access-log"]
    command = [sys.executable, "-m", "granian", *listen, *size, "config.wsgi:application"]
    environment = place.variables(
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE=settings,
        PORTAIL_PROCESS="web",
        PORTAIL_PUBLIC_URL=f"http://localhost:{port}",
        PORTAIL_DATA=str(place.folder),
    )
    log = place.folder / f"{name}.log"
    with log.open("wb") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        with child(command, environment, **streams) as process:
            _wait(process, port, ready, log)
            yield port


def _wait(process: subprocess.Popen[Any], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while (status := answered(port, path)) is None or status >= 500:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{path} answers {status}: {log.read_text(errors='replace')[-1500:]}")
        time.sleep(0.05)


def answered(port: int, path: str) -> int | None:
    """The status of a page, None when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Helper:
    """A process that answers each JSON line by a JSON line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **question: Any) -> dict[str, Any]:
        """:raises RuntimeError: with what it answered instead, when it fails"""
        if not self.process.stdin or not self.process.stdout:
            raise RuntimeError("a helper needs its two pipes")
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = dict(json.loads(line)) if line else {"error": f"the helper ended ({self.process.poll()})"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


@contextlib.contextmanager
def helper(place: Place, module: str, database: str, **variables: str) -> Iterator[Helper]:
    """A helper module of the bench, on this database; its stderr goes to a log."""
    environment = place.variables(DATABASE_URL=database, PORTAIL_DATA=str(place.folder), **variables)
    with (place.folder / f"{module}.log").open("wb") as log:
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log, "text": True}
        with child([sys.executable, "-m", module], environment, **streams) as process:
            yield Helper(process)


def serve(commands: dict[str, Any]) -> None:
    """The other side of a Helper: answer each line of stdin by the command that its `do` names."""
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = commands[question.pop("do")](**question)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
