"""The files: none too long, none with a path of somebody's machine, every setting told."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, calls, kept_files, python_files, text_of, told

LONGEST = 400
NOT_OURS = ("/static/vendor/", "tests/e2e/axe.min.js")
UNFINISHED = re.compile(r"(TODO|FIXME|XXX)")
# Folders of a person or of a machine.
SOMEBODYS = re.compile(r"(?<![\w.])/(home/\w+|Users/\w+|root|work|tmp/helper)[/-]\w")
READS = {"text", "integer", "choice", "secret", "database", "smtp"}
# Read, but set by nobody who installs: Django's own, and the mark of a continuous integration.
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE"}
OF_MAKE = {"CI", "DATABASE_OWNER_URL", "PYTHON"}  # read by make, or passed on by the launcher


def _texts() -> list[tuple[Path, str]]:
    """What we wrote, but for this file, which names what the others may not say."""
    ours = [path for path in kept_files() if not any(part in f"/{told(path)}" for part in NOT_OURS)]
    ours.remove(Path(__file__))
    return [(path, text) for path in ours if (text := text_of(path)) is not None]


@pytest.mark.parametrize("folder", ["portail", "config", "tools", "tests", "bench"])
def test_no_file_is_too_long(folder: str) -> None:
    lengths = {told(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(folder)}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{told(path)}:{number}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]

    assert found == []


def test_no_file_names_a_place_of_one_machine() -> None:
    here = [str(ROOT), str(Path.home()) + "/"]
    found = [
        f"{told(path)}:{number}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if SOMEBODYS.search(line) or any(place in line for place in here)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_names_versions_and_digests_never_addresses(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if re.match(r"[A-Za-z]", line)]

    assert [line for line in lines if "://" in line or " @ " in line] == []
    assert [line for line in pinned if not re.fullmatch(r"[\w.\[\],-]+==[\w.]+( ; [^;]+)? \\", line)] == []


def _read_names() -> set[str]:
    """Every variable read by `env.<reader>("NAME")`, or from `os.environ`, in config/ and tools/."""
    found = set()
    for path in python_files("config", "tools"):
        for call in calls(path):
            if isinstance(call.func, ast.Attribute) and call.args and isinstance(call.args[0], ast.Constant):
                reader, holder = call.func.attr, ast.unparse(call.func.value)
                if (holder == "env" and reader in READS) or (
                    holder == "os.environ" and reader in ("get", "setdefault")
                ):
                    found.add(str(call.args[0].value))
                    found |= {f"{call.args[0].value}_FILE"} if reader == "secret" else set()
        found |= set(re.findall(r"os\.environ\[\"(\w+)\"\]", path.read_text(encoding="utf-8")))
    return found - NOT_SETTINGS


def test_env_example_names_every_variable_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    told_of = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))

    read = _read_names() | OF_MAKE
    assert sorted(read - told_of) == []
    assert sorted(told_of - read) == []


def test_every_test_is_played() -> None:
    """No test is left out, none is written for Django's own classes; this file alone names them."""
    words = ("mark.skip", "pytest.skip", "mark.xfail", "TestCase)", "unittest.skip")
    found = [
        f"{told(path)} {word}"
        for path in python_files("tests")
        if path != Path(__file__)
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]

    assert found == []
