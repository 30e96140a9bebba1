"""« Consulter un dossier »: files loaded, beside the bare COPY of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.cdap import load
from bench.figures import measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "cdap"
STEPS = (("load", load.measure),)


def figures(place: Place) -> Iterator[Figure]:
    """All of them, on a base made for them and removed after."""
    data.remake(place.url, place.environment, (load.SIZE,))
    try:
        yield from measured(GROUP, STEPS, place)
    finally:
        data.drop(place.url, (load.SIZE,))
