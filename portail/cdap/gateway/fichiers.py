"""Files of files, Parquet and CSV: read by slices, never whole in memory; and written, for synthetic ones."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from portail.cdap.calculs.fiction import DossierFictif
from portail.cdap.definitions import echange
from portail.cdap.definitions.contenu import PARTIES
from portail.cdap.gateway.lignes import MOST_NUMERO, Rangee, Refus, TrancheLue, code_of, numero_of

SUFFIXES = (".parquet", ".csv")
REFUS = ".refus.csv"  # ends the name of what was refused of a file, which stands beside it
GROUP = 5_000  # lines of a row group that is written: those of a slice, so that each is read by who loads it
_MOST_FIELD = 4 * 1024 * 1024  # characters of one part
_OPTIONAL = {"closed_on"}


class WrongFileError(Exception):
    """The file cannot be read at all; its text is the French sentence."""


@dataclass(frozen=True)
class TrancheParquet:
    """Lines that are whole row groups of a file: read by the process that writes them, not passed to it."""

    rang: int
    premiere: int
    path: Path
    groupes: range
    codes: set[str]
    fautives: dict[int, str]

    def cafs(self) -> set[str]:
        return self.codes

    def rangees(self, known: Collection[str]) -> Iterator[Rangee | Refus]:
        """:raises WrongFileError: when the file is damaged there"""
        with _readable(self.path.name), pq.ParquetFile(self.path) as file:
            lignes = file.read_row_groups(self.groupes, columns=_columns(file), use_threads=False)
        return TrancheLue(self.rang, self.premiere, _completed(lignes), self.fautives).rangees(known)


class Fichier:
    """One file to load."""

    def __init__(self, path: Path) -> None:
        self.path, self.nom = path, path.name
        self.is_parquet = path.suffix.lower() == ".parquet"

    def empreinte(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def total(self) -> int | None:
        """How many lines; None when only reading it would tell.

        :raises WrongFileError: when a column misses, or the file is damaged
        """
        with _readable(self.nom):
            if not self.is_parquet:
                next(_csv(self.path, 1), None)
                return None
            with pq.ParquetFile(self.path) as file:
                _check_parquet(self.nom, file.schema_arrow)
                return int(file.metadata.num_rows)

    def tranches(self, size: int) -> Iterator[TrancheLue | TrancheParquet]:
        """:raises WrongFileError: when a column misses, or the file is damaged"""
        with _readable(self.nom):
            if self.is_parquet and (groupes := _groups_of(self.path, size)):
                yield from _unread(self.path, groupes)
            else:
                yield from _read(_parquet(self.path, size) if self.is_parquet else _csv(self.path, size))


def files_of(path: Path) -> list[Fichier]:
    """The file, or those of the folder in the order of their names; never what was refused of one.

    :raises WrongFileError: when there is none
    """
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    known = [each for each in found if each.suffix.lower() in SUFFIXES and each.is_file()]
    known = [each for each in known if not each.name.endswith(REFUS)]
    if not known:
        raise WrongFileError(f"{path} : aucun fichier .parquet ou .csv n'est là.")
    return [Fichier(each) for each in known]


@contextmanager
def _readable(nom: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError) as wrong:
        raise WrongFileError(f"{nom} : le fichier est endommagé ou n'a pas le format que dit son nom.") from wrong


def _check_columns(nom: str, names: Iterable[str]) -> None:
    if missing := [name for name in echange.COLUMNS if name not in {*names, *_OPTIONAL}]:
        raise WrongFileError(f"{nom} : il manque la colonne {', la colonne '.join(missing)}.")


class _Vus:
    """The numbers seen so far in a file: one bit each, whatever the size of the file."""

    def __init__(self) -> None:
        self._bits = defaultdict[str, bytearray](lambda: bytearray(MOST_NUMERO // 8 + 1))

    def again(self, lignes: pa.RecordBatch | pa.Table, fautives: dict[int, str]) -> dict[int, str]:
        """Those of these lines whose number was seen before, with the reason to refuse them."""
        found = {}
        pairs = zip(lignes.column("caf").to_pylist(), lignes.column("numero").to_pylist(), strict=True)
        for offset, (caf, numero) in enumerate(pairs):
            if offset not in fautives and self._was_seen(caf, numero):
                found[offset] = "ce numéro est déjà plus haut dans le fichier"
        return found

    def _was_seen(self, caf: Any, numero: Any) -> bool:
        try:
            number = numero_of(numero)
        except echange.WrongPartieError:
            return False
        bits = self._bits[code_of(caf)]
        mask = 1 << number % 8
        was = bool(bits[number // 8] & mask)
        bits[number // 8] |= mask
        return was


# Reading


def _read(batches: Iterable[tuple[pa.RecordBatch, dict[int, str]]]) -> Iterator[TrancheLue]:
    seen, premiere = _Vus(), 1
    for rang, (lignes, fautives) in enumerate(batches):
        yield TrancheLue(rang, premiere, lignes, fautives | seen.again(lignes, fautives))
        premiere += lignes.num_rows


def _unread(path: Path, slices: list[range]) -> Iterator[TrancheParquet]:
    """Only the numbers are read, to tell those that come twice."""
    seen, premiere = _Vus(), 1
    with pq.ParquetFile(path) as file:
        _check_parquet(path.name, file.schema_arrow)
        for rang, groupes in enumerate(slices):
            keys = file.read_row_groups(groupes, columns=["caf", "numero"], use_threads=False)
            codes = {code_of(value) for value in keys.column("caf").unique().to_pylist()}
            yield TrancheParquet(rang, premiere, path, groupes, codes, seen.again(keys, {}))
            premiere += keys.num_rows


def _groups_of(path: Path, size: int) -> list[range]:
    """The row groups of each slice of `size` lines; none at all when a slice would end within a group."""
    with pq.ParquetFile(path) as file:
        counts = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    slices, first, lines = [], 0, 0
    for after, count in enumerate(counts, start=1):
        lines += count
        if lines > size:
            return []
        if lines == size or after == len(counts):
            slices.append(range(first, after))
            first, lines = after, 0
    return slices


def _parquet(path: Path, size: int) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
    with pq.ParquetFile(path) as file:
        _check_parquet(path.name, file.schema_arrow)
        for batch in file.iter_batches(size, columns=_columns(file), use_threads=False):  # the others write
            yield _completed(batch), {}


def _columns(file: pq.ParquetFile) -> list[str]:
    return [name for name in echange.COLUMNS if name in file.schema_arrow.names]


def _check_parquet(nom: str, schema: pa.Schema) -> None:
    _check_columns(nom, schema.names)
    for name in PARTIES:
        if not _is_text(schema.field(name).type):
            raise WrongFileError(f"{nom} : la colonne {name} n'est pas du texte.")


def _is_text(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary))


def _completed(lignes: Any) -> Any:
    """With an empty column for what may be left out."""
    for name in _OPTIONAL - set(lignes.schema.names):
        lignes = lignes.append_column(name, pa.nulls(lignes.num_rows, pa.string()))
    return lignes


def _csv(path: Path, size: int) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
    csv.field_size_limit(_MOST_FIELD)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        names = [name.strip() for name in next(rows, [])]
        _check_columns(path.name, names)
        places = [names.index(name) if name in names else -1 for name in echange.COLUMNS]
        kept: list[list[str]] = []
        fautives: dict[int, str] = {}
        for row, wrong in _each(rows, len(names)):
            if wrong:
                fautives[len(kept)] = wrong
            kept.append([""] * len(places) if wrong else [row[at] if at >= 0 else "" for at in places])
            if len(kept) == size:
                yield _batch(kept), fautives
                kept, fautives = [], {}
        if kept:
            yield _batch(kept), fautives


def _each(rows: Any, width: int) -> Iterator[tuple[list[str], str]]:
    """Each line, with what forbids to read it."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield [], "la ligne ne se lit pas : guillemets mal fermés, ou valeur trop longue"
            continue
        if not row:
            continue
        if len(row) != width:
            yield row, f"la ligne a {len(row)} valeurs, et non {width}"
        else:
            yield row, "" if all(map(_is_utf8, row)) else "la ligne n'est pas en UTF-8"


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _batch(rows: list[list[str]]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=list(echange.COLUMNS))


# Writing


def write_parquet(path: Path, caf: str, dossiers: Iterable[DossierFictif]) -> None:
    """Whole, or not there."""
    lines = [_line(caf, dossier) for dossier in dossiers]
    columns = [pa.array(column) for column in zip(*lines, strict=True)]
    columns[2] = columns[2].cast(pa.date32())
    partial = path.with_suffix(".partial")
    table = pa.Table.from_arrays(columns, names=list(echange.COLUMNS))
    pq.write_table(table, partial, compression="zstd", row_group_size=GROUP)
    partial.rename(path)


def write_csv(path: Path, caf: str, dossiers: Iterable[DossierFictif]) -> None:
    """Whole, or not there."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(echange.COLUMNS)
        writer.writerows(_line(caf, dossier) for dossier in dossiers)
    partial.rename(path)


def _line(caf: str, dossier: DossierFictif) -> list[Any]:
    return [caf, dossier.numero, dossier.closed_on, *map(echange.written, dossier.parties.values())]
