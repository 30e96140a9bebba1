"""The files kept in a Caf's own system, asked for over HTTP as docs/exploitation/api-dossiers.yaml says.

Never in a log nor in an error: a number, a name, an address with a number in it, an answer.
"""

import logging
import ssl
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import pybreaker
import urllib3
from django.db import transaction
from urllib3.exceptions import HTTPError, TimeoutError

from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.definitions.contrat import (
    UNKNOWN_FILE,
    FicheDite,
    PartiesDites,
    Probleme,
    Recherche,
    Trouves,
    read_partie,
)
from portail.cdap.gateway.annuaire import Acces, annuaire
from portail.cdap.gateway.sources import Fiche, Trace, UnavailableError
from portail.conventions.models import Caf
from portail.journal.events import CURRENT

logger = logging.getLogger(__name__)
MOST_BYTES = 1_000_000
_CONNECTIONS = 6  # as many as a process of the portal serves requests at once
_PROBLEM = "application/problem+json"
T = TypeVar("T")


class _FailedError(Exception):
    """The system did not answer, or not as agreed; its text says how, and nothing that is in a file."""


@dataclass(frozen=True)
class Etat:
    """How this process sees the system of a Caf."""

    caf: str
    left_alone_since: datetime | None
    answered_at: datetime | None


class Http:
    """The files of one Caf."""

    is_far = True

    def __init__(self, caf: Caf, systeme: "Systeme") -> None:
        self.caf, self.systeme = caf, systeme

    def fiche(self, numero: int) -> Fiche | None:
        told = self._asked("GET", f"/dossiers/{numero:d}", lambda body: _same_fiche(body, numero))
        return None if told is None else Fiche(numero, told.closed_on)

    def parties(self, numero: int, names: Collection[NomPartie], trace: Trace | None = None) -> dict[NomPartie, Any]:
        if trace is None:
            return self._parties(numero, names)
        with transaction.atomic():  # a system that does not answer leaves no trace of a reading
            trace.write()
            return self._parties(numero, names)

    def _parties(self, numero: int, names: Collection[NomPartie]) -> dict[NomPartie, Any]:
        wanted = ",".join(names)
        told = self._asked(
            "GET", f"/dossiers/{numero:d}/parties?noms={wanted}", lambda body: _same_parties(body, numero, names)
        )
        if told is None:
            raise LookupError("le dossier n'est plus là")
        return told

    def search(self, nom: str, ne_le: date, most: int) -> list[Fiche]:
        body = msgspec.json.encode(Recherche(nom=nom, ne_le=ne_le, most=most))
        told = self._asked("POST", "/dossiers/recherche", lambda answer: _few(answer, most), body)
        if told is None:
            raise self._unavailable()
        return told

    def _asked(self, method: str, path: str, read: Callable[[bytes], T], body: bytes | None = None) -> T | None:
        """What the system answers, read; None for a file that it says it does not have."""
        try:
            return self.systeme.ask(method, path, read, body)
        except _FailedError:
            raise self._unavailable() from None

    def _unavailable(self) -> UnavailableError:
        return UnavailableError(
            f"Le système de la {self.caf.nom} ne répond pas pour le moment : réessayez dans quelques minutes. Rien n'a "
            "été consulté."
        )


class Systeme:
    """The system of one Caf, as one process reaches it: its connections, and whether it is left alone for a while."""

    def __init__(self, acces: Acces) -> None:
        self.acces = acces
        self.answered_at: datetime | None = None
        self._path = urlsplit(acces.url).path
        self._pool = _pool(acces)
        self._seen = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=acces.failures,
            reset_timeout=acces.pause_seconds,
            state_storage=self._seen,
            listeners=[_Told(acces.caf)],
        )

    @property
    def etat(self) -> Etat:
        return Etat(self.acces.caf, self._seen.opened_at if self._is_left_alone() else None, self.answered_at)

    def ask(self, method: str, path: str, read: Callable[[bytes], T], body: bytes | None = None) -> T | None:
        """:raises _FailedError: when it is left alone, does not answer in time, or answers otherwise than agreed"""
        if self._is_left_alone():
            raise _FailedError("laissé de côté")
        try:
            answer = self._answer(method, path, read, body)
        except _FailedError as failed:
            logger.warning("Système de la Caf %s : %s", self.acces.caf, failed)
            self._tell(failed)
            raise
        self.answered_at = datetime.now(UTC)
        self._tell(None)
        return answer

    def close(self) -> None:
        """Hangs up."""
        self._pool.close()

    def _is_left_alone(self) -> bool:
        opened_at = self._seen.opened_at
        if self._seen.state != pybreaker.STATE_OPEN or opened_at is None:
            return False
        return (datetime.now(UTC) - opened_at).total_seconds() < self.acces.pause_seconds

    def _tell(self, failed: _FailedError | None) -> None:
        """The breaker counts what happened; asking inside it would let one request through at a time."""
        with suppress(_FailedError, pybreaker.CircuitBreakerError):
            self._breaker.call(_happened, failed)

    def _answer(self, method: str, path: str, read: Callable[[bytes], T], body: bytes | None) -> T | None:
        status, kind, content = self._sent(method, path, body)
        if status == 404 and kind == _PROBLEM and _read(content, Probleme).type == UNKNOWN_FILE:
            return None
        if status != 200 or kind != "application/json":
            raise _FailedError(f"réponse {status} inattendue")
        try:
            return read(content)
        except msgspec.MsgspecError:
            raise _FailedError("réponse qui n'a pas la forme convenue") from None

    def _sent(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        """Status, media type and content; a reading that broke is asked once more, one that lasts is not."""
        for is_last in (method != "GET", True):
            try:
                return self._exchange(method, path, body)
            except TimeoutError:
                raise _FailedError("délai dépassé") from None
            except HTTPError as broken:
                if is_last:
                    raise _FailedError(f"échange rompu ({type(broken).__name__})") from None
        raise AssertionError("the last try returns or raises")

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        acces = self.acces
        until = time.monotonic() + acces.connect_seconds + acces.read_seconds
        response = self._pool.request(
            method,
            self._path + path,
            body=body,
            headers=_headers(acces.token, has_body=body is not None),
            timeout=urllib3.Timeout(connect=acces.connect_seconds, read=acces.read_seconds),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            content = _bounded(response, until)
        except BaseException:
            response.close()  # what remains of the answer must not be read as the next one
            raise
        response.release_conn()
        return response.status, response.headers.get("Content-Type", "").partition(";")[0].strip().lower(), content


def _pool(acces: Acces) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(acces.url)
    host, port = str(parts.hostname), parts.port
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(host, port, maxsize=_CONNECTIONS)
    trusted = ssl.create_default_context(cafile=acces.ca_file or None)
    return urllib3.HTTPSConnectionPool(host, port, maxsize=_CONNECTIONS, ssl_context=trusted)


def _headers(token: str, *, has_body: bool) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": f"application/json, {_PROBLEM}",
        "Accept-Encoding": "identity",
        "X-Request-Id": CURRENT.get().request_id,
    }
    return headers | ({"Content-Type": "application/json"} if has_body else {})


def _bounded(response: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """The whole answer, no longer than it may be, whole before this instant."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _FailedError("réponse compressée, ce qui n'est pas convenu")
    content = bytearray()
    while chunk := response.read1(65_536):
        content += chunk
        if len(content) > MOST_BYTES:
            raise _FailedError("réponse trop longue")
        if time.monotonic() > until:
            raise _FailedError("délai dépassé")
    return bytes(content)


def _read(content: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.MsgspecError:
        raise _FailedError("réponse qui n'a pas la forme convenue") from None


def _same_fiche(content: bytes, numero: int) -> FicheDite:
    told = _read(content, FicheDite)
    if told.numero != numero:
        raise _FailedError("réponse au sujet d'un autre dossier")
    return told


def _same_parties(content: bytes, numero: int, names: Collection[NomPartie]) -> dict[NomPartie, Any]:
    told = _read(content, PartiesDites)
    if told.numero != numero:
        raise _FailedError("réponse au sujet d'un autre dossier")
    if set(told.parties) != set(names):
        raise _FailedError("d'autres parties que celles demandées")
    return {name: read_partie(name, told.parties[name]) for name in names}


def _few(content: bytes, most: int) -> list[Fiche]:
    found = {told.numero: Fiche(told.numero, told.closed_on) for told in _read(content, Trouves).dossiers}
    if len(found) > most:
        raise _FailedError("plus de dossiers que demandé")
    return [found[numero] for numero in sorted(found)]


def _happened(failed: _FailedError | None) -> None:
    if failed is not None:
        raise failed


class _Told(pybreaker.CircuitBreakerListener):
    """Says in the log when a system is left alone, and when it answers again."""

    def __init__(self, caf: str) -> None:
        self.caf = caf

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        if new_state.name == pybreaker.STATE_OPEN:
            logger.error("Système de la Caf %s : laissé de côté, après trop d'échecs", self.caf)
        elif new_state.name == pybreaker.STATE_CLOSED:
            logger.warning("Système de la Caf %s : répond de nouveau", self.caf)


@cache
def systeme_of(acces: Acces) -> Systeme:
    """One for each Caf and process, so that connections are used again and failures counted together."""
    return Systeme(acces)


def etats() -> list[Etat]:
    """How this process sees each system, by the code of its Caf."""
    return [systeme_of(acces).etat for _, acces in sorted(annuaire().items())]
