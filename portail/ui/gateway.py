"""Makes accessible PDF documents: tagged, in French, PDF/UA-1 and PDF/A-2a, with Typst."""

import functools
import json
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
