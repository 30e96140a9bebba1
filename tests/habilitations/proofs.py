"""Proofs for the tests: files of each kind, a proof given, a proof checked."""

from typing import Any

from portail.habilitations.actions import justificatifs
from portail.habilitations.models import Justificatif
from tests.cast import Cast
from tests.habilitations.facts import today
from tests.permissions.world import PDF

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
T1 = "cdap.t1"


def deposit(cast: Cast, name: str = "garban", by: str = "", content: bytes = PDF) -> Justificatif:
    return justificatifs.deposit(
        by=cast.acteur(by or name),
        utilisateur=cast.people[name],
        role=T1,
        file_name="diplôme.pdf",
        content=content,
    )


def checked(cast: Cast, closes_on: Any = None) -> Justificatif:
    given = deposit(cast)
    justificatifs.check(by=cast.acteur("bruet"), justificatif=given, opens_on=today(), closes_on=closes_on)
    given.refresh_from_db()
    return given
