"""The launcher's commands for those who change the code: tests, checks, measures, lock files."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import devpg
from devpg import Problem
from ground import (
    BENCH_LOCK,
    DATA,
    DEV_LOCK,
    LOCK_GROUPS,
    ROOT,
    VENV,
    ensure_venv,
    foreground,
    locked,
    manage,
    python_of,
    quiet,
    say,
)

if TYPE_CHECKING:
    from ground import Environment


def neutral_environment() -> Environment:
    """The person's variables without the portal's settings, which must not sway tests and checks."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PORTAIL_")}
    return mine | {"DJANGO_SETTINGS_MODULE": "config.settings", "PORTAIL_DATA": str(DATA)}


def tests_environment(url: str) -> Environment:
    """The variables of the tests, and of tools that only import the settings."""
    return neutral_environment() | {
        "PORTAIL_PROFILE": "test",
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        # Compiled once for all processes, and kept with the data, also for somebody who wants none beside the sources.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(DATA / "pycache"),
    }


def production_environment() -> Environment:
    """A production's variables with dummy values, for the checks that need no server."""
    return neutral_environment() | {
        "PORTAIL_PROFILE": "production",
        "PORTAIL_PUBLIC_URL": "https://portail.example.fr",
        "PORTAIL_SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgresql://portail_app@db.example.fr/portail",
        "SMTP_URL": "smtp+tls://smtp.example.fr",
        "PORTAIL_EDITEUR": "Éditeur de l'essai",
        "PORTAIL_HEBERGEUR": "Hébergeur de l'essai",
        "PORTAIL_CDAP_KEYS_DIR": str(ROOT / "tests" / "cdap" / "cles"),
    }


# Tests


def find_chromium() -> str | None:
    """The Chromium to run the browser journeys with."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    return None


def has_libatomic() -> bool:
    """Is the library there that the browser driver's own Node needs?"""
    places = ("lib", "lib64", "lib/*-linux-gnu*")
    found = [path for place in places for path in Path("/usr").glob(f"{place}/libatomic.so.1")]
    return bool(found) or sys.platform != "linux"


def browser() -> str | None:
    """The Chromium, installed first on a Debian where we are root; None when the journeys cannot run."""
    packages = ([] if find_chromium() else ["chromium"]) + ([] if has_libatomic() else ["libatomic1"])
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installation de {' et '.join(packages)} pour les parcours de navigateur…")
        apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            quiet(["apt-get", "update", "-q"], "apt-get update", apt)
            quiet(["apt-get", "install", "-qy", "--no-install-recommends", *packages], "apt-get install", apt)
        except Problem as problem:
            say(str(problem))
    return find_chromium() if has_libatomic() else None


def journeys() -> list[str]:
    """Names of the browser journeys."""
    files = sorted((ROOT / "tests" / "e2e").rglob("test_*.py"))
    return [name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)]


def journeys_not_run(names: list[str]) -> str:
    """The last line of a test run that had no browser."""
    return (
        f"PARCOURS NON JOUÉS, faute de Chromium ({len(names)}) : {', '.join(names)}. Pour les jouer : "
        "« apt install chromium libatomic1 », ou CHROMIUM=/chemin/de/chromium make test"
    )


def run_pytest(arguments: list[str], variables: Environment) -> int:
    """Run pytest on all cores, on TEST_DATABASE_URL or else on a throw-away PostgreSQL; its exit code."""
    # One at a time: the browser journeys come last, and a worker that took many would end long after the others.
    words = [python_of(VENV), "-m", "pytest", "-n", "auto", "--maxschedchunk", "1", *arguments]
    if given := os.environ.get("TEST_DATABASE_URL"):
        return foreground(words, tests_environment(given) | variables)
    cluster = DATA / "test-pg"
    DATA.mkdir(parents=True, exist_ok=True)
    waiting = "D'autres tests utilisent cette base : j'attends qu'ils finissent."
    with locked(DATA / "test-pg.lock", waiting), devpg.running(cluster, fast=True):
        return foreground(words, tests_environment(devpg.url(cluster, devpg.OWNER)) | variables)


def run_tests(arguments: list[str]) -> int:
    """Run the tests; without a browser, all but the journeys, which is a failure when CI=true."""
    ensure_venv(DEV_LOCK)
    if chromium := browser():
        return run_pytest(arguments, {"CHROMIUM": chromium})
    code = run_pytest(["--ignore=tests/e2e", *arguments], {})
    if missed := journeys():
        print(journeys_not_run(missed), flush=True)
        code = code or int(os.environ.get("CI") == "true")
    return code


# Checks


def addresses_in_locks() -> list[str]:
    """Lines of the lock files that name a server: there must be none."""
    lines = [(name, line) for name in LOCK_GROUPS for line in (ROOT / name).read_text().splitlines()]
    return [f"{name} : {line}" for name, line in lines if "://" in line]


def check_locks() -> None:
    """:raises Problem: when a lock file names a server"""
    if found := addresses_in_locks():
        raise Problem("Des lignes de verrou nomment un serveur :\n" + "\n".join(found))


def checks() -> list[tuple[str, list[str], Environment]]:
    """The steps of `make check` that run a program: name, command, variables."""
    python, module = python_of(VENV), [python_of(VENV), "-m"]
    env = tests_environment("postgresql://localhost:1/none")
    layers = [python, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    # Django warns that, without a server, it cannot compare with what was applied.
    migrations = [
        python,
        "-W",
        "ignore::RuntimeWarning",
        "manage.py",
        "makemigrations",
        "--check",
        "--dry-run",
    ]
    deploy = manage("check", "--deploy", "--fail-level", "WARNING")
    return [
        ("format du code (ruff format)", [*module, "ruff", "format", "--check", "."], env),
        ("règles du code (ruff check)", [*module, "ruff", "check", "."], env),
        ("types (mypy)", [*module, "mypy"], env),
        ("couches (import-linter)", layers, env),
        ("règles des gabarits (djlint --lint)", [*module, "djlint", "portail", "--lint"], env),
        ("migrations à jour (makemigrations --check)", migrations, env),
        ("réglages de production (check --deploy)", deploy, production_environment()),
    ]


def check() -> int:
    """Run every static check, whatever the others say; 1 when one fails."""
    ensure_venv(DEV_LOCK)
    steps = [(name, lambda c=command, n=name, e=env: quiet(c, n, e)) for name, command, env in checks()]
    failed = []
    for name, step in [*steps, ("verrous sans adresse", check_locks)]:
        try:
            step()
            say(f"✔ {name}")
        except Problem as problem:
            say(f"✘ {problem}")
            failed.append(name)
    say(f"En échec ({len(failed)}) : {', '.join(failed)}." if failed else "Tout est en ordre.")
    return 1 if failed else 0


# Thin ones


def bench(arguments: list[str]) -> int:
    """Measure, in an environment of its own (its peers want other versions), on a durable database."""
    venv, cluster = DATA / "bench-venv", DATA / "bench-pg"
    DATA.mkdir(parents=True, exist_ok=True)
    ensure_venv(BENCH_LOCK, venv)
    devpg.WHEEL_HOMES.append(venv)
    with locked(DATA / "bench.lock", "Une autre mesure tourne : j'attends."), devpg.running(cluster):
        env = tests_environment(devpg.url(cluster, devpg.OWNER))
        return foreground([python_of(venv), "-m", "bench", *arguments], env)


def lock(arguments: list[str]) -> int:
    """Compute the lock files again from pyproject.toml; `--upgrade` takes the newest versions."""
    own = VENV / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if not uv:
        raise Problem("Il faut uv : « .venv/bin/python -m pip install uv », puis relancez.")
    fixed = ["--universal", "--generate-hashes", "--no-header", "--python-version", "3.11", "--quiet"]
    for name, groups in LOCK_GROUPS.items():
        options = [word for group in groups for word in ("--group", group)]
        words = [uv, "pip", "compile", *fixed, *options, *arguments, "pyproject.toml", "-o", name]
        quiet(words, f"Calcul de {name}")
    check_locks()
    return 0
