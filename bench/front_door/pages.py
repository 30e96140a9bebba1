"""What the measures of pages share: who asks, with which session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from bench import data
from bench.servers import helper

if TYPE_CHECKING:
    from bench.figures import Place


def some(place: Place, statement: str, *values: object) -> list[int]:
    """The numbers a statement finds in the large base."""
    with psycopg.connect(data.address(place.url, database=data.LARGE.name)) as connection:
        return [row[0] for row in connection.execute(statement, values).fetchall()]  # type: ignore[arg-type]


def people_with_rights(place: Place, count: int) -> list[int]:
    """Ordinary people, each of another convention, who may use something today."""
    statement = """
        SELECT DISTINCT min(r.utilisateur_id) FROM conventions_rattachement r
        JOIN comptes_utilisateur u ON u.id = r.utilisateur_id AND u.closes_on IS NULL
        WHERE r.convention_id BETWEEN 20 AND 400
          AND NOT EXISTS (SELECT FROM conventions_administrateur a WHERE a.rattachement_id = r.id)
          AND EXISTS (SELECT FROM habilitations_habilitation h
                      WHERE h.utilisateur_id = r.utilisateur_id AND h.convention_id = r.convention_id
                        AND h.period @> current_date)
          AND r.utilisateur_id BETWEEN 20000 AND 21200
        GROUP BY r.convention_id ORDER BY 1 LIMIT %s"""
    return some(place, statement, count)


def administrateur(place: Place, convention: int) -> list[int]:
    """Who administers the convention for the partner."""
    statement = """SELECT r.utilisateur_id FROM conventions_administrateur a
                   JOIN conventions_rattachement r ON r.id = a.rattachement_id WHERE r.convention_id = %s"""
    return some(place, statement, convention)


def cookies(place: Place, people: list[int]) -> list[str]:
    """A session cookie for each person."""
    with helper(place, "bench.inside", data.app_address(place.url, data.LARGE)) as inside:
        return list(inside.ask(do="sessions", people=people)["cookies"])
