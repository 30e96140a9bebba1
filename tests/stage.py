"""The cast, built once: each test that asks for it plays in a savepoint of a transaction that stays open.

The transaction ends before a test that wants the base empty, or that commits; such tests are played last
(`in_order`), so that it is opened once in a process or nearly so.
"""

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.afas.scene import Scene, build_scene
from tests.cast import Cast, build_cast
from tests.permissions.world import World, build_world

BUILDERS: dict[str, Callable[[], Any]] = {
    "world": build_world,
    "scene": lambda: build_scene(build_cast()),
    "cast": build_cast,
}
PARTS = tuple(BUILDERS)  # a test that asks for one also has those after it


def part_of(item: Any) -> str:
    """What the test plays in: `world` (an object of each kind), `scene` (the cast and their leisure centre), `cast`,
    or empty.

    Empty for a test that commits what it does, or wants the base as it is made.
    """
    commits = {"transactional_db", "live_server"} & set(item.fixturenames)
    marker = item.get_closest_marker("django_db")
    if commits or (marker and marker.kwargs.get("transaction")):
        return ""
    return next((part for part in PARTS if part in item.fixturenames), "")


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """Those that play in the same part together, the others last; nothing else changes."""
    return sorted(items, key=lambda item: [*PARTS, ""].index(part_of(item)))


class Stage:
    """The open transaction, if any: what was built in it, and on which day."""

    def __init__(self, blocker: Any) -> None:
        self._blocker = blocker
        self._open: ExitStack | None = None
        self._built: tuple[str, date, Any] | None = None
        self._played: Any = None

    def prepare(self, item: Any) -> None:
        """Open on what the test plays in, as nobody has touched it; closed for any other test."""
        part = part_of(item)
        if not part:
            self.close()
            return
        if self._built is None or self._built[:2] != (part, timezone.localdate()):
            self.close()
            self._build(part)
        self._played = deepcopy(self._built[2]) if self._built and part != "world" else None

    def cast(self) -> Cast:
        if self._played is None:
            return build_cast()
        return self._played.cast if isinstance(self._played, Scene) else self._played

    def scene(self, cast: Cast) -> Scene:
        return self._played if isinstance(self._played, Scene) else build_scene(cast)

    def world(self) -> World:
        """As its tests leave it to one another: what they do is taken back in the base."""
        return self._built[2]

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._built = self._played = None

    def _build(self, part: str) -> None:
        with ExitStack() as stack:
            stack.enter_context(self._blocker.unblock())
            atomic = transaction.atomic()
            # As Django's own: what must be outermost may be inside.
            atomic._from_testcase = True  # type: ignore[attr-defined]
            stack.enter_context(atomic)
            stack.callback(transaction.set_rollback, True)
            self._built = (part, timezone.localdate(), BUILDERS[part]())
            with connection.cursor() as cursor:  # nothing is left to be checked, or no table could be altered
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            self._open = stack.pop_all()
