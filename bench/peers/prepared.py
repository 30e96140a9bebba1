"""« May U use R of S under C today » as one statement written by hand for this one question, prepared.

It knows what the product's view must not assume: that one day is asked about (no ranges to intersect), that a group
has a role at most once a day and a known depth (so counting the chain is enough).
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import psycopg

OPEN = "{0}.opens_on <= %(on)s AND coalesce({0}.closes_on, %(on)s) >= %(on)s"


def is_open(*names: str) -> str:
    """SQL: all these rows are open on the day."""
    return " AND ".join(OPEN.format(name) for name in names)


STATEMENT = f"""
SELECT EXISTS (
  SELECT FROM conventions_rattachement r
  JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
  JOIN conventions_convention c ON c.id = r.convention_id
  JOIN conventions_bulletinadhesion b ON b.convention_id = r.convention_id
  JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
  JOIN habilitations_appartenance a ON a.rattachement_id = r.id
  JOIN habilitations_groupe g ON g.id = a.groupe_id
  WHERE r.utilisateur_id = %(utilisateur)s AND r.convention_id = %(convention)s AND rb.role = %(role)s
    AND c.validated_on <= %(on)s AND {is_open("r", "u", "c", "b", "rb", "a")}
    AND NOT EXISTS (SELECT FROM conventions_suspension s
                    WHERE s.convention_id = r.convention_id AND {is_open("s")})
    AND NOT EXISTS (SELECT FROM habilitations_suspensionusage n
                    WHERE n.rattachement_id = r.id AND n.service = b.service AND {is_open("n")})
    AND (rb.justificatif_since IS NULL OR rb.justificatif_since > %(on)s
         OR EXISTS (SELECT FROM habilitations_justificatif j
                    WHERE j.utilisateur_id = u.id AND j.role = rb.role AND j.etat = 'verifie' AND {is_open("j")}))
    AND g.niveau = (
      SELECT count(*) FROM habilitations_groupeancestor chain
      JOIN habilitations_groupe above ON above.id = chain.ancestor_id
      JOIN habilitations_rolegroupe held ON held.groupe_id = chain.ancestor_id
      WHERE chain.groupe_id = a.groupe_id AND held.role = %(role)s AND {is_open("above", "held")}))
"""


class Prepared:
    """One connection, one prepared statement."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.connection = psycopg.connect(
            dbname=settings["NAME"],
            user=settings["USER"],
            password=settings["PASSWORD"],
            host=settings["HOST"],
            port=settings["PORT"],
            autocommit=True,
        )

    def answer(self, questions: list[list[Any]]) -> dict[str, Any]:
        """The answers and the seconds they took."""
        on = date.today()
        began = time.perf_counter()
        answers = [self._one(utilisateur, role, convention, on) for utilisateur, role, convention in questions]
        return {"seconds": time.perf_counter() - began, "answers": answers}

    def _one(self, utilisateur: int, role: str, convention: int, on: date) -> bool:
        values = {"utilisateur": utilisateur, "role": role, "convention": convention, "on": on}
        row = self.connection.execute(STATEMENT, values, prepare=True).fetchone()  # type: ignore[arg-type]
        return bool(row and row[0])
