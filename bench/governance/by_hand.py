"""The search of rights as one statement written by hand for one day, as an expert would type it in psql."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from bench.peers.prepared import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATEMENT = """
SELECT a.id, rb.role
FROM conventions_convention_cafs of_caf
JOIN conventions_convention c ON c.id = of_caf.convention_id
JOIN conventions_organisme o ON o.id = c.organisme_id
JOIN conventions_rattachement r ON r.convention_id = c.id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
JOIN conventions_bulletinadhesion b ON b.convention_id = c.id
JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
JOIN habilitations_appartenance a ON a.rattachement_id = r.id
JOIN habilitations_groupe g ON g.id = a.groupe_id
WHERE of_caf.caf_id = %(caf)s AND c.validated_on <= %(on)s AND {opened}
  AND NOT EXISTS (SELECT FROM conventions_suspension s WHERE s.convention_id = c.id AND {suspended})
  AND g.niveau = (
    SELECT count(*) FROM habilitations_groupeancestor chain
    JOIN habilitations_groupe above ON above.id = chain.ancestor_id
    JOIN habilitations_rolegroupe held ON held.groupe_id = chain.ancestor_id
    WHERE chain.groupe_id = a.groupe_id AND held.role = rb.role AND {held})
  {asked}
ORDER BY u.sort_key, u.id, r.id, a.id, rb.role LIMIT %(limit)s
"""
_ASKED = {
    "personne": "AND (u.sort_key LIKE '%%' || %(personne)s || '%%' OR u.identifiant ILIKE '%%' || %(personne)s || '%%'"
    " OR u.courriel ILIKE '%%' || %(personne)s || '%%')",
    "organisme": "AND o.sort_key LIKE '%%' || %(organisme)s || '%%'",
    "convention": "AND (c.numero = %(convention)s::int OR c.sort_key LIKE '%%' || %(convention)s || '%%')",
    "service": "AND b.service = %(service)s",
    "role": "AND rb.role = %(role)s",
}


def search(
    connection: psycopg.Connection, asked: Mapping[str, str], *, caf: int, on: str, limit: int
) -> list[list[Any]]:
    """(membership, role) of the first lines, in the order of people."""
    statement = _STATEMENT.format(
        opened=is_open("r", "u", "c", "b", "rb", "a"),
        suspended=is_open("s"),
        held=is_open("above", "held"),
        asked=" ".join(_ASKED[name] for name in asked),
    )
    values = {**asked, "caf": caf, "on": on, "limit": limit}
    return [list(row) for row in connection.execute(statement, values).fetchall()]  # type: ignore[arg-type]
