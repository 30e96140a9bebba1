"""What the detectors see: one bounded read of the consultations each, over those who consulted since the last watch.

Each SQL gives, for a person and the Caf that leads the convention, what was measured and between when. What was
measured before this Caf decided of an alert of the same detector counts no more. Nothing is decrypted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portail.cdap.definitions.gardes import DETECTEURS, FACTEUR, Detecteur, seuil_code
from portail.cdap.enums import EtatAlerte, EtatJustification, Niveau
from portail.cdap.gateway.coffre import coffre_of
from portail.cdap.models import Alerte, AlerteQuerySet, Consultation, ReglageGarde
from portail.cdap.queries.reglages import values_by_caf
from portail.comptes.models import rows_found
from portail.habilitations.acteur import Acteur

TOLD = timedelta(days=30)  # how long a person is told what was decided of him
SHOWN = 200  # consultations on the page of an alert

_FRAME = """
WITH actif AS (SELECT DISTINCT utilisateur_id FROM cdap_consultation WHERE at > %(since)s AND at <= %(now)s),
decide AS (
  SELECT utilisateur_id, caf_id, max(decided_at) AS at FROM cdap_alerte JOIN actif USING (utilisateur_id)
  WHERE detecteur = %(code)s AND decided_at IS NOT NULL GROUP BY 1, 2),
acte AS (
  SELECT c.*, v.caf_pivot_id AS pivot_id FROM actif CROSS JOIN LATERAL (
    SELECT utilisateur_id, convention_id, caf_id, numero, issue, address, at FROM cdap_consultation
    WHERE utilisateur_id = actif.utilisateur_id AND at <= %(now)s AND at > %(since)s - %(window)s
  ) c JOIN conventions_convention v ON v.id = c.convention_id
  LEFT JOIN decide d ON d.utilisateur_id = c.utilisateur_id AND d.caf_id = v.caf_pivot_id
  WHERE d.at IS NULL OR c.at > d.at)
SELECT DISTINCT ON (seen.utilisateur_id, v.caf_pivot_id) seen.utilisateur_id, v.organisme_id, v.id, v.caf_pivot_id,
       seen.mesure::int, seen.usual::float, seen.depuis, seen.jusqua
FROM ({body}) seen JOIN conventions_convention v ON v.id = seen.convention_id
ORDER BY seen.utilisateur_id, v.caf_pivot_id, seen.mesure DESC, seen.jusqua
"""
# The most in any window that ends since the last watch.
_ROLLING = """
SELECT utilisateur_id, convention_id, mesure, 0 AS usual, at - %(window)s AS depuis, at AS jusqua FROM (
  SELECT *, {measure} OVER (PARTITION BY {over} ORDER BY at RANGE BETWEEN %(window)s PRECEDING AND CURRENT ROW)
            AS mesure
  FROM {rows}) every WHERE at > %(since)s
"""
# Distinct numbers in their order; a step of more than two begins another run.
_SUITE = """
SELECT utilisateur_id, max(convention_id) AS convention_id, count(*) AS mesure, 0 AS usual,
       min(at) AS depuis, max(at) AS jusqua
FROM (SELECT *, sum(CASE WHEN numero - before <= 2 THEN 0 ELSE 1 END)
                OVER (PARTITION BY utilisateur_id, pivot_id, caf_id ORDER BY numero) AS run
      FROM (SELECT *, lag(numero) OVER (PARTITION BY utilisateur_id, pivot_id, caf_id ORDER BY numero) AS before
            FROM (SELECT utilisateur_id, pivot_id, caf_id, numero, max(convention_id) AS convention_id, max(at) AS at
                  FROM acte WHERE numero > 0 GROUP BY 1, 2, 3, 4) once) stepped) runs
GROUP BY utilisateur_id, pivot_id, caf_id, run
"""
_NUIT = """
SELECT utilisateur_id, max(convention_id) AS convention_id, count(*) AS mesure, 0 AS usual,
       min(at) AS depuis, max(at) AS jusqua
FROM (SELECT *, at AT TIME ZONE 'Europe/Paris' AS here FROM acte) placed
WHERE extract(hour FROM here) >= 22 OR extract(hour FROM here) < 6 OR extract(isodow FROM here) = 7
GROUP BY utilisateur_id, pivot_id HAVING max(at) > %(since)s
"""
# Who does not reach the lowest threshold of any Caf costs no median.
_VOLUME = """
SELECT lately.utilisateur_id, lately.convention_id, lately.mesure, own.usual, lately.depuis, lately.jusqua FROM (
  SELECT utilisateur_id, pivot_id, max(convention_id) AS convention_id, count(*) AS mesure,
         min(at) AS depuis, max(at) AS jusqua
  FROM acte WHERE at > %(now)s - %(window)s GROUP BY 1, 2 HAVING count(*) >= %(least)s) lately
CROSS JOIN LATERAL (
  SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY n), 0) AS usual
  FROM (SELECT count(*) AS n FROM cdap_consultation c JOIN conventions_convention v ON v.id = c.convention_id
        WHERE c.utilisateur_id = lately.utilisateur_id AND v.caf_pivot_id = lately.pivot_id
          AND at > %(now)s - interval '31 days' AND at <= %(now)s - %(window)s
        GROUP BY (at AT TIME ZONE 'Europe/Paris')::date) days) own
"""
_PARTAGE = """
SELECT one.utilisateur_id, one.convention_id, readers.mesure, 0 AS usual, readers.depuis, one.at AS jusqua
FROM (SELECT DISTINCT ON (utilisateur_id, pivot_id, caf_id, numero) * FROM acte
      WHERE at > %(since)s AND issue = 'ouvert' ORDER BY utilisateur_id, pivot_id, caf_id, numero, at DESC) one
CROSS JOIN LATERAL (
  SELECT count(DISTINCT utilisateur_id) AS mesure, min(at) AS depuis FROM cdap_consultation c
  WHERE c.caf_id = one.caf_id AND c.numero = one.numero AND c.issue = 'ouvert'
    AND c.at > one.at - %(window)s AND c.at <= one.at) readers
"""
_REPRISE = """
SELECT one.utilisateur_id, one.convention_id, extract(day FROM one.at - last.at) AS mesure, 0 AS usual,
       last.at AS depuis, one.at AS jusqua
FROM (SELECT DISTINCT ON (utilisateur_id, pivot_id) * FROM acte WHERE at > %(since)s
      ORDER BY utilisateur_id, pivot_id, at) one
CROSS JOIN LATERAL (SELECT at FROM cdap_consultation c JOIN conventions_convention v ON v.id = c.convention_id
                    WHERE c.utilisateur_id = one.utilisateur_id AND v.caf_pivot_id = one.pivot_id AND c.at < one.at
                    ORDER BY at DESC LIMIT 1) last
"""
_CHANGES = """(SELECT *, coalesce((address <> before)::int, 0) AS changed FROM (
  SELECT *, lag(address) OVER (PARTITION BY utilisateur_id ORDER BY at) AS before
  FROM acte WHERE address <> '') told) moves"""
# Where somebody is, and his quota, know no Caf: what is measured of him is told to each under whom he consulted.
_BODIES = {
    "suite": _SUITE,
    "inconnus": _ROLLING.format(
        measure="count(*)",
        over="utilisateur_id, pivot_id",
        rows="(SELECT * FROM acte WHERE issue IN ('inconnu', 'hors_caf')) unknown",
    ),
    "nuit": _NUIT,
    "adresses": _ROLLING.format(measure="sum(changed)", over="utilisateur_id", rows=_CHANGES),
    "volume": _VOLUME,
    "partage": _PARTAGE,
    "reprise": _REPRISE,
    "quota": _ROLLING.format(measure="count(*)", over="utilisateur_id", rows="acte"),
}
# What recognises a name in a file is bound to the file: one digest for each consultation, whatever the names.
_FAMILLE = """
SELECT c.utilisateur_id, u.nom, f.code, v.organisme_id, v.id, v.caf_pivot_id, c.at, c.numero, d.noms
FROM cdap_consultation c
JOIN cdap_dossier d ON d.caf_id = c.caf_id AND d.numero = c.numero
JOIN comptes_utilisateur u ON u.id = c.utilisateur_id
JOIN conventions_caf f ON f.id = c.caf_id
JOIN conventions_convention v ON v.id = c.convention_id
WHERE c.at > %(since)s AND c.at <= %(now)s AND c.issue = 'ouvert' AND d.noms IS NOT NULL
  AND c.at > coalesce((SELECT max(decided_at) FROM cdap_alerte
                       WHERE utilisateur_id = c.utilisateur_id AND caf_id = v.caf_pivot_id
                         AND detecteur = 'famille'), '-infinity')
ORDER BY c.utilisateur_id, c.at
"""


class Vu(NamedTuple):
    """What a detector saw of a person, past the threshold of the Caf that leads his convention."""

    utilisateur: int
    organisme: int
    convention: int
    caf: int
    detecteur: str
    niveau: int
    nombre: int
    depuis: datetime
    jusqua: datetime


@dataclass(frozen=True)
class Tour:
    """One watch: what was consulted after `since`, up to `now`, with the settings of each Caf.

    `least` is the lowest number of consultations a day that any Caf may find to be a lot.
    """

    since: datetime
    now: datetime
    values: Callable[[int], dict[str, int]]
    least: int

    def seen(self, *, names: bool) -> Iterator[Vu]:
        """What the detector of family names sees, or what all the others do."""
        for detecteur in (each for each in DETECTEURS.values() if (each.code == "famille") is names):
            rows = self._famille() if detecteur.code == "famille" else self._measured(detecteur)
            for utilisateur, organisme, convention, caf, mesure, usual, depuis, jusqua in rows:
                chosen = self.values(caf)
                if mesure >= chosen[seuil_code(detecteur.code)] and mesure > chosen[FACTEUR.code] * usual:
                    niveau = chosen[f"niveau_{detecteur.code}"]
                    place = (utilisateur, organisme, convention, caf)
                    yield Vu(*place, detecteur.code, niveau, mesure, depuis, jusqua)

    def _measured(self, detecteur: Detecteur) -> list[tuple]:
        values: dict[str, Any] = {
            "since": self.since,
            "now": self.now,
            "window": detecteur.window,
            "code": detecteur.code,
            "least": self.least,
        }
        with connection.cursor() as cursor:
            cursor.execute(_FRAME.format(body=_BODIES[detecteur.code]), values)
            return cursor.fetchall()

    def _famille(self) -> list[tuple]:
        """One line for each person who opened a file in which somebody bears his own name, and each Caf."""
        with connection.cursor() as cursor:
            cursor.execute(_FAMILLE, {"since": self.since, "now": self.now})
            rows = cursor.fetchall()
        found: defaultdict[tuple, list[tuple]] = defaultdict(list)
        for utilisateur, nom, caf, organisme, convention, pivot, at, numero, noms in rows:
            if coffre_of(caf).bears(bytes(noms), numero, nom):
                found[utilisateur, pivot].append((at, organisme, convention))
        return [
            (utilisateur, *opened[-1][1:], pivot, len(opened), 0, opened[0][0], opened[-1][0])
            for (utilisateur, pivot), opened in found.items()
        ]


def _lowest_volume() -> int:
    chosen = ReglageGarde.objects.filter(code="seuil_volume").values_list("valeur", flat=True)
    return min([DETECTEURS["volume"].seuil, *chosen])


def tour(since: datetime, now: datetime) -> Tour:
    return Tour(since, now, values_by_caf(), _lowest_volume())


# Screens


def alertes_for(acteur: Acteur) -> AlerteQuerySet:
    """Those in his perimeter, the newest first."""
    rows = Alerte.objects.visible_to(acteur).select_related("utilisateur", "organisme", "convention", "caf")
    return rows.order_by("-detected_at", "-pk")


def alerte_for(acteur: Acteur, pk: int) -> Alerte:
    """One of his Caf's.

    :raises Alerte.DoesNotExist: for another, or a person of no Caf
    """
    rows = alertes_for(acteur) if acteur.caf is not None else Alerte.objects.none()
    return rows.get(pk=pk)


def own_alerte_for(acteur: Acteur, pk: int) -> Alerte:
    """One about the person himself."""
    rows = alertes_for(acteur) if acteur.caf is None else Alerte.objects.none()
    return rows.get(pk=pk)


def consultations_of(alerte: Alerte) -> list[Consultation]:
    """What the person consulted while the alert was being made, the newest first: at most `SHOWN`.

    Under the conventions that the Caf of the alert leads, or of its files: what was said to another Caf stays there.
    """
    its_own = Q(convention__caf_pivot=alerte.caf_id) | Q(caf=alerte.caf_id)
    rows = Consultation.objects.filter(
        its_own, utilisateur=alerte.utilisateur_id, at__gte=alerte.depuis, at__lte=alerte.jusqua
    )
    return list(rows.select_related("caf", "convention")[:SHOWN])


def warnings_of(acteur: Acteur) -> list[Alerte]:
    """What he is warned of and has not said he read; what he must answer."""
    if acteur.caf is not None:
        return []
    return list(rows_found(Alerte, _WARNINGS, [acteur.utilisateur.pk, *WAITING]))


# What the person has still to read or to answer, with the values of `WAITING`.
IS_WAITING = "(etat = %s OR (etat = %s AND niveau = %s AND read_at IS NULL))"
WAITING = (EtatAlerte.DEMANDEE, EtatAlerte.OUVERTE, Niveau.AVERTIR)
_WARNINGS = """
SELECT {columns} FROM cdap_alerte t WHERE utilisateur_id = %s AND {is_waiting} ORDER BY id
""".replace("{is_waiting}", IS_WAITING)


def answerable_of(acteur: Acteur) -> list[Alerte]:
    """The alerts about himself that a partner may still speak of, or that the Caf has just decided."""
    if acteur.caf is not None:
        return []
    since = timezone.now() - TOLD
    return list(alertes_for(acteur).filter(Q(decided_at=None) | Q(decided_at__gte=since)))


def to_justify_count(acteur: Acteur) -> int:
    """How many answers the Caf waits for from this person: alerts, and consultations drawn at random."""
    utilisateur = acteur.utilisateur.pk
    with connection.cursor() as cursor:
        cursor.execute(_TO_JUSTIFY, [utilisateur, EtatAlerte.DEMANDEE, utilisateur, EtatJustification.DEMANDEE])
        return int(cursor.fetchone()[0])


# On every home page, as _WARNINGS on every page of the service.
_TO_JUSTIFY = """
SELECT (SELECT count(*) FROM cdap_alerte WHERE utilisateur_id = %s AND etat = %s)
     + (SELECT count(*) FROM cdap_demandejustification WHERE utilisateur_id = %s AND etat = %s)
"""
