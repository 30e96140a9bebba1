"""Run the measures: `python -m bench [GROUP]`, one JSON line per figure, exit code 1 when one does not hold."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import afas, cdap, front_door, governance
from bench.figures import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.figures import Figure

GROUPS: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "front-door": front_door.figures,
    "governance": governance.figures,
    "afas": afas.figures,
    "cdap": cdap.figures,
}


def place() -> Place:
    """Where `make bench` says to measure: DATABASE_URL is the owner's, on a private cluster."""
    url, folder = os.environ.get("DATABASE_URL"), os.environ.get("PORTAIL_DATA")
    if not url or not folder:
        raise SystemExit("DATABASE_URL and PORTAIL_DATA are missing: run `make bench`.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environment |= {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    (Path(folder) / "bench").mkdir(parents=True, exist_ok=True)
    return Place(url, Path(folder) / "bench", environment)


def main(arguments: list[str]) -> int:
    """Measure the named groups, or all."""
    if unknown := set(arguments) - set(GROUPS):
        print(f"Unknown: {', '.join(sorted(unknown))}. Groups: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    where, code = place(), 0
    for name, figures in GROUPS.items():
        if name in arguments or not arguments:
            for figure in figures(where):
                print(figure.line(), flush=True)
                code |= not figure.holds
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
