"""The closed lists of codes, and how each code is read."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def codes() -> dict[str, dict[str, str]]:
    """List → code → label."""
    return tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))


def label(liste: str, code: str) -> str:
    """How a code is read; the code itself when the list does not know it: nothing is hidden, nothing invented."""
    return codes()[liste].get(code, code)
