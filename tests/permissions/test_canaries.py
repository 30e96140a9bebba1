"""What a file holds leaves by the pages made for it, to who opened it; nothing else of the portal ever tells it."""

import io
import logging
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from openpyxl import load_workbook

from portail.cdap.definitions.codes import codes
from portail.courriels.events import prepared
from portail.courriels.models import Courriel
from portail.journal.models import JournalEntry
from tests.cdap.scene import NUMERO
from tests.cdap.test_canaries import canaries
from tests.client import PortailClient
from tests.permissions.forms import form_for
from tests.permissions.matrix import PEOPLE
from tests.permissions.routes import Route, routes
from tests.permissions.world import ANONYMOUS, World, taken_back

pytestmark = pytest.mark.django_db
# Words of the portal too: how codes are read, the parts of a household, months.
_COMMON = re.compile(
    r"\b202[67]$|^(Madame|Monsieur|Féminin|Masculin|Allocataire|Conjoint|Enfant|Attendu|En attente|Non connu|Suspendu)$"
)
_PAGES = ("cdap:", "supervision:journal_", "supervision:usage_", "accueil:home")
_WHO = [who for who in PEOPLE if who not in (ANONYMOUS, "bollie", "rocu", "lointain")]  # those who get pages
# Which addresses show something of the file, to whom.
TELLS = {
    "GET cdap:onglet_view": {"garban"},
    "GET cdap:attestation_view": {"garban"},
    "GET cdap:attestation_print": {"garban"},
}
# Which show its number: to who asked for it or typed it, and to the agents of its Caf who follow it. No export does;
# the form that asks for a file gives it as the example.
_AGENTS = {"marchand", "gestin", "auditeau"}
NUMBERED = {
    "GET cdap:home": {"garban"},
    "GET cdap:consultation_create": {"garban", "guy", "double"},
    "POST cdap:consultation_create": {"garban", "guy"},
    "POST cdap:opposition_find": {*_AGENTS, "horsain"},
    "POST cdap:dossier_trace": {"marchand", "horsain"},
    "GET cdap:onglet_view": {"garban"},
    "GET cdap:dialogue_create": {"garban"},
    "GET cdap:dialogue_list": {"garban"},
    "GET cdap:dialogue_view": {*_AGENTS, "garban"},
    "POST cdap:dialogue_view": {"marchand", "auditeau"},
    "GET cdap:dialogue_queue": _AGENTS,
    "GET cdap:attestation_create": {"garban"},
    "GET cdap:attestation_list": {"garban"},
    "GET cdap:attestation_view": {"garban"},
    "GET cdap:attestation_print": {"garban"},
    "GET cdap:alerte_view": _AGENTS,
}


def words() -> set[str]:
    """The values that nothing but this file says."""
    labels = {label for liste in codes().values() for label in liste.values()}
    return {value for values in canaries().values() for value in values if not _COMMON.search(value)} - labels


def outputs(world: World) -> Iterator[tuple[str, Route, str, dict[str, Any]]]:
    """Each address of the service and of those that speak of it, in each format."""
    for route in routes():
        if route.name.startswith(_PAGES):
            for method in route.methods:
                for extension in ("csv", "xlsx") if "extension" in route.arguments else ("",):
                    yield f"{method} {route.name}", route, method, {"extension": extension} if extension else {}


def answered(world: World, who: str, route: Route, method: str, other: dict[str, Any]) -> str:
    """All that leaves the server, headers and what an .xlsx holds included."""
    client = PortailClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    data = form_for(world, route) if method == "POST" else None
    with taken_back():
        response = getattr(client, method.lower())(world.address(route, **other), data)
    content = b"".join(response) if response.streaming else response.content
    if other.get("extension") == "xlsx" and response.status_code == 200:
        cells = (cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values for cell in row)
        return f"{response.headers} {[str(cell) for cell in cells]}"
    return unescape(f"{response.headers} {content.decode(errors='replace')}")


def test_nothing_of_a_file_leaves_but_where_it_is_read(world: World, caplog: pytest.LogCaptureFixture) -> None:
    known, number = words(), str(NUMERO)
    told: dict[str, set[str]] = {}
    numbered: dict[str, set[str]] = {}
    with caplog.at_level(logging.INFO):
        for name, route, method, other in outputs(world):
            for who in _WHO:
                out = answered(world, who, route, method, other)
                if any(word in out for word in known):
                    told.setdefault(name, set()).add(who)
                if number in out:
                    numbered.setdefault(name, set()).add(who)

    assert told == TELLS
    assert numbered == NUMBERED
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert [word for word in known | {number} if word in logged] == []


def test_neither_mail_nor_journal_says_anything_of_a_file_nor_its_number(world: World) -> None:
    journal = "\n".join(f"{entry.facts} {entry.subjects}" for entry in JournalEntry.objects.all())
    mails = "\n".join(_as_sent(courriel) for courriel in Courriel.objects.all())

    assert "cdap.dossier.consulted" in set(JournalEntry.objects.values_list("kind", flat=True))
    assert "cdap_dialogue_message" in set(Courriel.objects.values_list("kind", flat=True))
    assert [word for word in words() | {str(NUMERO)} for text in (journal, mails) if word in text] == []


def _as_sent(courriel: Courriel) -> str:
    context = prepared(courriel.kind, courriel.facts) or {}
    context |= {"to_label": courriel.to_label, "portail_url": settings.PUBLIC_URL, "subject": ""}
    parts = [render_to_string(f"courriels/{courriel.kind}.{extension}", context) for extension in ("txt", "html")]
    return f"{courriel.facts} {courriel.subjects} {' '.join(map(unescape, parts))}"
