"""How long `make demo` takes, the second time, until a page is answered."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Measured, load_average
from bench.servers import answered, child, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

FIRST_SECONDS, SECOND_SECONDS, STOP_SECONDS = 240, 60, 30
PAGE = "/connexion/"
# What would send the demo to the bench's own base.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")


def measure(place: Place) -> Iterator[Measured]:
    """Twice in a folder made for it; the figure is the second start."""
    folder = place.folder / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        first = start_and_stop(folder, FIRST_SECONDS)
        second = start_and_stop(folder, SECOND_SECONDS)
        # « Préparation… » here means that somebody changed the code between the two starts.
        said = log_of(folder).read_text(errors="replace").split("\n\n")[0][:500]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    detail = {"first_start_s": round(first, 1), "page": PAGE, "load": load_average(), "second_start_said": said}
    yield Measured("demo_second_start", second, "s", "<= 5", detail)


def start_and_stop(folder: Path, patience: float) -> float:
    """Seconds from `make demo` to its first answered page; it is stopped before returning.

    :raises RuntimeError: with what it said, when it does not answer
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), log_of(folder)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PORT": str(port), "PORTAIL_DATA": str(folder)}
    with log.open("wb") as output:
        began = time.perf_counter()
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        with child(["make", "--no-print-directory", "demo"], environment, **streams) as make:
            try:
                while answered(port, PAGE) != 200:
                    if make.poll() is not None or time.perf_counter() - began > patience:
                        raise RuntimeError(f"make demo does not answer: {log.read_text(errors='replace')[-1500:]}")
                    time.sleep(0.05)
                return time.perf_counter() - began
            finally:
                _stop(make)


def log_of(folder: Path) -> Path:
    """What `make demo` says."""
    return folder.with_name("make-demo.log")


def _stop(make: subprocess.Popen[bytes]) -> None:
    """Let the launcher stop what it started: database, server, worker."""
    if make.poll() is None:
        os.killpg(make.pid, signal.SIGTERM)
        make.wait(STOP_SECONDS)
