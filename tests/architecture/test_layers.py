"""The rooms of the house: what stands in each, who writes, who points to whom (ARCHITECTURE.md)."""

import ast
import tomllib
from pathlib import Path

import pytest
from django.apps import apps as registry
from django.conf import settings
from django.core.management import call_command

from tests.architecture.sources import PORTAIL, ROOT, apps, calls, names_in, python_files, told, tree
from tests.permissions.routes import routes

MODULES = {
    *("urls", "views", "forms", "tables", "filters", "middleware", "context", "pages", "tasks", "actions", "rules"),
    *("queries", "gateway", "acteur", "adapters", "events", "models", "roles", "enums", "apps"),
    *("calculs", "definitions"),
}
FOLDERS = {"templates", "static", "templatetags", "migrations", "management"}
# Texts and stories that the code reads: data, not code.
DATA = {"comptes/regles", "conventions/types-organismes.toml", "demo/story.toml"}


def _layers() -> dict[str, int]:
    """Each app's height in the house, the ground at 0; services of one floor have the same."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = configuration["tool"]["importlinter"]["contracts"]
    floors = next(c["layers"] for c in contracts if c.get("containers") == ["portail"])
    return {
        name.strip(): height for height, floor in enumerate(reversed(floors)) for name in floor.strip("()").split("|")
    }


LAYERS = _layers()


def test_every_app_has_its_floor() -> None:
    assert {app.name for app in apps()} == set(LAYERS)
    assert {f"portail.{name}" for name in LAYERS} == {
        a.name for a in registry.get_app_configs() if "portail." in a.name
    }


@pytest.mark.parametrize("app", [app.name for app in apps()])
def test_an_app_holds_only_files_of_the_closed_list(app: str) -> None:
    known = {f"{name}.py" for name in MODULES} | MODULES | FOLDERS | {"__init__.py", "__pycache__"}

    others = {path.name for path in (PORTAIL / app).iterdir()} - known

    assert {name for name in others if f"{app}/{name}" not in DATA} == set()


def test_a_name_is_a_module_or_a_package_never_both() -> None:
    both = [
        told(app / name)
        for app in apps()
        for name in MODULES
        if (app / name).is_dir() and (app / f"{name}.py").exists()
    ]

    assert both == []


def test_every_view_states_its_rule() -> None:
    assert [route.name for route in routes() if not getattr(route.view, "rule", None)] == []


def test_a_foreign_key_points_to_the_same_app_or_below() -> None:
    """Also when it is named by a string, which no import shows."""
    upwards = []
    for model in registry.get_models(include_auto_created=True):
        if not model.__module__.startswith("portail."):
            continue
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = field.related_model
            if target is None or not target.__module__.startswith("portail."):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            if here != there and LAYERS[there] >= LAYERS[here]:
                upwards.append(f"{model.__name__}.{field.name} → {target.__name__}")

    assert upwards == []


WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update"}
WRITES |= {f"a{name}" for name in WRITES}
WRITERS = {"actions", "models"}
# Not domain data: the key by which a form is carried out once, a book of cells, Django's session store.
OTHER_WRITERS = {"portail/ui/pages.py", "portail/comptes/adapters.py"}


def _writes(call: ast.Call) -> bool:
    """`.save(`, `.create(`…; `.update(` as a QuerySet has it: with named values only, unlike a dict, a set or a hash.

    A browser's own session is none of the domain.
    """
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    if ast.unparse(call.func.value) == "request.session":
        return False
    return call.func.attr not in ("update", "aupdate") or not call.args


def _may_write(path: Path) -> bool:
    return bool({path.stem, *path.relative_to(PORTAIL).parts} & WRITERS) or told(path) in OTHER_WRITERS


def test_only_actions_write() -> None:
    found = [
        f"{told(path)}:{call.lineno} .{call.func.attr}("  # type: ignore[attr-defined]
        for path in python_files("portail")
        if not _may_write(path)
        for call in calls(path)
        if _writes(call)
    ]

    assert found == []


def test_nothing_is_written_by_sql_outside_actions() -> None:
    verbs = ("INSERT INTO", "UPDATE ", "DELETE FROM", "TRUNCATE")
    found = [
        f"{told(path)}:{node.lineno}"
        for path in python_files("portail")
        if not _may_write(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().startswith(verbs)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["is_staff", "is_superuser", "has_perm", "user_passes_test", "permission_required"])
def test_a_right_is_never_a_flag_of_django(name: str) -> None:
    using = [told(path) for path in python_files("portail") if name in path.read_text(encoding="utf-8")]

    assert using == []


def test_there_is_no_second_door() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert [
        told(path) for path in python_files("portail", "config") if "contrib.admin" in path.read_text("utf-8")
    ] == []


def test_no_action_returns_before_asking_a_rule() -> None:
    """In the app of the rights, an action that a person calls (`by: Acteur`) asks a rule and locks the convention."""
    free = {
        "switch_organisation",
        "switch_suppleance",
        "record_export",
        "open_file",
    }  # they note what the person did, and change nothing
    missing = []
    for path in sorted((PORTAIL / "habilitations" / "actions").glob("*.py")):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_") or function.name in free:
                continue
            is_act = any(ast.unparse(a.annotation or ast.Constant("")) == "Acteur" for a in function.args.kwonlyargs)
            if is_act and not {"lock", "allow"} <= names_in(function):
                missing.append(f"{told(path)} {function.name}")

    assert missing == []


@pytest.mark.django_db
def test_no_migration_is_pending() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
