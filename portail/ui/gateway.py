"""Makes files: CSV that no spreadsheet runs, ZIP with a manifest, accessible PDF (PDF/UA-1 and PDF/A-2a, by Typst)."""

import csv
import functools
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import typst
from django.template.loader import get_template


@functools.cache
def _compiler(name: str) -> Any:
    """One for each template: it keeps its fonts."""
    template: Any = get_template(name)
    return typst.Compiler(template.origin.name, ignore_system_fonts=True)


def made_pdf(name: str, data: dict[str, Any]) -> bytes:
    """The document of that Typst template; `data` reaches it as JSON, so that no text is taken for markup."""
    return _compiler(name).compile(format="pdf", sys_inputs={"data": json.dumps(data)}, pdf_standards=["a-2a", "ua-1"])


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def harmless(value: Any) -> str:
    """Text that a spreadsheet would run is kept as text; dates stay days, decimals have their comma."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def made_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """As French spreadsheets open it: semicolons, UTF-8 with its mark."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([harmless(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


MANIFEST = "EMPREINTES-SHA256.txt"


def made_zip(files: dict[str, bytes]) -> bytes:
    """These files and their SHA-256, in the lines that `sha256sum -c` reads."""
    told = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | {MANIFEST: told.encode()}).items():
            archive.writestr(name, content)
    return out.getvalue()
