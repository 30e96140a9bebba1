"""Long work carried on by a worker: one at a time on the same row, which tells how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, models

Tell = Callable[[int], None]
_TELL_EVERY = 0.5  # seconds


def untold(done: int) -> None:
    """Nobody watches."""


def is_free(kind: int, pk: int) -> bool:
    """Is no other worker at it? Then it is ours until the transaction ends; `kind` is the number of the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, pk])
        return bool(cursor.fetchone()[0])


@contextmanager
def telling(work: models.Model) -> Iterator[Tell]:
    """Writes how far it is to `done` by a connection of its own: the work itself shows nothing until it is whole."""
    aside = connection.copy()
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last < _TELL_EVERY:
            return
        last = time.monotonic()
        with aside.cursor() as cursor:
            cursor.execute(f"UPDATE {work._meta.db_table} SET done = %s WHERE id = %s", [done, work.pk])  # noqa: S608

    try:
        yield tell
    finally:
        aside.close()
