"""What the launcher's commands stand on: prerequisites, locks, stamps, programs run, virtual environment.

Standard library only. Older Pythons must still be able to read the launcher's files, so that they are
refused by a sentence and not by a syntax error.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from devpg import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Environment = dict[str, str]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PORTAIL_DATA") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
# A long job never holds up a mail, a seal or a watch: the units of docs/exploitation/installer.md say the same.
WORKERS = {"worker": "courriels,journal,entretien", "worker-long": "imports,verification"}
RUNTIME_LOCK, DEV_LOCK, BENCH_LOCK = "requirements.lock", "requirements-dev.lock", "requirements-bench.lock"
LOCK_GROUPS = {
    RUNTIME_LOCK: ["demo"],
    DEV_LOCK: ["demo", "dev"],
    BENCH_LOCK: ["demo", "dev", "bench"],
}
INCLUDED_LOCKS = {DEV_LOCK: [RUNTIME_LOCK]}  # what an installed lock satisfies besides itself
OLDEST_PYTHON = (3, 11)


class Busy(Exception):
    """Another process holds the lock."""


def say(sentence: str) -> None:
    """Tell the person what goes on; on stderr, so that stdout holds results only."""
    print(sentence, file=sys.stderr, flush=True)


# What must be there first


def version_refusal(version: tuple[int, int]) -> str | None:
    """Why this Python cannot run the portal, or None."""
    if version >= OLDEST_PYTHON:
        return None
    return (
        f"Python {version[0]}.{version[1]} est trop ancien : il faut Python 3.11 ou plus récent. "
        "Installez-le, puis désignez-le : PYTHON=python3.11 make demo"
    )


def venv_refusal(missing: Iterable[str]) -> str | None:
    """Why no virtual environment can be made when these modules are missing, or None."""
    if not (names := ", ".join(missing)):
        return None
    return (
        f"Il manque à Python de quoi créer un environnement (module {names}) : "
        "sous Debian ou Ubuntu, « apt install python3-venv », puis relancez."
    )


def check_prerequisites() -> None:
    """Refuse, by a sentence, a machine on which nothing can work."""
    if refusal := version_refusal(sys.version_info[:2]):
        raise Problem(refusal)


def chosen_port(raw: str) -> int:
    """The port number written in PORT."""
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        raise Problem(f"PORT vaut « {raw} » : donnez un nombre de 1 à 65535, par exemple PORT=8001 make demo")
    return int(raw)


def port_is_free(port: int) -> bool:
    """Can this port of the local machine be listened on?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def port_refusal(port: int) -> str | None:
    """Why the portal cannot listen on this port, or None."""
    if port_is_free(port):
        return None
    other = next((number for number in range(max(port + 1, 8000), 65536) if port_is_free(number)), 8000)
    return (
        f"Le port {port} n'est pas libre sur cette machine : arrêtez le programme qui l'occupe, "
        f"ou choisissez un autre port : PORT={other} make demo"
    )


# Stamps and locks


def fingerprint(paths: Iterable[Path]) -> str:
    """One SHA-256 for the names and contents of these files and of all files under these folders."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                total.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def up_to_date(stamp: Path, content: str) -> bool:
    """Does the stamp hold exactly this content?"""
    return stamp.is_file() and stamp.read_text() == content


@contextlib.contextmanager
def locked(path: Path, waiting: str = "") -> Iterator[None]:
    """Hold this file or folder alone; another's end is awaited after saying `waiting`.

    :raises Busy: when another process holds it and `waiting` is empty
    """
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waiting:
                raise Busy from None
            say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# Running programs


def quiet(command: list[str], what: str, env: Environment | None = None) -> None:
    """Run a program in the checkout without showing what it says, unless it fails.

    :raises Problem: with what it said
    """
    result = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode:
        said = (result.stdout + result.stderr).strip().splitlines()
        raise Problem("\n".join([f"{what} : échec.", *said[-200:]]))


def foreground(command: list[str], env: Environment) -> int:
    """Run a program in the checkout, in front of the person; its exit code."""
    child = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def python_of(venv: Path) -> str:
    """The interpreter of a virtual environment."""
    return str(venv / "bin" / "python")


def manage(*words: str) -> list[str]:
    """A command of Django's."""
    return [python_of(VENV), str(ROOT / "manage.py"), *words]


def worker_command(name: str, patience: int) -> list[str]:
    """The worker of that name; told to stop, it leaves a running job so many seconds to end."""
    return manage("procrastinate", "worker", "--queues", WORKERS[name], "--shutdown-graceful-timeout", str(patience))


# Virtual environment


def lock_line(lock: str) -> str:
    """What the stamp says of an installed lock file."""
    return f"{lock} {hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()}"


def venv_stamp(version: str, lock: str) -> str:
    """The stamp of an environment of this Python holding this lock, and so those it includes."""
    return "\n".join([f"python {version}", *map(lock_line, [lock, *INCLUDED_LOCKS.get(lock, [])])]) + "\n"


def satisfies(stamp: str, version: str, lock: str) -> bool:
    """Does an environment with this stamp hold this lock as it is now, for this Python?"""
    lines = stamp.splitlines()
    return f"python {version}" in lines and lock_line(lock) in lines


def version_of(venv: Path) -> str:
    """The Python version of a virtual environment, empty when it has no working Python with pip."""
    program = "import importlib.util as u, sys; u.find_spec('pip') and print('%d.%d' % sys.version_info[:2])"
    with contextlib.suppress(OSError):
        words = [python_of(venv), "-c", program]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    return ""


def create_venv(venv: Path) -> None:
    """Make the virtual environment anew."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if refusal := venv_refusal(missing):
        raise Problem(refusal)
    quiet([sys.executable, "-m", "venv", "--clear", str(venv)], "Création de l'environnement Python")


def ensure_venv(lock: str, venv: Path = VENV) -> None:
    """Have the environment hold what the lock file lists, installing it only when that changed."""
    stamp = venv / ".locks"
    with locked(ROOT, "Une autre commande installe les bibliothèques : j'attends qu'elle finisse."):
        version = version_of(venv)
        if stamp.is_file() and satisfies(stamp.read_text(), version, lock):
            return
        say("Installation des bibliothèques (une seule fois, de 30 secondes à quelques minutes)…")
        if not version:
            create_venv(venv)
        stamp.unlink(missing_ok=True)
        pip = [python_of(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        options = ["--require-hashes", "--only-binary=:all:", "-r", str(ROOT / lock)]
        quiet([*pip, *options], "Installation des bibliothèques (le réseau est-il joignable ?)")
        stamp.write_text(venv_stamp(version_of(venv), lock))
