"""Reads of the files that a person has opened."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import ONGLETS, Onglet
from portail.cdap.enums import EtatMatrice, Issue
from portail.cdap.models import Consultation, Opposition, VersionMatrice
from portail.cdap.queries.matrices import onglets_of
from portail.habilitations.acteur import Acteur

MOST_SHOWN = 10  # files to come back to
KEPT_HOURS = 12  # the longest session: past it nobody comes back to a file that he opened


def consultations_for(acteur: Acteur) -> QuerySet[Consultation]:
    """The files that this very person opened lately; with what the matrix says today (`matrice`) and whether the person
    objects (`is_opposed`)."""
    since = timezone.now() - timedelta(hours=KEPT_HOURS)
    same_file = Opposition.objects.open_on(acteur.on).filter(caf=OuterRef("caf"), numero=OuterRef("numero"))
    in_force = VersionMatrice.objects.filter(caf=OuterRef("caf"), etat=EtatMatrice.EN_VIGUEUR).order_by()
    rows = Consultation.objects.filter(utilisateur=acteur.utilisateur, at__gte=since, issue=Issue.OUVERT)
    rows = rows.select_related("caf").annotate(
        is_opposed=Exists(same_file), matrice=Subquery(in_force.values("contenu")[:1])
    )
    return rows if acteur.caf is None else rows.none()


def consultation_for(acteur: Acteur, pk: uuid.UUID) -> Consultation:
    return consultations_for(acteur).get(id=pk)


@dataclass(frozen=True)
class Lecture:
    """An opened file, as its profile may read it today."""

    consultation: Consultation
    opened: frozenset[str]
    is_opposed: bool

    @property
    def onglets(self) -> list[Onglet]:
        """The tabs of which something is opened."""
        return onglets_of(self.opened)


def lecture_for(acteur: Acteur, pk: uuid.UUID) -> Lecture:
    found: Any = consultations_for(acteur).get(id=pk)
    return Lecture(found, _opened(found.matrice, found.profil), found.is_opposed)


def lectures_for(acteur: Acteur) -> list[Lecture]:
    """Those of today's files, the latest first: one for a file, however many times it was asked for."""
    latest: dict[tuple[int, int], Any] = {}
    for row in consultations_for(acteur).order_by("-at")[:MOST_SHOWN]:
        latest.setdefault((row.caf_id, row.numero), row)
    return [Lecture(row, _opened(row.matrice, row.profil), row.is_opposed) for row in latest.values()]


def _opened(matrice: Mapping[str, list[str]] | None, profil: str) -> frozenset[str]:
    if matrice is None:
        return DEMONSTRATION.get(profil, frozenset())
    return frozenset(matrice.get(profil, ()))


def onglet_for(acteur: Acteur, pk: uuid.UUID, onglet: str) -> tuple[Lecture, Onglet]:
    if onglet not in ONGLETS:
        raise Consultation.DoesNotExist
    return lecture_for(acteur, pk), ONGLETS[onglet]
