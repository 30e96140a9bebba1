"""The launcher's own decisions, without network, database or processes."""

import os
import re
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))  # the launcher's files are scripts, not a package

devpg = import_module("devpg")
ground = import_module("ground")
launch = import_module("launch")
quality = import_module("quality")


def test_old_python_is_refused_by_name_and_remedy():
    assert ground.version_refusal((3, 11)) is None
    assert ground.version_refusal((4, 0)) is None
    refusal = ground.version_refusal((3, 9))
    assert "3.9" in refusal
    assert "PYTHON=python3.11" in refusal


def test_missing_venv_module_is_named_with_its_remedy():
    assert ground.venv_refusal([]) is None
    refusal = ground.venv_refusal(["ensurepip"])
    assert "ensurepip" in refusal
    assert "apt install python3-venv" in refusal


@pytest.mark.parametrize("raw", ["", "abc", "0", "65536", "-1"])
def test_wrong_port_is_refused(raw):
    with pytest.raises(devpg.Problem, match="PORT"):
        ground.chosen_port(raw)


def test_taken_port_proposes_a_free_one(monkeypatch):
    monkeypatch.setattr(ground, "port_is_free", lambda number: number not in (8000, 8001))
    assert "PORT=8002 make demo" in ground.port_refusal(8000)
    assert ground.port_refusal(8002) is None


@pytest.mark.enable_socket
def test_port_in_use_is_seen():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not ground.port_is_free(other.getsockname()[1])


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with lock files only."""
    for name in ground.LOCK_GROUPS:
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(ground, "ROOT", tmp_path)
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    return tmp_path


def test_venv_of_the_tests_also_serves_the_demo(checkout):
    stamp = ground.venv_stamp("3.11", ground.DEV_LOCK)
    assert ground.satisfies(stamp, "3.11", ground.DEV_LOCK)
    assert ground.satisfies(stamp, "3.11", ground.RUNTIME_LOCK)


def test_venv_of_the_demo_does_not_serve_the_tests(checkout):
    stamp = ground.venv_stamp("3.11", ground.RUNTIME_LOCK)
    assert ground.satisfies(stamp, "3.11", ground.RUNTIME_LOCK)
    assert not ground.satisfies(stamp, "3.11", ground.DEV_LOCK)


def test_venv_is_remade_for_a_changed_lock_or_another_python(checkout):
    stamp = ground.venv_stamp("3.11", ground.RUNTIME_LOCK)
    assert not ground.satisfies(stamp, "3.12", ground.RUNTIME_LOCK)
    assert not ground.satisfies(stamp, "", ground.RUNTIME_LOCK)
    (checkout / ground.RUNTIME_LOCK).write_text("changed")
    assert not ground.satisfies(stamp, "3.11", ground.RUNTIME_LOCK)


def test_lock_naming_a_server_is_found(checkout):
    assert quality.addresses_in_locks() == []
    (checkout / ground.DEV_LOCK).write_text("a==1\n--index-url https:" + "//example.fr\n")
    assert quality.addresses_in_locks() == [f"{ground.DEV_LOCK} : --index-url https:" + "//example.fr"]


def test_locks_of_the_project_name_no_server():
    assert quality.addresses_in_locks() == []


def test_fingerprint_follows_names_and_contents_but_not_caches(tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "one.py").write_text("1")
    first = ground.fingerprint([folder])
    (folder / "one.pyc").write_text("cache")
    assert ground.fingerprint([folder]) == first
    (folder / "one.py").rename(folder / "two.py")
    renamed = ground.fingerprint([folder])
    assert renamed != first
    (folder / "two.py").write_text("2")
    assert ground.fingerprint([folder]) != renamed


def test_lock_is_held_by_one_only(tmp_path):
    with ground.locked(tmp_path / "lock"), pytest.raises(ground.Busy), ground.locked(tmp_path / "lock"):
        pass
    with ground.locked(tmp_path / "lock"):
        pass


def test_secret_key_is_made_once_and_closed_to_others(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "DATA", tmp_path)
    path = launch.secret_key_file()
    key = path.read_text()
    assert len(key) > 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert launch.secret_key_file().read_text() == key


def test_given_database_is_used_for_both_roles_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "DATA", tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@host/base")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    env = launch.demo_environment(8123)
    assert env["DATABASE_OWNER_URL"] == "postgresql://me@host/base"
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@host/base")
    assert launch.as_owner(launch.demo_environment(8123))["DATABASE_URL"] == "postgresql://owner@host/base"


def test_private_database_has_two_roles(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "DATA", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    env = launch.demo_environment(8123)
    assert env["DATABASE_URL"].startswith("postgresql://portail_app@")
    assert env["DATABASE_OWNER_URL"].startswith("postgresql://portail_owner@")
    assert env["PORT"] == "8123"


def test_tests_do_not_see_the_persons_settings(monkeypatch):
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "https:" + "//elsewhere.example.fr")
    assert "PORTAIL_PUBLIC_URL" not in quality.tests_environment("postgresql://x")


def test_tests_compile_the_code_once_in_the_folder_of_the_data(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = quality.tests_environment("postgresql://x")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", str(quality.DATA / "pycache")]


def test_journeys_not_run_are_named_with_the_remedy():
    line = quality.journeys_not_run(["test_a", "test_b"])
    assert "(2) : test_a, test_b" in line
    assert "apt install chromium" in line
    assert "\n" not in line


def test_socket_path_fits_or_moves(tmp_path):
    short = Path("/srv/pg")
    assert devpg.socket_folder(short) == short
    for data in (Path("/srv") / ("x" * 120), Path("/srv/a,b"), Path("/srv/l'eau")):
        folder = devpg.socket_folder(data)
        assert folder != data
        assert len(os.fsencode(folder / devpg.SOCKET_NAME)) <= devpg.SOCKET_PATH_LIMIT


def test_database_address_survives_spaces():
    assert devpg.url(Path("/srv/a b")) == "postgresql://portail_app@:5432/portail?host=/srv/a%20b"


def test_data_of_another_postgresql_are_refused_by_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "PG_VERSION").write_text("15\n")
    monkeypatch.setattr(devpg, "candidates", lambda: [Path("/srv/18/bin")])
    monkeypatch.setattr(devpg, "major_of", lambda bindir: 18)
    with pytest.raises(devpg.Problem, match=r"PostgreSQL 15.*PostgreSQL 18.*demo-reset"):
        devpg.binaries(tmp_path)


def test_binaries_of_the_data_are_preferred(tmp_path, monkeypatch):
    (tmp_path / "PG_VERSION").write_text("15\n")
    monkeypatch.setattr(devpg, "candidates", lambda: [Path("/srv/18/bin"), Path("/srv/15/bin")])
    monkeypatch.setattr(devpg, "major_of", lambda bindir: int(bindir.parent.name))
    assert devpg.binaries(tmp_path) == Path("/srv/15/bin")


def test_no_postgresql_is_said_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(devpg, "candidates", list)
    with pytest.raises(devpg.Problem, match="PG_BINDIR"):
        devpg.binaries(tmp_path)


def test_every_queue_has_a_worker_in_the_demo_and_in_the_units():
    told = (ROOT / "docs/exploitation/installer.md").read_text(encoding="utf-8")
    declared = {task.queue for task in app.tasks.values()} - {"builtin"}

    units = re.findall(r"procrastinate worker --queues (\S+)", told)

    assert sorted(units) == sorted(ground.WORKERS.values())
    assert sorted(",".join(units).split(",")) == sorted(declared)
    assert told.count("procrastinate worker") == len(units)


def test_what_takes_long_does_not_share_the_queues_of_what_is_due_by_the_minute():
    short, long = ground.WORKERS["worker"].split(","), ground.WORKERS["worker-long"].split(",")

    assert {app.tasks[name].queue for name in ("journal.seal", "courriels.send_due", "cdap.watch")} <= set(short)
    assert {app.tasks[name].queue for name in ("journal.verify", "habilitations.carry_on_import")} <= set(long)
    assert ground.worker_command("worker-long", 5)[-4:-2] == ["--queues", ground.WORKERS["worker-long"]]
