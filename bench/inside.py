"""What must run inside the product, with its settings: decisions, sessions, query counts. See servers.Helper."""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import Any

import django

from bench.servers import serve

django.setup()
logging.disable(logging.WARNING)

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from bench.peers.prepared import Prepared  # noqa: E402
from portail.comptes.adapters import SessionStore  # noqa: E402
from portail.comptes.models import Utilisateur  # noqa: E402
from portail.habilitations.queries import may_use  # noqa: E402


def product(questions: list[list[Any]]) -> dict[str, Any]:
    """The questions put to the product's own function, over Django's one connection."""
    on = date.today()
    began = time.perf_counter()
    answers = [may_use(utilisateur, role, convention, on) for utilisateur, role, convention in questions]
    return {"seconds": time.perf_counter() - began, "answers": answers}


def prepared(questions: list[list[Any]]) -> dict[str, Any]:
    """The same questions put to the hand-written statement, over a connection of its own."""
    global _prepared
    _prepared = _prepared or Prepared(connection.settings_dict)
    return _prepared.answer(questions)


_prepared: Prepared | None = None


def sessions(people: list[int]) -> dict[str, Any]:
    """Open a session for each person, as signing in does; the cookies his browser then holds."""
    cookies = []
    known = Utilisateur.objects.in_bulk(people)
    for utilisateur in map(known.__getitem__, people):
        store = SessionStore()
        store[SESSION_KEY] = str(utilisateur.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = utilisateur.get_session_auth_hash()
        store.create()
        held = {settings.SESSION_COOKIE_NAME: store.session_key, settings.CSRF_COOKIE_NAME: get_random_string(32)}
        cookies.append("; ".join(f"{name}={value}" for name, value in held.items()))
    return {"cookies": cookies}


def queries(path: str, cookie: str) -> dict[str, Any]:
    """How many queries a page costs, the second time it is asked for."""
    client = Client(SERVER_NAME="localhost", HTTP_COOKIE=cookie)
    first = client.get(path)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(path).status_code
    statements = [query["sql"][:300] for query in captured.captured_queries]
    return {"status": status, "first": first.status_code, "queries": len(statements), "statements": statements}


if __name__ == "__main__":
    serve({"product": product, "prepared": prepared, "sessions": sessions, "queries": queries})
