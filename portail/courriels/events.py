"""Kinds of mails; each is declared by the app that owes it, with what must be made when it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portail.journal import events

Prepare = Callable[[dict[str, Any]], dict[str, Any] | None]
KINDS: dict[str, "Kind"] = {}
PREPARES: dict[str, Prepare] = {}

FAILED = events.declare(
    "courriels.courriel.failed", "Le courriel « {courriel} » n'a pas pu partir vers {to_label} : {error}"
)


@dataclass(frozen=True)
class Kind:
    """`code` names the templates `courriels/<code>.txt` and `.html`; `label` is what administrators read."""

    code: str
    label: str


def declare(code: str, label: str) -> Kind:
    if code in KINDS:
        raise ValueError(f"{code} est déclaré deux fois")
    KINDS[code] = Kind(code, label)
    return KINDS[code]


def prepare_with(kind: Kind, prepare: Prepare) -> None:
    """`prepare(facts)` makes, at sending time, what the text needs and must never be stored (a provisional password).

    It returns None when the mail has lost its reason.
    """
    PREPARES[kind.code] = prepare


def prepared(code: str, facts: dict[str, Any]) -> dict[str, Any] | None:
    """What the templates of that kind are filled with."""
    return PREPARES.get(code, dict)(facts)
