"""Reads of the files that a person has opened."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from portail.cdap.definitions import DEMONSTRATION
from portail.cdap.definitions.champs import ONGLETS, Onglet
from portail.cdap.enums import EtatMatrice, Issue
from portail.cdap.models import Consultation
from portail.cdap.queries.gardes import IS_WAITING, WAITING
from portail.cdap.queries.matrices import onglets_of
from portail.comptes.models import rows_found
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur

MOST_SHOWN = 10  # files to come back to
KEPT_HOURS = 12  # the longest session: past it nobody comes back to a file that he opened

# Written out in SQL: it runs for every tab, and composing it cost a fifth of the page.
_OPENED = """
SELECT {columns}, c.code, c.nom, c.courriel,
       (SELECT coalesce(m.contenu -> t.profil, '[]') FROM cdap_versionmatrice m
        WHERE m.caf_id = t.caf_id AND m.etat = %s),
       EXISTS (SELECT FROM cdap_opposition
               WHERE caf_id = t.caf_id AND numero = t.numero AND period @> %s::date),
       EXISTS (SELECT FROM cdap_alerte WHERE utilisateur_id = t.utilisateur_id AND {is_waiting})
FROM cdap_consultation t JOIN conventions_caf c ON c.id = t.caf_id
WHERE t.utilisateur_id = %s AND t.at >= %s AND t.issue = %s
""".replace("{is_waiting}", IS_WAITING)
_ONE, _LATEST = " AND t.id = %s", " ORDER BY t.at DESC LIMIT %s"
_CAF = ("code", "nom", "courriel")


@dataclass(frozen=True)
class Lecture:
    """An opened file, as its profile may read it today."""

    consultation: Consultation
    opened: frozenset[str]
    is_opposed: bool
    is_warned: bool  # has the person who reads something to read or to answer of the watch?

    @property
    def onglets(self) -> tuple[Onglet, ...]:
        """The tabs of which something is opened."""
        return onglets_of(self.opened)


def lecture_for(acteur: Acteur, pk: uuid.UUID) -> Lecture:
    """The file that this very person opened lately, with what the matrix says today and whether the person objects."""
    found = _lectures(acteur, _ONE, pk)
    if not found:
        raise Consultation.DoesNotExist
    return found[0]


def consultation_for(acteur: Acteur, pk: uuid.UUID) -> Consultation:
    return lecture_for(acteur, pk).consultation


def lectures_for(acteur: Acteur) -> list[Lecture]:
    """Those of today's files, the latest first: one for a file, however many times it was asked for."""
    latest: dict[tuple[int, int], Lecture] = {}
    for lecture in _lectures(acteur, _LATEST, MOST_SHOWN):
        latest.setdefault((lecture.consultation.caf_id, lecture.consultation.numero), lecture)
    return list(latest.values())


def _lectures(acteur: Acteur, which: str, value: object) -> list[Lecture]:
    if acteur.caf is not None:
        return []
    since = timezone.now() - timedelta(hours=KEPT_HOURS)
    values = [EtatMatrice.EN_VIGUEUR, acteur.on, *WAITING, acteur.utilisateur.pk, since, Issue.OUVERT, value]
    more = (*_CAF, "matrice", "is_opposed", "is_warned")
    return [_lecture(found) for found in rows_found(Consultation, _OPENED + which, values, more)]


def _lecture(found: Any) -> Lecture:
    told = [found.caf_id, *(getattr(found, name) for name in _CAF)]
    found.caf = Caf.from_db(DEFAULT_DB_ALIAS, ["id", *_CAF], told)
    is_shipped = found.matrice is None
    opened = DEMONSTRATION.get(found.profil, frozenset()) if is_shipped else frozenset(json.loads(found.matrice))
    return Lecture(found, opened, found.is_opposed, found.is_warned)


def onglet_for(acteur: Acteur, pk: uuid.UUID, onglet: str) -> tuple[Lecture, Onglet]:
    if onglet not in ONGLETS:
        raise Consultation.DoesNotExist
    return lecture_for(acteur, pk), ONGLETS[onglet]
