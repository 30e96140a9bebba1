"""Reads of what was loaded."""

from collections.abc import Iterator

from portail.cdap.models import ChargementDossiers


def refusals_of(chargement: ChargementDossiers) -> Iterator[tuple[int, str, str]]:
    """Line, code of the Caf when it is known, reason: in the order of the file, read as they are asked for."""
    rows = chargement.tranches.exclude(refusees=0).order_by("rang", "pk").values_list("rang", "caf__code", "refus")
    gathered: list[tuple[int, str, str]] = []
    current = -1
    for rang, caf, refus in rows.iterator(chunk_size=100):
        if rang != current:
            yield from sorted(gathered)
            gathered, current = [], rang
        gathered.extend((ligne, caf or "", raison) for ligne, raison in refus)
    yield from sorted(gathered)
