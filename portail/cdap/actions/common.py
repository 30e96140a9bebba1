"""What several acts do alike."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)
T = TypeVar("T")
Done = TypeVar("Done")


def each_apart(things: Iterable[T], act: Callable[[T], Done]) -> list[Done]:
    """What the act gives for each: one that fails is logged and stops no other, and then fails the whole.

    :raises ExceptionGroup: of what failed, once every other is done
    """
    done, failures = list[Done](), list[Exception]()
    for thing in things:
        try:
            done.append(act(thing))
        except Exception as failure:
            logger.exception("left undone", extra={"thing": str(thing)})
            failures.append(failure)
    if failures:
        raise ExceptionGroup("left undone", failures)
    return done
