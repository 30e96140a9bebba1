"""The base of these measures: 100,000 people under 5,000 conventions, and its tenth; a Caf leads a fifth of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import psycopg

from bench import data

if TYPE_CHECKING:
    from pathlib import Path

    from bench.figures import Place

WHOLE = data.Size("portail_bench_governance", users=100_000, conventions=5_000)
TENTH = data.Size("portail_bench_governance_tenth", users=10_000, conventions=500)
SIZES = (WHOLE, TENTH)
CAF = 1

_AGENT = """
INSERT INTO comptes_utilisateur (password, opens_on, identifiant, nom, prenom, courriel, telephone, poste, is_agent,
                                 edition, previous_courriel)
SELECT password, opens_on, 'CAF00001AA', 'Agent', 'Camille', 'agent@example.fr', '', 'sedentaire', true, 1, ''
FROM comptes_utilisateur WHERE id = 1
RETURNING id
"""
_FONCTION = """
INSERT INTO conventions_agentcaf (utilisateur_id, caf_id, fonction, opens_on, closing_reason)
VALUES (%s, %s, 'administrateur', '2020-01-01', '')
"""
_LEADS = "UPDATE conventions_convention SET caf_pivot_id = %(caf)s WHERE id %% 10 = 1"
_COVERS = """
UPDATE conventions_convention_cafs SET caf_id = %(caf)s WHERE convention_id IN (
  SELECT id FROM conventions_convention WHERE caf_pivot_id = %(caf)s)
"""
_ACCEPTED = "INSERT INTO comptes_acceptationregle (utilisateur_id, regle_id) VALUES (%s, 1)"


def seals_of(folder: Path, database: str) -> Path:
    """Where the seals of that base are kept."""
    return folder / f"sceaux-{database}"


def complete(place: Place, size: data.Size) -> None:
    """Add who looks over the rights of the Caf, and the conventions it leads besides its tenth; seals of a base before
    it would not be its own."""
    if (seals := seals_of(place.folder, size.name)).exists():
        shutil.rmtree(seals)
    with psycopg.connect(data.address(place.url, database=size.name)) as connection:
        row = connection.execute(_AGENT).fetchone()
        agent = row[0] if row else None
        connection.execute(_FONCTION, (agent, CAF))
        connection.execute(_ACCEPTED, (agent,))
        for statement in (_LEADS, _COVERS):
            connection.execute(statement, {"caf": CAF})


def agent_of(connection: psycopg.Connection) -> int:
    """Who administers the Caf."""
    row = connection.execute("SELECT utilisateur_id FROM conventions_agentcaf").fetchone()
    if row is None:
        raise LookupError("the base has no agent: call `complete` first")
    return int(row[0])
