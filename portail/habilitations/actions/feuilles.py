"""Reads a table that somebody made in a spreadsheet: CSV or XLSX, as text, formulas not evaluated."""

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any
from warnings import catch_warnings, simplefilter

from django.conf import settings
from openpyxl import load_workbook

from portail.ui.rules import Refused

Rows = list[tuple[int, list[str]]]
_UNREADABLE = "Ce fichier ne peut être lu : enregistrez-le à nouveau au format CSV ou Excel (.xlsx), puis recommencez."
_TYPES = "Choisissez un fichier CSV ou Excel (.xlsx)"
_COLUMNS = 50


def rows_of(content: bytes) -> Rows:
    """The rows that hold something, with the number the spreadsheet gives them; the header is one of them.

    :raises Refused: when the file is empty, too big, too long or no table
    """
    if len(content) > settings.PORTAIL["IMPORT_BYTES"]:
        raise Refused(
            f"Ce fichier dépasse {settings.PORTAIL['IMPORT_BYTES'] // 1_000_000} Mo : coupez-le en plusieurs."
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(f"{_TYPES} : l'ancien format Excel (.xls) et les fichiers protégés ne sont pas acceptés.")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")) or (
        b"\0" in content[:4096] and not content.startswith(b"PK")
    ):
        raise Refused(f"{_TYPES} : celui-ci est d'un autre type.")
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    rows = [(rang, cells) for rang, cells in rows if any(cells)]
    if len(rows) < 2:
        raise Refused("Ce fichier ne contient aucune ligne : remplissez le modèle.")
    return rows


def _limited(rows: Rows, rang: int, cells: list[str]) -> None:
    """Adds a row, unless there are too many."""
    limit = settings.PORTAIL["IMPORT_ROWS"]
    if any(cells):
        rows.append((rang, cells))
    if len(rows) > limit + 1 or rang > 20 * limit + 1000:
        raise Refused(f"Ce fichier dépasse {limit} lignes : coupez-le en plusieurs.")


def _csv(content: bytes) -> Rows:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    rows: Rows = []
    begins = 1
    try:
        for cells in reader:
            _limited(rows, begins, [_text(cell) for cell in cells[:_COLUMNS]])
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused(
            f"Ligne {reader.line_num} : un guillemet n'est pas refermé, ou la ligne est mal formée."
        ) from error
    return rows


def _xlsx(content: bytes) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_archive(archive)
        with catch_warnings():
            simplefilter("ignore")  # openpyxl's, on styles and extensions that we do not read
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            rows: Rows = []
            sheet: Any = book.worksheets[0]
            for rang, cells in enumerate(sheet.iter_rows(max_col=_COLUMNS, values_only=True), 1):
                _limited(rows, rang, [_text(cell) for cell in cells])
            book.close()
    except Refused:
        raise
    except Exception as error:  # whatever a damaged file makes the library say
        raise Refused(_UNREADABLE) from error
    return rows


def _refuse_archive(archive: zipfile.ZipFile) -> None:
    """Neither macros, nor entities, nor more once unpacked than a list of people takes."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refused(f"{_TYPES} : celui-ci est d'un autre type.")
    if any("vbaProject" in name for name in names):
        raise Refused("Ce fichier contient des macros : enregistrez-le au format Excel sans macro (.xlsx).")
    if len(parts) > 1000 or sum(part.file_size for part in parts) > settings.PORTAIL["IMPORT_UNPACKED_BYTES"]:
        raise Refused("Ce fichier est trop volumineux une fois décompressé : ne gardez que la feuille à importer.")
    for part in parts:
        with archive.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(1024):
                raise Refused(_UNREADABLE)


def _text(value: Any) -> str:
    """A cell as one would read it; the apostrophe by which our exports keep a text from being a formula is left out."""
    if isinstance(value, (datetime, date)):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).replace("\0", "").strip()
    is_guarded = text[:1] == "'" and text[1:2] in ("=", "+", "-", "@")
    return text[1:] if is_guarded else text
