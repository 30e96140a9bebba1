"""The vault: what is sensitive in a file is encrypted with a key that the base never holds.

AES-256-GCM. What is encrypted is bound to its place (Caf, number, part): moved elsewhere, it no longer opens. Each Caf
has its own key, drawn from the master key by HKDF. Written: version of the key (1 byte), nonce (12), ciphertext and
tag. Keys are files `<version>.key` of 32 bytes in base64, in the folder `PORTAIL_CDAP_KEYS_DIR`; the highest encrypts,
all decrypt.
"""

import base64
import binascii
import hmac
import os
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE, _KEY, _INDEX = 12, 32, 16


class AlteredError(Exception):
    """What is kept does not open: it was changed, moved, or its key is gone."""


class Coffre:
    """Opens and closes what is kept of the files of one Caf."""

    def __init__(self, caf: str, masters: dict[int, bytes]) -> None:
        self.current = max(masters)
        self._keys = {version: AESGCM(_derived(master, f"cdap/{caf}/contenu")) for version, master in masters.items()}
        # The index must stay the same whatever key encrypts: it is drawn from the first.
        self._index_key = _derived(masters[min(masters)], f"cdap/{caf}/identite")
        self._place = f"cdap_dossier/{caf}/"

    def close(self, content: bytes, numero: int, partie: str) -> bytes:
        nonce = os.urandom(_NONCE)
        place = f"{self._place}{numero}/{partie}".encode()
        return bytes([self.current]) + nonce + self._keys[self.current].encrypt(nonce, content, place)

    def open(self, kept: bytes, numero: int, partie: str) -> bytes:
        """:raises AlteredError: when it was not closed for this very place, or its key is not there"""
        kept = bytes(kept)
        place = f"{self._place}{numero}/{partie}".encode()
        try:
            return self._keys[kept[0]].decrypt(kept[1 : 1 + _NONCE], kept[1 + _NONCE :], place)
        except (InvalidTag, KeyError, IndexError, ValueError) as wrong:
            raise AlteredError(f"{partie} du dossier ne s'ouvre pas") from wrong

    def empreinte(self, nom: str, ne_le: date) -> bytes:
        """By which a person is found without being written: the same name, however accented or spaced, the same day."""
        told = f"{_plain(nom)}|{ne_le.isoformat()}".encode()
        return hmac.digest(self._index_key, told, "sha256")[:_INDEX]

    def empreintes(self, nom: str, first: date, last: date) -> frozenset[bytes]:
        """What `empreinte` gives of this name for every birth date from `first` to `last`, both included."""
        plain, days = _plain(nom), range(first.toordinal(), last.toordinal() + 1)
        told = (f"{plain}|{date.fromordinal(day).isoformat()}".encode() for day in days)
        return frozenset(hmac.digest(self._index_key, each, "sha256")[:_INDEX] for each in told)


def coffre_of(caf: str) -> Coffre:
    return _coffre(caf, str(settings.CDAP_KEYS_DIR))


@cache
def _coffre(caf: str, folder: str) -> Coffre:
    return Coffre(caf, masters(Path(folder)))


def masters(folder: Path) -> dict[int, bytes]:
    """:raises ImproperlyConfigured: naming what is missing or wrong, and the command that makes a key"""
    found = {int(path.stem): _read(path) for path in _key_files(folder)}
    if not found:
        raise ImproperlyConfigured(
            f"Aucune clé dans {folder} : créez-la avec « manage.py create_dossier_key », puis gardez-en une copie hors "
            "de la base et de ses sauvegardes."
        )
    return found


def _key_files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.glob("*.key")) if path.stem.isdecimal() and 0 < int(path.stem) < 256)


def _read(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_text("ascii"), validate=True)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != _KEY:
        raise ImproperlyConfigured(f"{path} n'est pas une clé : 32 octets en base64 sont attendus.")
    return key


def create_key(folder: Path) -> Path:
    """A new key, which encrypts from the next start on; readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = max((int(path.stem) for path in _key_files(folder)), default=0) + 1
    path = folder / f"{version}.key"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(os.urandom(_KEY)))
    return path


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=purpose.encode()).derive(master)


def _plain(nom: str) -> str:
    """« D'Été-Lopez » → « DETELOPEZ »."""
    decomposed = unicodedata.normalize("NFKD", nom.upper())
    return "".join(letter for letter in decomposed if letter.isalnum())
