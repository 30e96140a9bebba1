"""The cast, built once: each test that asks for it plays in a savepoint of a transaction that stays open.

The transaction ends before a test that wants the base empty, or that commits; such tests are played last
(`in_order`), so that it is opened once in a process or nearly so.
"""

from contextlib import ExitStack
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.cast import Cast, build_cast


def plays_on_stage(item: Any) -> bool:
    """Does the test ask for the cast, in a transaction that is taken back?"""
    commits = {"transactional_db", "live_server"} & set(item.fixturenames)
    marker = item.get_closest_marker("django_db")
    return "cast" in item.fixturenames and not commits and not (marker and marker.kwargs.get("transaction"))


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """Those that play on the stage first; nothing else changes."""
    return sorted(items, key=lambda item: not plays_on_stage(item))


class Stage:
    """The open transaction, if any, and who stands in it since which day."""

    def __init__(self, blocker: Any) -> None:
        self._blocker = blocker
        self._open: ExitStack | None = None
        self._cast: Cast | None = None
        self._today: date | None = None

    def prepare(self, item: Any) -> None:
        """Open for a test that plays on it, closed for any other."""
        if not plays_on_stage(item):
            self.close()
        elif self._today != timezone.localdate():
            self.close()
            self._build()

    def cast(self) -> Cast:
        """Everybody, as nobody has touched them."""
        return deepcopy(self._cast) if self._cast is not None else build_cast()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._cast = self._today = None

    def _build(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(self._blocker.unblock())
            atomic = transaction.atomic()
            atomic._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: what must be outermost may be inside
            stack.enter_context(atomic)
            stack.callback(transaction.set_rollback, True)
            self._cast, self._today = build_cast(), timezone.localdate()
            with connection.cursor() as cursor:  # nothing is left to be checked, or no table could be altered
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            self._open = stack.pop_all()
