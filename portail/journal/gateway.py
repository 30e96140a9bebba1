"""Talks to the place outside the database where the seals are kept: files to which lines are only ever added."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

PREFIX = 8  # bytes of an entry's digest kept with its seal: enough to say which entry changed
_TAIL = 1 << 20


@dataclass(frozen=True)
class Sceau:
    """A seal as kept outside: its digest in full, and each entry it covers with the first bytes of its own."""

    last_entry: int
    digest: bytes
    sealed_at: datetime
    entries: dict[int, bytes] = field(repr=False)


@dataclass(frozen=True)
class Reprise:
    """The base was put back on purpose to what it was at the seal `last_entry` (0: none); what followed is lost."""

    last_entry: int
    digest: bytes
    noted_at: datetime
    reason: str


def folder() -> Path:
    return settings.SEALS_DIR


def lines() -> Iterator[Sceau | Reprise]:
    """Everything kept, oldest first. A line cut short by a failure is passed over: it was written again whole."""
    for path in _files():
        with path.open("rb") as file:
            for line in file:
                if (read := _read(line)) is not None:
                    yield read


def last_line() -> Sceau | Reprise | None:
    """The newest thing kept, without reading the rest."""
    for path in reversed(_files()):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            for line in reversed(file.readlines()):
                if (read := _read(line)) is not None:
                    return read
    return None


@contextmanager
def locked() -> Iterator[None]:
    """One writer at a time, whatever the process."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / "verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(line: Sceau | Reprise) -> None:
    """Adds one line, on the disk when it returns. To be called under `locked`.

    :raises OSError: when the place cannot be written
    """
    told_at = line.sealed_at if isinstance(line, Sceau) else line.noted_at
    month = f"sceaux-{told_at:%Y-%m}.jsonl"
    name = max([month, *(path.name for path in _files())])  # a clock set back must not mix the order
    with (folder() / name).open("ab") as file:
        _end_cut_line(file)
        file.write(json.dumps(_written(line), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _files() -> list[Path]:
    return sorted(folder().glob("sceaux-*.jsonl"))


def _end_cut_line(file: IO[bytes]) -> None:
    path = Path(file.name)
    if path.stat().st_size:
        with path.open("rb") as read:
            read.seek(-1, os.SEEK_END)
            if read.read() != b"\n":
                file.write(b"\n")


def _written(line: Sceau | Reprise) -> dict[str, Any]:
    if isinstance(line, Reprise):
        return {
            "reprise": line.last_entry,
            "empreinte": line.digest.hex(),
            "le": line.noted_at.isoformat(),
            "motif": line.reason,
        }
    return {
        "sceau": line.last_entry,
        "empreinte": line.digest.hex(),
        "le": line.sealed_at.isoformat(),
        "numeros": _ranges(line.entries),
        "lignes": b"".join(line.entries.values()).hex(),
    }


def _read(line: bytes) -> Sceau | Reprise | None:
    try:
        said = json.loads(line)
        digest, told_at = bytes.fromhex(said["empreinte"]), datetime.fromisoformat(said["le"])
        if "reprise" in said:
            return Reprise(said["reprise"], digest, told_at, said["motif"])
        numbers = [number for first, last in said["numeros"] for number in range(first, last + 1)]
        prefixes = bytes.fromhex(said["lignes"])
        pieces = [prefixes[start : start + PREFIX] for start in range(0, len(prefixes), PREFIX)]
        return Sceau(said["sceau"], digest, told_at, dict(zip(numbers, pieces, strict=True)))
    except (ValueError, KeyError, TypeError):
        return None


def _ranges(numbers: dict[int, bytes]) -> list[list[int]]:
    """[[first, last], …] of numbers in order that follow each other."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges
