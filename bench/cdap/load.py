"""Files loaded by `load_dossiers`, beside the binary COPY of the very same rows into the same tables.

Timed by the base, from the first loading begun to the last ended: starting Python counts for nothing at five million.
200,000 files, or as many as BENCH_DOSSIERS says; they are generated once and kept in the folder of the measures.
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from bench import data
from bench.cdap.base import CAFS, DAY, FILES, MANY, manage
from bench.figures import Measured, load_average

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.figures import Place

PROCESSES = 2
_BLOCK = 1024 * 1024


def measure(place: Place) -> Iterator[Measured]:
    """How fast beside the bare COPY, and how much of the disk a file takes."""
    address, variables = data.address(place.url, database=MANY.people.name), MANY.variables(place)
    documents = _documents(place.folder, variables)
    manage(variables, "load_dossiers", str(documents), "--processes", str(PROCESSES), "-v0")
    with psycopg.connect(address, autocommit=True) as connection:
        found, loaded = _count(connection), _seconds(connection)
        disk = _disk(connection) / max(found, 1)
        bare = _bare_copy(connection, place.folder)
    detail = {
        "files": FILES,
        "load_per_second": round(FILES / loaded),
        "copy_per_second": round(FILES / bare),
        "processes": PROCESSES,
        "other_load": load_average(),
    }
    lost = "" if found == FILES else f"{found} rows for {FILES} lines"
    yield Measured("load_beside_copy", bare / loaded, "ratio", ">= 0.5", detail, spoiled=lost)
    yield Measured("disk_per_file", disk, "bytes", "<= 6000", {"files": FILES})


def _documents(folder: Path, variables: dict[str, str]) -> Path:
    """Where the files to load are; made when they are not there, always the same."""
    documents = folder / f"dossiers-{FILES}"
    if not documents.exists():
        partial = folder / f"dossiers-{FILES}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        words = ("--count", str(FILES), "--caf", *CAFS, "--on", DAY, "--out", str(partial), "-v0")
        manage(variables, "generate_dossiers", *words)
        partial.rename(documents)
    return documents


def _partitions(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'cdap_dossier'::regclass"
    )
    return sorted(row[0] for row in rows)


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM cdap_dossier").fetchone()
    return int(row[0]) if row else 0


def _seconds(connection: psycopg.Connection) -> float:
    """That the loading took."""
    took = "SELECT extract(epoch FROM max(ended_at) - min(started_at)) FROM cdap_chargementdossiers"
    row = connection.execute(took).fetchone()
    return float(row[0]) if row else 0.0


def _disk(connection: psycopg.Connection) -> int:
    """Bytes of the rows, of their long values and of their indexes."""
    return sum(
        connection.execute("SELECT pg_total_relation_size(%s::regclass)", [name]).fetchone()[0]
        for name in _partitions(connection)
    )


def _bare_copy(connection: psycopg.Connection, folder: Path) -> float:
    """Seconds to put back the same rows by nothing but COPY, one connection, from a file beside."""
    tables, path = _partitions(connection), folder / "dossiers.copy"
    seconds = 0.0
    for name in tables:
        table = sql.SQL("COPY {} {} (FORMAT binary)")
        out = table.format(sql.Identifier(name), sql.SQL("TO STDOUT"))
        with path.open("wb") as file, connection.cursor().copy(out) as copy:
            for block in copy:
                file.write(block)
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
        began = time.perf_counter()
        into = table.format(sql.Identifier(name), sql.SQL("FROM STDIN"))
        with path.open("rb") as file, connection.cursor().copy(into) as copy:
            while block := file.read(_BLOCK):
                copy.write(block)
        seconds += time.perf_counter() - began
    path.unlink()
    return seconds
