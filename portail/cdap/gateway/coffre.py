"""The vault: what is sensitive in a file is encrypted with a key that the base never holds.

AES-256-GCM. What is encrypted is bound to its place (table, Caf, row, column; for a file its number and part): moved
elsewhere, it no longer opens. Each Caf has its own key, drawn from the master key by HKDF. Written: version of the key
(1 byte), nonce (12), ciphertext and tag. Keys are files `<version>.key` of 32 bytes in base64, in the folder
`PORTAIL_CDAP_KEYS_DIR`; the highest encrypts, all decrypt. Names are found by keyed digests (BLAKE2b).
"""

import base64
import binascii
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portail.cdap.definitions.contenu import NomPartie

_NONCE, _KEY, _INDEX = 12, 32, 16


class AlteredError(Exception):
    """What is kept does not open: it was changed, moved, or its key is gone."""


class Coffre:
    """Opens and closes what is kept of the files of one Caf.

    `again` reads the keys anew, for one that was made since this process began.
    """

    def __init__(self, caf: str, masters: dict[int, bytes], again: Callable[[], dict[int, bytes]] = dict) -> None:
        self.current, self._caf, self._again = max(masters), caf, again
        self._keys = self._drawn(masters)
        self._index_keys = {
            version: _derived(master, f"cdap/{caf}/identite") for version, master in sorted(masters.items())
        }

    def _drawn(self, masters: dict[int, bytes]) -> dict[int, AESGCM]:
        return {version: AESGCM(_derived(master, f"cdap/{self._caf}/contenu")) for version, master in masters.items()}

    def _key(self, version: int) -> AESGCM:
        if version not in self._keys:
            self._keys |= self._drawn(self._again())
        return self._keys[version]

    def close(self, content: bytes, numero: int, partie: str) -> bytes:
        return self.close_at(content, "cdap_dossier", numero, partie)

    def close_all(self, contents: Mapping[NomPartie, bytes], numero: int) -> list[bytes]:
        """Every part of a file, in its order, each as `close` would."""
        encrypt, place = self._keys[self.current].encrypt, f"cdap_dossier/{self._caf}/{numero}/".encode()
        version, drawn, sealed = bytes([self.current]), os.urandom(_NONCE * len(contents)), []
        for at, (partie, content) in enumerate(contents.items()):
            nonce = drawn[at * _NONCE : (at + 1) * _NONCE]
            sealed.append(version + nonce + encrypt(nonce, content, place + partie.encode()))
        return sealed

    def open(self, kept: bytes, numero: int, partie: str) -> bytes:
        """:raises AlteredError: when it was not closed for this very place, or its key is not there"""
        return self.open_at(kept, "cdap_dossier", numero, partie)

    def close_at(self, content: bytes, table: str, row: object, column: str) -> bytes:
        """What is kept elsewhere than in a file: it opens only in this column of this row of this table."""
        nonce = os.urandom(_NONCE)
        sealed = self._keys[self.current].encrypt(nonce, content, self._place(table, row, column))
        return bytes([self.current]) + nonce + sealed

    def open_at(self, kept: bytes, table: str, row: object, column: str) -> bytes:
        """:raises AlteredError: when it was not closed for this very place, or its key is not there"""
        kept = bytes(kept)
        place = self._place(table, row, column)
        try:
            return self._key(kept[0]).decrypt(kept[1 : 1 + _NONCE], kept[1 + _NONCE :], place)
        except (InvalidTag, KeyError, IndexError, ValueError) as wrong:
            raise AlteredError(f"{table}.{column} ne s'ouvre pas") from wrong

    def _place(self, table: str, row: object, column: str) -> bytes:
        return f"{table}/{self._caf}/{row}/{column}".encode()

    def empreinte(self, nom: str, ne_le: date) -> bytes:
        """By which a person is found without being written: the same name, however accented or spaced, the same day."""
        return self._empreinte(self.current, nom, ne_le)

    def empreintes(self, nom: str, ne_le: date) -> list[bytes]:
        """What `empreinte` gave under each key there is: those of files not yet encrypted anew are found too."""
        return [self._empreinte(version, nom, ne_le) for version in self._index_keys]

    def _empreinte(self, version: int, nom: str, ne_le: date) -> bytes:
        return self._digest(version, f"{_plain(nom)}|{ne_le.isoformat()}".encode())

    def _digest(self, version: int, told: bytes) -> bytes:
        return blake2b(told, key=self._index_keys[version], digest_size=_INDEX).digest()

    def noms(self, numero: int, noms: Iterable[str]) -> bytes:
        """By which the names of a file are recognised and never listed: each is bound to its number, so that the same
        name in two files looks like two."""
        plain = {_plain(nom) for nom in set(noms)} - {""}
        return b"".join(sorted(self._nom(self.current, numero, nom) for nom in plain))

    def bears(self, noms: bytes, numero: int, nom: str) -> bool:
        """Whether `nom` is one of those of which `noms` was made, under any key there is."""
        known, plain = {noms[at : at + _INDEX] for at in range(0, len(noms), _INDEX)}, _plain(nom)
        return any(self._nom(version, numero, plain) in known for version in self._index_keys)

    def _nom(self, version: int, numero: int, plain: str) -> bytes:
        return self._digest(version, f"nom|{numero}|{plain}".encode())


def coffre_of(caf: str) -> Coffre:
    return _coffre(caf, str(settings.CDAP_KEYS_DIR))


@cache
def _coffre(caf: str, folder: str) -> Coffre:
    return Coffre(caf, masters(Path(folder)), again=lambda: masters(Path(folder)))


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
    nom = nom.upper()
    if nom.isascii() and nom.isalnum():  # most of them, and a load makes millions
        return nom
    decomposed = unicodedata.normalize("NFKD", nom)
    return "".join(letter for letter in decomposed if letter.isalnum())
