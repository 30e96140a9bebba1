"""Which Caf keeps its files in a system of its own, and how it is reached: a file that the operator writes.

The address of a system is here and nowhere else: nothing that a person types, or that a system answers, changes it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_CAF_DIGITS = 3
# Name, then default, least and most: one consultation asks once, twice when a reading broke, within the thirty seconds
# that the base leaves to a transaction.
_NUMBERS: dict[str, tuple[float, float, float]] = {
    "connect_seconds": (1, 0.05, 2),
    "read_seconds": (3, 0.05, 4),
    "failures": (5, 1, 100),
    "pause_seconds": (30, 0.05, 3600),
}
_TEXTS = ("url", "token_file", "ca_file")


@dataclass(frozen=True)
class Acces:
    """How the system of a Caf is reached; `failures` in a row leave it alone for `pause_seconds`."""

    caf: str
    url: str
    token: str
    ca_file: str
    connect_seconds: float
    read_seconds: float
    failures: int
    pause_seconds: float


def annuaire() -> Mapping[str, Acces]:
    """By the code of the Caf; empty when the portal keeps every file itself.

    :raises ImproperlyConfigured: naming the file, the Caf and what to write
    """
    return _read(settings.CDAP_SOURCES) if settings.CDAP_SOURCES else {}


@cache
def _read(path: str) -> Mapping[str, Acces]:
    try:
        said = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ImproperlyConfigured(f"PORTAIL_CDAP_SOURCES : {path} ne peut être lu ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"PORTAIL_CDAP_SOURCES : {path} n'est pas du TOML en UTF-8 ({error}).") from error
    if unknown := set(said) - {"caf"}:
        raise ImproperlyConfigured(
            f"{path} : « {sorted(unknown)[0]} » est inconnu, seules des parties [caf.…] le sont."
        )
    return {code: _Reader(path, code, told).acces() for code, told in said.get("caf", {}).items()}


class _Reader:
    """Reads what is said of one Caf; each mistake names the file, the Caf and the remedy."""

    def __init__(self, path: str, caf: str, said: Any) -> None:
        self.path, self.caf, self.said = path, caf, said

    def acces(self) -> Acces:
        if not (self.caf.isdecimal() and len(self.caf) == _CAF_DIGITS and isinstance(self.said, dict)):
            raise self._wrong("une partie se nomme [caf.132], avec les trois chiffres du code de la Caf")
        if unknown := sorted(set(self.said) - set(_NUMBERS) - set(_TEXTS)):
            raise self._wrong(f"« {unknown[0]} » est inconnu : écrivez {', '.join([*_TEXTS, *_NUMBERS])}")
        numbers = {name: self._number(name) for name in _NUMBERS}
        return Acces(
            self.caf,
            self._url(),
            self._token(),
            self._ca_file(),
            connect_seconds=numbers["connect_seconds"],
            read_seconds=numbers["read_seconds"],
            failures=int(numbers["failures"]),
            pause_seconds=numbers["pause_seconds"],
        )

    def _wrong(self, sentence: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{self.path}, Caf {self.caf} : {sentence}.")

    def _text(self, name: str, default: str | None = None) -> str:
        value = self.said.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self._wrong(f"« {name} » manque, ou n'est pas un texte")
        return value

    def _number(self, name: str) -> float:
        default, least, most = _NUMBERS[name]
        value = self.said.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self._wrong(f"« {name} » doit être un nombre de {least:g} à {most:g}")
        return value

    def _url(self) -> str:
        url = self._text("url").rstrip("/")
        parts = urlsplit(url)
        if not parts.hostname or parts.username or parts.query or parts.fragment:
            raise self._wrong("« url » doit s'écrire https://serveur/chemin, sans identifiant, ni « ? », ni « # »")
        allowed = ("https",) if settings.PROFILE == "production" else ("https", "http")
        if parts.scheme not in allowed:
            raise self._wrong("« url » doit commencer par https://")
        return url

    def _token(self) -> str:
        path = self._text("token_file")
        try:
            token = Path(path).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token or not token.isprintable() or " " in token:
            raise self._wrong(f"« token_file » : {path} doit tenir le jeton donné par la Caf, sur une ligne")
        return token

    def _ca_file(self) -> str:
        path = self._text("ca_file", "")
        if path and not Path(path).is_file():
            raise self._wrong(f"« ca_file » : {path} n'existe pas ; retirez la ligne pour les autorités du système")
        return path
