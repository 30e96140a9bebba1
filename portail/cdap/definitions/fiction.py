"""What synthetic files are drawn from, read once: `fiction.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

FIRST_NUMERO, LAST_NUMERO = 9_000_000, 9_999_999  # set apart for files that are nobody's


@cache
def fiction() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("fiction.toml").read_text("utf-8"))


@cache
def _drawer(table: str) -> tuple[list[str], list[int]]:
    weights: Mapping[str, int] = fiction()[table]
    return list(weights), list(accumulate(weights.values()))


def drawn(draw: Random, table: str) -> str:
    """A key of this table, by its weight."""
    keys, cumulated = _drawer(table)
    return draw.choices(keys, cum_weights=cumulated)[0]
