"""What the tests of the accounts share: a browser at the door, the secrets of the mails, the hashes counted."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.comptes.actions import send_reset
from portail.comptes.adapters import Argon2id
from portail.courriels.actions import send_due
from portail.courriels.models import Courriel
from tests.cast import PASSWORD
from tests.client import PortailClient

SECRET = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b")
LINK = re.compile(r"http://testserver(/adresse-mail/confirmer/[\w-]+/)")


@pytest.fixture
def sign_in():
    """Types an identifiant and a password on the sign-in page."""

    def typed(client: PortailClient, identifiant: str, password: str = PASSWORD, **more: Any):
        return client.post("/connexion/", {"login": identifiant, "password": password}, **more)

    return typed


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """One word for each password hash computed."""
    computed: list[str] = []
    encode, verify = Argon2id.encode, Argon2id.verify

    def counted_encode(self, password, salt):
        computed.append("encode")
        return encode(self, password, salt)

    def counted_verify(self, password, encoded):
        computed.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2id, "encode", counted_encode)
    monkeypatch.setattr(Argon2id, "verify", counted_verify)
    return computed


@pytest.fixture
def secret_of(db):
    """Asks for a provisional password, has the worker send it, and reads it in the mail."""

    def read(utilisateur) -> str:
        send_reset(utilisateur.identifiant)
        return last_secret()

    return read


def last_secret() -> str:
    send_due()
    return SECRET.findall(mail.outbox[-1].body)[0]


def make_due() -> None:
    """As if the time of the next try had come."""
    Courriel.objects.filter(statut="a_envoyer").update(due_at=timezone.now() - timedelta(seconds=1))


def run_jobs() -> None:
    """What the worker would do with the jobs waiting in the base."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        jobs = cursor.fetchall()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    for name, arguments in jobs:
        app.tasks[name].func(**json.loads(arguments))


def all_tables() -> Iterator[tuple[str, str]]:
    """Every row of the base as text: (table, row)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Runs `act(0)` … `act(count - 1)` in as many threads, started together; a raised exception is the result."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
