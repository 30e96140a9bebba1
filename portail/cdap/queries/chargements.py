"""Reads of what was loaded."""

from collections.abc import Iterator

from django.db.models import QuerySet, Sum

from portail.cdap.models import ChargementDossiers
from portail.habilitations.acteur import Acteur

COUNTS = ("lues", "chargees", "remplacees", "refusees")


def chargements_for(acteur: Acteur) -> QuerySet[ChargementDossiers]:
    """What was loaded for his Caf, each with the counts of its lines only, the last first."""
    of_caf = ChargementDossiers.objects.visible_to(acteur).filter(tranches__caf=acteur.caf)
    return of_caf.annotate(**{name: Sum(f"tranches__{name}") for name in COUNTS}).order_by("-pk")


def counts_of(chargement: ChargementDossiers) -> dict[str, int]:
    """Of all its lines, whichever Caf they name."""
    return chargement.tranches.aggregate(**{name: Sum(name, default=0) for name in COUNTS})


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
