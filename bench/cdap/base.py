"""The bases of these measures: the same people over few files, then over many."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from bench import data

if TYPE_CHECKING:
    from bench.figures import Place

FILES = int(os.environ.get("BENCH_DOSSIERS", "200000"))
CAFS = ("001", "002", "003", "004", "005")
DAY = "2026-11-01"


@dataclass(frozen=True)
class Size:
    """A base of people, and how many files it holds."""

    people: data.Size
    files: int

    def variables(self, place: Place) -> dict[str, str]:
        """Of a command of the product on this base, with keys of its own."""
        address = data.address(place.url, database=self.people.name)
        return place.variables(DATABASE_URL=address, PORTAIL_CDAP_KEYS_DIR=str(place.folder / "cles"))


FEW = Size(data.Size("portail_bench_cdap_few", users=320, conventions=80), 10_000)
MANY = Size(data.Size("portail_bench_cdap", users=320, conventions=80), FILES)


def remake(place: Place) -> None:
    """Both bases with their people, their purposes and a key; the files of the small one."""
    data.remake(place.url, place.environment, (MANY.people, FEW.people))
    for size in (MANY, FEW):
        with psycopg.connect(data.address(place.url, database=size.people.name), autocommit=True) as connection:
            connection.execute("UPDATE conventions_convention SET finalites = '{Instruire une aide}'")
    generate(place, FEW)


def generate(place: Place, size: Size) -> None:
    """The files of a base that has its people, straight into it; a key, when there is none."""
    if not any((place.folder / "cles").glob("*.key")):
        manage(size.variables(place), "create_dossier_key")
    words = ("--count", str(size.files), "--caf", *CAFS, "--on", DAY, "-v0")
    manage(size.variables(place), "generate_dossiers", *words)


def manage(variables: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *words], cwd=data.ROOT, env=variables, check=True, stdout=subprocess.DEVNULL
    )


# Of one convention only: it is plain under which of them he then consults.
READERS = """
SELECT utilisateur_id, min(caf) FROM (
  SELECT h.utilisateur_id, h.convention_id, min(c.caf_id) AS caf
  FROM habilitations_habilitation h JOIN conventions_convention v ON v.id = h.convention_id
  JOIN conventions_convention_cafs c ON c.convention_id = h.convention_id
  WHERE h.role = 'cdap.t1' AND h.period @> current_date AND cardinality(v.finalites) > 0
  GROUP BY h.utilisateur_id, h.convention_id) held
WHERE EXISTS (SELECT FROM cdap_dossier d WHERE d.caf_id = held.caf)
GROUP BY utilisateur_id HAVING count(*) = 1 ORDER BY 1 LIMIT %s
"""


@dataclass(frozen=True)
class Reader:
    """A social worker, and open files of his Caf."""

    utilisateur: int
    caf: int
    numeros: list[int]


def readers(place: Place, size: Size, people: int, files: int) -> list[Reader]:
    """So many people, and for each so many files, spread over all those of his Caf."""
    with psycopg.connect(data.address(place.url, database=size.people.name)) as connection:
        found = connection.execute(READERS, (people,)).fetchall()
        return [Reader(person, caf, _some(connection, caf, person, size.files, files)) for person, caf in found]


def _some(connection: psycopg.Connection[tuple[int, ...]], caf: int, person: int, whole: int, files: int) -> list[int]:
    share = min(100.0, 100 * 20_000 / whole)
    rows = connection.execute(
        "SELECT numero FROM cdap_dossier TABLESAMPLE BERNOULLI (%s) WHERE caf_id = %s AND closed_on IS NULL "
        "ORDER BY md5(numero::text || %s::text) LIMIT %s",
        (share, caf, str(person), files),
    )
    return [numero for (numero,) in rows]


def opened(inside: Any, readers: list[Reader], onglet: str) -> dict[str, Any]:
    """Each opens his files: `cookies`, and for each the `paths` of that tab."""
    people, numeros = [each.utilisateur for each in readers], [each.numeros for each in readers]
    return dict(inside.ask(do="opened", people=people, numeros=numeros, onglet=onglet))


def bare_paths(readers: list[Reader]) -> list[list[str]]:
    return [[f"/dossier/{each.caf}/{numero}" for numero in each.numeros] for each in readers]
