"""Launcher of the portal: the demo, the tests and the checks, from a bare clone, by `make <target>`."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import devpg
import quality
from devpg import Problem
from ground import (
    DATA,
    DEV_LOCK,
    ROOT,
    RUNTIME_LOCK,
    VENV,
    WORKERS,
    Busy,
    check_prerequisites,
    chosen_port,
    ensure_venv,
    fingerprint,
    foreground,
    locked,
    manage,
    port_refusal,
    python_of,
    quiet,
    say,
    up_to_date,
    worker_command,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from ground import Environment

READY_SECONDS = 60
STOP_SECONDS = 10
PG = DATA / "pg"


class Stopped(BaseException):
    """The person asked to stop (Ctrl+C or SIGTERM)."""


def uses_private_postgres() -> bool:
    """Is the demo's database the embedded one, and not one given by DATABASE_URL?"""
    return not os.environ.get("DATABASE_URL")


def port() -> int:
    """The port of the demo."""
    return chosen_port(os.environ.get("PORT") or "8000")


def secret_key_file() -> Path:
    """The file of the generated secret key, readable by its owner only; made when absent."""
    path = DATA / "secrets" / "secret-key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(64))
        partial.rename(path)
    return path


def demo_environment(number: int) -> Environment:
    """The variables of the demo's processes: those given by the person, completed."""
    env = dict(os.environ)
    if uses_private_postgres():
        env |= {"DATABASE_URL": devpg.url(PG), "DATABASE_OWNER_URL": devpg.url(PG, devpg.OWNER)}
    env["DATABASE_OWNER_URL"] = env.get("DATABASE_OWNER_URL") or env["DATABASE_URL"]
    if not env.get("PORTAIL_SECRET_KEY") and not env.get("PORTAIL_SECRET_KEY_FILE"):
        env["PORTAIL_SECRET_KEY_FILE"] = str(secret_key_file())
    env["PORTAIL_PUBLIC_URL"] = env.get("PORTAIL_PUBLIC_URL") or f"http://127.0.0.1:{number}"
    ours = {"PORTAIL_PROFILE": "demo", "PORTAIL_DATA": str(DATA), "PORT": str(number), "PYTHONUNBUFFERED": "1"}
    return env | ours | {"DJANGO_SETTINGS_MODULE": "config.settings"}


def as_owner(env: Environment) -> Environment:
    """The same variables for a command that migrates."""
    return env | {"DATABASE_URL": env["DATABASE_OWNER_URL"]}


def running_demo() -> dict[str, Any]:
    """What the running demo noted of itself: pid and port."""
    try:
        return dict(json.loads((DATA / "demo.json").read_text()))
    except (OSError, ValueError):
        return {"pid": "?", "port": port()}


@contextlib.contextmanager
def demo_folder(number: int) -> Iterator[None]:
    """PORTAIL_DATA, held alone by this demo.

    :raises Busy: when a demo holds it
    """
    DATA.mkdir(parents=True, exist_ok=True)
    note = DATA / "demo.json"
    with locked(DATA / "demo.lock"):
        note.write_text(json.dumps({"pid": os.getpid(), "port": number}))
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def already_running() -> str:
    """What to tell when a demo holds PORTAIL_DATA."""
    demo = running_demo()
    return (
        f"Une démonstration tourne déjà sur {DATA} : http://127.0.0.1:{demo['port']}/. "
        f"Arrêtez-la d'abord, par Ctrl+C dans son terminal ou « kill {demo['pid']} »."
    )


# What is done once


def prepare_static(env: Environment) -> None:
    """Collect the static files when their sources changed."""
    stamp = DATA / "static.stamp"
    content = fingerprint([*sorted(ROOT.glob("portail/**/static")), ROOT / "config", ROOT / RUNTIME_LOCK])
    if (DATA / "static").is_dir() and up_to_date(stamp, content):
        return
    say("Préparation des fichiers statiques…")
    quiet(manage("collectstatic", "--noinput", "--clear", "-v0"), "Préparation des fichiers statiques", env)
    stamp.write_text(content)


def prepare_database(env: Environment) -> None:
    """Migrate and load the demo; in the private database, only when the code changed since the last time."""
    stamp = PG / "portail.stamp"  # inside the cluster: it goes when the data go
    content = fingerprint([ROOT / "portail", ROOT / "config", ROOT / RUNTIME_LOCK])
    if uses_private_postgres() and up_to_date(stamp, content):
        return
    say("Préparation de la base et des données fictives…")
    quiet(manage("migrate", "--noinput", "-v0"), "Mise à jour de la base", as_owner(env))
    quiet(manage("load_demo"), "Chargement des données fictives", env)
    quiet(manage("load_demo_dossiers"), "Chargement des dossiers fictifs", as_owner(env))
    if uses_private_postgres():
        stamp.write_text(content)


# The processes


class Children:
    """The processes of the demo, each in its own group so that only the launcher hears Ctrl+C."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def start(self, name: str, command: list[str], env: Environment) -> None:
        """Start a process writing to PORTAIL_DATA/logs/<name>.log; it ends should the launcher be killed."""
        with_us = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        log = self.log(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.running[name] = subprocess.Popen(
                [*with_us, *command],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return DATA / "logs" / f"{name}.log"

    def check(self) -> None:
        """:raises Problem: when a process has ended"""
        for name, child in self.running.items():
            if child.poll() is not None:
                end = self.log(name).read_text(errors="replace")[-3000:].strip()
                raise Problem(
                    f"Le processus « {name} » s'est arrêté de lui-même (code {child.returncode}) : "
                    f"la démonstration s'arrête. Fin de {self.log(name)} :\n{end}"
                )

    def __exit__(self, *_: object) -> None:
        """Ask all to end, wait, then end by force what remains of their groups."""
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def web_command(number: int) -> list[str]:
    """The web server. Four threads of a process may be held by sign-ins that wait; two are left to all others."""
    listen = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(number)]
    size = ["--workers", "2", "--blocking-threads", "6", "--respawn-failed-workers", "--no-access-log"]
    return [python_of(VENV), "-m", "granian", *listen, *size, "config.wsgi:application"]


def unreadiness(number: int) -> str:
    """Empty when the portal says it is ready, else what it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", number, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        body = response.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return "" if response.status == 200 else f"HTTP {response.status} {body}".strip()


def wait_until_ready(number: int, children: Children) -> None:
    """Return once the portal answers that it is ready.

    :raises Problem: when a process ends, or after a minute
    """
    deadline = time.monotonic() + READY_SECONDS
    while answer := unreadiness(number):
        children.check()
        if time.monotonic() > deadline:
            raise Problem(f"Le portail n'est pas prêt après {READY_SECONDS} secondes : {answer}. Voir {DATA / 'logs'}.")
        time.sleep(0.05)


@contextlib.contextmanager
def serving(number: int) -> Iterator[tuple[Environment, Children]]:
    """The whole portal, ready to answer, while inside: database, demo data, web server, worker."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(demo_folder(number))
        except Busy:
            raise Problem(already_running()) from None
        if refusal := port_refusal(number):
            raise Problem(refusal)
        ensure_venv(RUNTIME_LOCK)
        env = demo_environment(number)
        if uses_private_postgres():
            stack.enter_context(devpg.running(PG))
        prepare_database(env)
        prepare_static(env)
        children = stack.enter_context(Children())
        children.start("web", web_command(number), env | {"PORTAIL_PROCESS": "web"})
        wait_until_ready(number, children)
        for name in WORKERS:
            children.start(name, worker_command(name, STOP_SECONDS // 2), env | {"PORTAIL_PROCESS": "worker"})
        yield env, children


# The commands


def welcome(number: int, people: str) -> str:
    """What the person needs to use the demo."""
    address = f"http://127.0.0.1:{number}"
    return f"""
Mon Compte Partenaire — démonstration, données fictives

  Adresse    {address}/
  Courriels  {address}/demo/courriels/ (et fichiers dans {DATA / "mails"})
  Journaux   {DATA / "logs"}

{people.rstrip()}

Pour arrêter : Ctrl+C dans ce terminal, ou « kill {os.getpid()} ».
"""


def demo() -> int:
    """Run the demo until told to stop."""
    number = port()
    with serving(number) as (env, children):
        people = subprocess.run(manage("demo_people"), cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        print(welcome(number, people.stdout or people.stderr), flush=True)
        while True:
            children.check()
            time.sleep(0.3)


def demo_reset() -> int:
    """Forget the demo's database and mails, then run it anew."""
    if not uses_private_postgres():
        raise Problem(
            "DATABASE_URL désigne votre propre base, que « make demo-reset » ne touche pas : "
            "videz-la vous-même, ou relancez sans DATABASE_URL."
        )
    number = port()
    try:
        with demo_folder(number):
            if refusal := port_refusal(number):
                raise Problem(refusal)
            devpg.remove(PG)
            shutil.rmtree(DATA / "mails", ignore_errors=True)
    except Busy:
        raise Problem(already_running()) from None
    say(f"Base et courriels de démonstration effacés ({DATA}).")
    return demo()


def demo_people() -> int:
    """Print the people of the demo as JSON, whether the demo runs or not."""
    number, words = port(), manage("demo_people", "--json")
    ensure_venv(RUNTIME_LOCK)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(demo_folder(number))
        except Busy:
            number = int(running_demo()["port"])
            wait_until_ready(number, Children())
            return foreground(words, demo_environment(number))
        env = demo_environment(number)
        if uses_private_postgres():
            stack.enter_context(devpg.running(PG))
        prepare_database(env)
        return foreground(words, env)


def captures(arguments: list[str]) -> int:
    """Take the screenshots of the documentation from a demo started for them."""
    ensure_venv(DEV_LOCK)
    chromium = quality.browser()
    if not chromium:
        raise Problem("Il faut Chromium : « apt install chromium libatomic1 », ou CHROMIUM=/chemin/de/chromium")
    with serving(port()) as (env, _):
        words = [python_of(VENV), str(ROOT / "tools" / "captures.py"), *arguments]
        return foreground(words, env | {"CHROMIUM": chromium})


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": lambda _: demo(),
    "demo-reset": lambda _: demo_reset(),
    "demo-people": lambda _: demo_people(),
    "test": quality.run_tests,
    "check": lambda _: quality.check(),
    "bench": quality.bench,
    "captures": captures,
    "lock": quality.lock,
}


def stop_on_signals() -> None:
    """Turn the first SIGINT or SIGTERM into Stopped; later ones do not disturb the stop."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop(*_: object) -> None:
        for number in numbers:
            signal.signal(number, lambda *_: None)
        raise Stopped

    for number in numbers:
        signal.signal(number, stop)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        say(f"Commandes : {', '.join(COMMANDS)} (« make help » les décrit).")
        return 2
    try:
        check_prerequisites()
        stop_on_signals()
        return COMMANDS[arguments[0]](arguments[1:])
    except Problem as sentence:
        say(str(sentence))
        return 1
    except PermissionError as error:
        say(f"Accès refusé à {error.filename} : ce fichier appartient sans doute à un autre utilisateur.")
        return 1
    except Stopped:
        say("Arrêté.")
        return 0 if arguments[0].startswith("demo") else 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
