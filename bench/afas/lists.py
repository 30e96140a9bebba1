"""The two long lists beside the same question written by hand; a group of fields saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from bench import data
from bench.afas.base import CAF, NOW, RUSH, SIZE
from bench.figures import Measured, load_average, median, percentile
from bench.servers import Helper, helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figures import Place

ASKED, ROUNDS, SAVED = 20, 5, 60

# What « Mes déclarations » shows: those of the activités on which the person has a profile, the newest due first.
MINE = """
SELECT d.*, a.*, e.* FROM afas_declaration d JOIN afas_activite a ON a.id = d.activite_id
JOIN afas_echeance e ON e.id = d.echeance_id
WHERE d.activite_id IN (
  SELECT p.activite_id FROM afas_profil p JOIN conventions_rattachement r ON r.id = p.rattachement_id
  WHERE r.utilisateur_id = %(person)s AND p.period @> current_date AND p.validation IN ('sans_objet', 'validee')
    AND r.convention_id IN (SELECT h.convention_id FROM habilitations_habilitation h
      WHERE h.utilisateur_id = %(person)s AND h.role = 'afas.declarer' AND h.period @> current_date))
ORDER BY e.due_on DESC, a.sort_key, d.id DESC LIMIT 25
"""
# What the queue of the Caf shows: what is to be processed, the oldest first.
QUEUE = """
SELECT d.*, a.*, o.*, e.* FROM afas_declaration d JOIN afas_activite a ON a.id = d.activite_id
JOIN conventions_organisme o ON o.id = a.organisme_id JOIN afas_echeance e ON e.id = d.echeance_id
WHERE d.caf_id = %(caf)s AND d.transmitted_at IS NOT NULL AND d.etat IN ('transmise', 'en_traitement')
ORDER BY d.transmitted_at, d.id LIMIT 25
"""
# How many they are: every list says so.
COUNTS = {statement: f"SELECT count(*) FROM ({statement.replace('LIMIT 25', '')}) found" for statement in (MINE, QUEUE)}


def some(place: Place, statement: str, *values: object) -> list[Any]:
    """The rows a statement finds."""
    with psycopg.connect(data.address(place.url, database=SIZE.name)) as connection:
        return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]


def suppliers(place: Place, count: int) -> list[int]:
    """People with profiles who may declare today."""
    statement = """
        SELECT DISTINCT r.utilisateur_id FROM afas_profil p JOIN conventions_rattachement r ON r.id = p.rattachement_id
        JOIN habilitations_habilitation h ON h.utilisateur_id = r.utilisateur_id
         AND h.convention_id = r.convention_id AND h.role = 'afas.declarer' AND h.period @> current_date
        WHERE r.convention_id %% 7 = 0 ORDER BY 1 LIMIT %s"""
    return [row[0] for row in some(place, statement, count)]


def agents(place: Place) -> list[int]:
    return [row[0] for row in some(place, "SELECT utilisateur_id FROM conventions_agentcaf WHERE caf_id = %s", CAF)]


def measure(place: Place) -> Iterator[Measured]:
    """The time a page spends in its statements about declarations, beside the statements written by hand."""
    people, caf = suppliers(place, ASKED), agents(place)
    with helper(place, "bench.afas.inside", data.app_address(place.url, SIZE)) as inside:
        yield from _compared(inside, "declaration_list", MINE, people)
        yield from _compared(inside, "traitement_list", QUEUE, caf * (ASKED // len(caf)))
        yield from _pages(inside, caf, people)


def _compared(inside: Helper, name: str, statement: str, people: list[int]) -> Iterator[Measured]:
    pages, bare = [], []
    for number in range(ROUNDS + 1):
        page = inside.ask(do="page", name=f"afas:{name}", people=people, query={})
        by_hand = inside.ask(do="bare", statements=[statement, COUNTS[statement]], people=people)
        if number:  # the first round is the warm-up
            pages.append(page)
            bare.append(by_hand)
    statuses = sorted({status for page in pages for status in page["statuses"]})
    ours = median([percentile(page["declarations"], 0.95) for page in pages])
    theirs = median([percentile(one["milliseconds"], 0.95) for one in bare])
    whole = median([percentile(page["milliseconds"], 0.95) for page in pages])
    detail = {"ours_p95_ms": round(ours, 2), "by_hand_p95_ms": round(theirs, 2), "page_p95_ms": round(whole, 1)}
    detail |= {"rows": min(bare[0]["rows"]), "load": load_average()}
    spoiled = "" if statuses == [200] else f"answers {statuses}"
    yield Measured(f"{name}_p95_vs_sql", ours / theirs, "ratio", "<= 2", detail, spoiled)


def _pages(inside: Helper, caf: list[int], people: list[int]) -> Iterator[Measured]:
    """The dashboards, drawn and all."""
    for name, who in (("campagne_view", caf), ("tableau_list", people)):
        seen = [inside.ask(do="page", name=f"afas:{name}", people=who, query={}) for _ in range(ROUNDS + 1)][1:]
        statuses = sorted({status for page in seen for status in page["statuses"]})
        value = median([percentile(page["milliseconds"], 0.95) for page in seen])
        spoiled = "" if statuses == [200] else f"answers {statuses}"
        yield Measured(f"{name}_p95", value, "ms", "<= 300", {"load": load_average()}, spoiled)


def measure_saving(place: Place) -> Iterator[Measured]:
    """A group of fields of one sheet after the other, each by its own supplier."""
    statement = """
        SELECT r.utilisateur_id, v.id FROM afas_volet v JOIN afas_declaration d ON d.id = v.declaration_id
        JOIN afas_echeance e ON e.id = d.echeance_id AND e.exercice = %s AND e.phase = %s
        JOIN afas_profil p ON p.activite_id = d.activite_id AND p.role = 'activite'
        JOIN conventions_rattachement r ON r.id = p.rattachement_id
        JOIN habilitations_habilitation h ON h.utilisateur_id = r.utilisateur_id
         AND h.convention_id = r.convention_id AND h.role = 'afas.declarer' AND h.period @> current_date
        WHERE v.kind = 'activite' AND d.etat = 'en_cours' ORDER BY v.id DESC, r.utilisateur_id LIMIT %s"""
    sheets = [list(row) for row in some(place, statement, NOW, RUSH, SAVED)]
    with helper(place, "bench.afas.inside", data.app_address(place.url, SIZE)) as inside:
        inside.ask(do="save_groups", sheets=sheets[:5])  # the warm-up
        seen = inside.ask(do="save_groups", sheets=sheets)
    p95 = {name: percentile(seen[name], 0.95) for name in ("acts", "requests")}
    detail = {f"{name}_p95_ms": round(value, 1) for name, value in p95.items()}
    detail |= {f"{name}_p50_ms": round(median(seen[name]), 1) for name in p95} | {"load": load_average()}
    statuses = sorted(set(seen["statuses"]))
    spoiled = "" if statuses == [200] and len(sheets) == SAVED else f"answers {statuses}, {len(sheets)} sheets"
    yield Measured("saving_p95", p95["requests"], "ms", "<= 100", detail, spoiled)
