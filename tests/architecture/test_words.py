"""The words: the glossary holds every model, the journal tells every fact, no mail and no template is forgotten."""

import ast
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import models
from django.forms import Select
from django.template.loader import get_template

from portail.courriels import events as courriels
from portail.journal import events as journal
from tests.architecture.sources import PORTAIL, ROOT, calls, names_in, python_files, told, tree

GLOSSARY = ROOT / "docs" / "metier" / "glossaire.md"
ACTIONS = [path for path in python_files("portail") if "actions" in (path.stem, *path.parts)]
# How an events.py calls them: `courriels` declares its own facts by `events.declare`.
DECLARES = {"journal": {"declare", "events.declare"}, "courriels": {"courriels.declare"}}
AN_INSTANT = re.compile(r"(_at|^at|^now|^last_login)$")
# The last word of these is itself a sentence: the rule's own, or what the mail server answered.
ENDS_WITH_A_SENTENCE = {"{motif}", "{error}"}


def _constants(module: str) -> dict[str, str]:
    """`app.CONSTANT` of each kind that an events.py declares to the journal, or to the mails, with its code."""
    found = {}
    for path in PORTAIL.glob("*/events.py"):
        app = path.parent.name
        for node in tree(path).body:
            is_call = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if is_call and ast.unparse(node.value.func) in DECLARES[module]:
                found[f"{app}.{node.targets[0].id}"] = node.value.args[0].value
    return found


def test_the_glossary_has_every_model() -> None:
    modules = [import_module(f"portail.{path.parent.name}.{path.stem}") for path in PORTAIL.glob("*/models*")]
    found = [
        each.__name__
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, models.Model) and each.__module__.startswith(module.__name__)
    ]

    rows = set(re.findall(r"^\| `(\w+)` \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE))

    assert sorted(set(found) - rows) == []


def test_every_constant_of_the_journal_is_found_here() -> None:
    """The static checks below see every kind that the running code has."""
    assert sorted(_constants("journal").values()) == sorted(journal.KINDS)
    assert sorted(_constants("courriels").values()) == sorted(courriels.KINDS)


@pytest.mark.parametrize("code", sorted(journal.KINDS))
def test_a_kind_of_the_journal_is_a_sentence(code: str) -> None:
    sentence = journal.KINDS[code].sentence

    is_ended = sentence.endswith(".") or sentence[sentence.rfind("{") :] in ENDS_WITH_A_SENTENCE
    assert is_ended, sentence
    assert sentence[0].isupper() or sentence.startswith("{")
    assert re.fullmatch(r"[a-z]+(\.[a-z]+){2}", code)


def _facts_of(constant: str) -> set[str]:
    """What the calls that name this constant record: their named values, and those of a shared `record(kind, …)`."""
    facts: set[str] = set()
    for path in ACTIONS:
        source = [call for call in calls(path) if call.args and "record" in ast.unparse(call.func)]
        if not any(constant in names_in(call) for call in calls(path)) and constant not in names_in(tree(path)):
            continue
        for call in source:
            first = names_in(call.args[0])
            if constant in first or not {name for name in first if name.isupper()}:
                facts |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return facts


@pytest.mark.parametrize("name", sorted(_constants("journal")))
def test_a_sentence_asks_only_for_facts_that_are_recorded(name: str) -> None:
    code = _constants("journal")[name]
    asked = {field for _, field, _, _ in string.Formatter().parse(journal.KINDS[code].sentence) if field}

    assert asked - {"by"} - _facts_of(name.partition(".")[2]) == set()


@pytest.mark.parametrize("name", sorted({**_constants("journal"), **_constants("courriels")}))
def test_what_is_declared_is_used_by_an_action(name: str) -> None:
    app, _, constant = name.partition(".")
    own = [path for path in ACTIONS if path.relative_to(PORTAIL).parts[0] == app]

    assert [told(path) for path in own if re.search(rf"\bevents\.{constant}\b", path.read_text("utf-8"))] != []


@pytest.mark.parametrize("code", sorted(courriels.KINDS))
def test_a_mail_is_written_in_text_and_in_html(code: str) -> None:
    names = [get_template(f"courriels/{code}.{kind}").template.name for kind in ("txt", "html")]

    assert names == [f"courriels/{code}.txt", f"courriels/{code}.html"]


def _templates() -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for folder in PORTAIL.glob("*/templates")
        for path in folder.rglob("*")
        if path.is_file()
    )


def _instants_as_stored(path: Path) -> Iterator[str]:
    """Where an instant, which the base gives in UTC, is written or cut to its day as it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FormattedValue) and "%" in ast.unparse(node.format_spec or ast.Constant("")):
            value = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
            value = node.func.value
        else:
            continue
        is_instant = isinstance(value, ast.Attribute) and AN_INSTANT.search(value.attr)
        if is_instant or ast.unparse(value) == "timezone.now()":
            yield f"{told(path)}:{node.lineno}: {ast.unparse(value)}"


def test_an_instant_is_told_by_the_clock_of_paris() -> None:
    """Else what happens between midnight there and midnight UTC is told on the day before."""
    assert [line for path in python_files("portail", "tests") for line in _instants_as_stored(path)] == []


def test_every_template_is_used() -> None:
    answers = {f"{status}.html" for status in (400, 403, 404, 409, 500, 503)} | {"403_csrf.html"}
    mails = {f"courriels/{code}.{kind}" for code in courriels.KINDS for kind in ("txt", "html")}
    sources = [*python_files("portail", "config"), *PORTAIL.glob("*/templates/**/*.*")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in sources)

    used = set(re.findall(r"[\"']([^\"'#\s]+)[\"'#]", said))

    assert sorted(set(_templates()) - used - answers - mails - {Select.template_name}) == []
