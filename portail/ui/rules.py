"""How a rule's « no » travels from where it is said to where it is read."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError


class Refused(Exception):
    """A rule forbids the act; its text is the French sentence that says why."""


class Refusal(str):
    """The sentence of a rule that also says where to go: `remedy` is a label, a URL name and its arguments."""

    remedy: tuple[Any, ...]

    def __new__(cls, sentence: str, *, remedy: tuple[Any, ...]) -> "Refusal":
        made = super().__new__(cls, sentence)
        made.remedy = remedy
        return made


TO_CORRECT = "Ces critères ne sont pas valables : corrigez-les dans la liste avant de l'exporter."


class Settled(str):
    """The sentence of a rule about what the thing has become or lacks, said to who has the right: a 409, not a 403."""


class Busy(Exception):
    """Too much is being asked at once; try again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


class Stale(Exception):
    """The thing changed since the form was opened; `differences` say how."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__("Cette fiche a été modifiée depuis que vous l'avez ouverte.")
        self.differences = differences


def constraint_sentence(error: IntegrityError) -> str | None:
    """What the model says of the constraint, or of the trigger, that the base would not let break."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        if sentence := getattr(model, "triggered", {}).get(name):
            return sentence
        for constraint in model._meta.constraints:
            if constraint.name == name and constraint.violation_error_message:
                return str(constraint.violation_error_message)
    return None


def refuse_impossible_day(typed: str) -> str | None:
    """A day that is written as it should be, but that no month has."""
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", typed):
        typed = "/".join(reversed(found.groups()))
    elif not re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", typed):
        return None
    try:
        datetime.strptime(typed, "%d/%m/%Y")
    except ValueError:
        return f"Le {typed} n'existe pas : vérifiez le jour et le mois."
    return None


def everybody(acteur: object) -> None:
    """The rule of pages that any signed-in person may see."""
    return
