"""The rights of today as rows that an authorization library loads: who is in which group, which role a group gives."""

from __future__ import annotations

import os

import psycopg

OPEN = "{0}.opens_on <= current_date AND coalesce({0}.closes_on, current_date) >= current_date"


def is_open(*names: str) -> str:
    """SQL: all these rows are open today."""
    return " AND ".join(OPEN.format(name) for name in names)


MEMBERS = f"""
SELECT DISTINCT r.utilisateur_id, a.groupe_id, r.convention_id FROM habilitations_appartenance a
JOIN conventions_rattachement r ON r.id = a.rattachement_id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
WHERE {is_open("a", "r", "u")}
"""
# A role counts when the whole chain above holds it and the convention opens it: libraries are spared that work.
ROLES = f"""
SELECT DISTINCT g.id, g.convention_id, held.role FROM habilitations_groupe g
JOIN habilitations_rolegroupe held ON held.groupe_id = g.id
JOIN conventions_convention c ON c.id = g.convention_id
JOIN conventions_bulletinadhesion b ON b.convention_id = c.id
JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id AND rb.role = held.role
WHERE c.validated_on <= current_date AND {is_open("held", "c", "b", "rb")}
  AND NOT EXISTS (SELECT FROM conventions_suspension s WHERE s.convention_id = c.id AND {is_open("s")})
  AND g.niveau = (SELECT count(*) FROM habilitations_groupeancestor chain
                  JOIN habilitations_groupe above ON above.id = chain.ancestor_id
                  JOIN habilitations_rolegroupe r ON r.groupe_id = above.id AND r.role = held.role
                  WHERE chain.groupe_id = g.id AND {is_open("above", "r")})
"""


def rows() -> tuple[list[tuple[int, int, int]], list[tuple[int, int, str]]]:
    """(person, group, convention) and (group, convention, role), as they stand today."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute(MEMBERS).fetchall(), connection.execute(ROLES).fetchall()  # type: ignore[arg-type]


def places() -> list[tuple[int, int | None, int]]:
    """(group, parent, convention), parents first."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        statement = "SELECT id, parent_id, convention_id FROM habilitations_groupe ORDER BY niveau, id"
        return connection.execute(statement).fetchall()
