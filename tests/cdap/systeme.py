"""A Caf's own system, really listening: it tells files as agreed, or misbehaves as asked."""

import itertools
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.definitions.contrat import UNKNOWN_FILE, written_partie
from tests.cdap.scene import CLOSED, NE_LE, NOM, NUMERO, OPPOSED, parties

TOKEN = "jeton-fictif-de-la-caf"
_VERSIONS = itertools.count(1)
JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass(frozen=True)
class Demandee:
    """A request as the system got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class SystemeFictif:
    """`manner` is how it answers; `asked` what it was asked for."""

    url: str = ""
    manner: str = "juste"
    asked: list[Demandee] = field(default_factory=list)
    closed: dict[int, str | None] = field(default_factory=lambda: {NUMERO: None, CLOSED: "2020-01-01", OPPOSED: None})

    def answer(self, asked: Demandee) -> tuple[int, str, bytes]:
        parts = urlsplit(asked.path)
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, PROBLEM, b'{"type": "urn:mon-compte-partenaire:jeton-refuse"}'
        if asked.method == "POST":
            wanted = json.loads(asked.body)
            is_found = wanted["nom"].upper() == NOM.upper() and wanted["ne_le"] == f"{NE_LE}"
            found = [{"numero": NUMERO, "closed_on": None}] if is_found else []
            return 200, JSON, json.dumps({"dossiers": found}).encode()
        numero = int(parts.path.split("/")[3])
        if numero not in self.closed:
            return 404, PROBLEM, json.dumps({"type": UNKNOWN_FILE, "title": f"Dossier {numero} inconnu"}).encode()
        if parts.path.endswith("/parties"):
            return 200, JSON, self.parties(numero, parse_qs(parts.query)["noms"][0].split(","))
        return 200, JSON, json.dumps({"numero": numero, "closed_on": self.closed[numero]}).encode()

    def parties(self, numero: int, names: list[str]) -> bytes:
        whole = parties()
        told = {name: msgspec.Raw(written_partie(NomPartie(name), whole[NomPartie(name)])) for name in names}
        return msgspec.json.encode({"numero": numero, "parties": told})


# How it misbehaves: what is sent instead of the right answer.
WRONG: dict[str, tuple[int, str, bytes]] = {
    "en panne": (500, PROBLEM, b'{"type": "about:blank"}'),
    "occupe": (503, "text/html", b"<h1>Maintenance</h1>"),
    "mal range": (404, "text/html", b"<h1>Not Found</h1>"),
    "autre 404": (404, PROBLEM, b'{"type": "about:blank", "title": "Not Found"}'),
    "pas du json": (200, JSON, b"<html>"),
    "autre forme": (200, JSON, b'{"numero": 9012345, "closed_on": "demain"}'),
    "autre dossier": (200, JSON, b'{"numero": 9012399, "closed_on": null, "parties": {}}'),
    "autre type": (200, "text/html", b'{"numero": 9012345, "closed_on": null}'),
    "enorme": (200, JSON, b'{"numero": 9012345, "closed_on": null, "x": "' + b"x" * 2_000_000 + b'"}'),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    system: SystemeFictif

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Demandee(method, self.path, dict(self.headers.items()), body)
        self.system.asked.append(asked)
        manner = self.system.manner
        if manner == "raccroche" or (manner == "raccroche une fois" and len(self.system.asked) == 1):
            self.close_connection = True
            return
        if manner == "lent":
            time.sleep(3)
        if manner == "redirige":
            self._send(302, JSON, b"{}", Location=f"{self.system.url}/ailleurs")
        elif manner == "comprime":
            self._send(*self.system.answer(asked), **{"Content-Encoding": "gzip"})
        elif manner == "goutte":
            self._drip(*self.system.answer(asked))
        else:
            self._send(*WRONG.get(manner) or self.system.answer(asked))

    def _send(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self._head(status, kind, content, **headers)
        self.wfile.write(content)

    def _drip(self, status: int, kind: str, content: bytes) -> None:
        """A byte at a time, each in time."""
        self._head(status, kind, content)
        for byte in content:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _head(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing: what was asked is in `asked`."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """The portal hung up: that is what some tests are about."""


@contextmanager
def listening(certificate: Path | None = None) -> Iterator[SystemeFictif]:
    """The system, on a port of its own while inside; with a certificate (and its key, in one file) it speaks TLS."""
    system = SystemeFictif()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"system": system}))
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    # An address of its own each time: connections and failures are kept by address.
    system.url = f"{scheme}://127.0.0.1:{server.server_port}/v{next(_VERSIONS)}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_annuaire(folder: Path, url: str, caf: str = "132", **other: Any) -> Path:
    """The operator's file for one Caf, with short time limits."""
    token, path = folder / "jeton", folder / "sources.toml"
    token.write_text(TOKEN + "\n")
    said = {"url": url, "token_file": str(token), "connect_seconds": 0.3, "read_seconds": 0.4} | other
    path.write_text(f"[caf.{caf}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items()))
    return path
