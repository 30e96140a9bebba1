"""The files that people give, kept on the disk, and the antivirus that reads them."""

import os
import re
import secrets
import socket
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

_NAME = re.compile(r"[0-9a-f]{32}")
_CHUNK = 64 * 1024
_SECONDS = 30
_PROOFS = "justificatifs"


def folder(place: str = _PROOFS) -> Path:
    """Where the files lie, under names that say nothing; never served by their address."""
    return settings.DATA_DIR / place


def keep(content: bytes, place: str = _PROOFS) -> str:
    """Writes the file whole or not at all; the name it is kept under."""
    folder(place).mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    partial = folder(place) / f".{name}.partial"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder(place) / name)
    return name


def content_of(name: str, place: str = _PROOFS) -> bytes | None:
    """What was kept under that name; None when it is no longer there."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return (folder(place) / name).read_bytes()
    except FileNotFoundError:
        return None


def destroy(name: str, place: str = _PROOFS) -> None:
    if _NAME.fullmatch(name):
        (folder(place) / name).unlink(missing_ok=True)


def kept(place: str = _PROOFS) -> Iterator[tuple[str, datetime]]:
    """Every file there, and when it was written."""
    if folder(place).is_dir():
        for path in folder(place).iterdir():
            if _NAME.fullmatch(path.name):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def has_antivirus() -> bool:
    return bool(settings.ANTIVIRUS)


def virus_in(content: bytes) -> str:
    """The name of the virus that clamd finds; nothing when it finds none.

    :raises OSError: when it cannot be asked, or does not answer as it should
    """
    with _connected() as clamd:
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!L", 0))
        answer = _answer(clamd)
    if answer == "stream: OK":
        return ""
    if found := re.fullmatch(r"stream: (.+) FOUND", answer):
        return found[1]
    raise OSError(f"clamd: {answer[:80]}")


def _connected() -> socket.socket:
    """A connection to `unix:/path` or `tcp:host:port`."""
    kind, _, address = settings.ANTIVIRUS.partition(":")
    if kind == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(_SECONDS)
        try:
            clamd.connect(address)
        except OSError:
            clamd.close()
            raise
        return clamd
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_SECONDS)


def _answer(clamd: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0"):
        part = clamd.recv(4096)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n").decode(errors="replace")
