"""« Consulter un dossier »: files loaded beside the bare COPY, one tab beside a bare view, a thousand of them through
kills, the watch over millions of consultations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import data
from bench.cdap import base, consult, crash, gardes, load
from bench.figures import measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Figure, Place

GROUP = "cdap"
STEPS = (("load", load.measure), ("tabs", consult.measure), ("kills", crash.measure))


def figures(place: Place) -> Iterator[Figure]:
    """All of them, on bases made for them and removed after: those of the files, then that of the consultations."""
    base.remake(place)
    try:
        yield from measured(GROUP, STEPS, place)
    finally:
        data.drop(place.url, (base.MANY.people, base.FEW.people))
    yield from measured(GROUP, (("gardes", gardes.measure),), place)
