"""The vault: nothing legible on the disks, nothing that opens elsewhere, keys that change without a stop."""

import base64
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.management import CommandError, call_command
from django.db import connection, models

from portail.cdap.actions import cles
from portail.cdap.apps import keys_are_there
from portail.cdap.definitions.contenu import PARTIES
from portail.cdap.gateway import coffre
from portail.cdap.gateway.coffre import AlteredError, coffre_of
from portail.cdap.gateway.tables import Tables
from portail.cdap.models import Dossier
from portail.conventions.models import Caf
from portail.journal.models import JournalEntry
from tests.cdap.scene import NE_LE, NOM, NUMERO, keep, parties

CANARIES = ("Ottiline", "Perruche", "Théobald", "allée des Canaris", "RSA0013579", "Habitat des Oiseaux", "famille.can")


@pytest.fixture
def caf(db: None) -> Caf:
    return Caf.objects.create(code="132", nom="Caf de Canarionnette", courriel="caf@example.fr")


def _files_of_the_base() -> list[bytes]:
    """Every file of this base and of the log of its writes, as they lie on the disk now."""
    parameters = connection.get_connection_params()
    where = {name: parameters[name] for name in ("host", "port") if parameters.get(name)}
    name = connection.settings_dict["NAME"]
    with psycopg.connect(dbname=name, user="postgres", autocommit=True, **where) as superuser:
        superuser.execute("CHECKPOINT")
        folder, oid = superuser.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    places = (Path(folder) / "base" / str(oid), Path(folder) / "pg_wal")
    return [path.read_bytes() for place in places for path in place.iterdir() if path.is_file()]


def test_what_is_in_the_vault_is_nowhere_on_the_disks(caf: Caf) -> None:
    keep(caf, NUMERO)

    found = _files_of_the_base()

    assert any(b"Canarionnette" in content for content in found)  # what is not in the vault is found
    assert [word for word in CANARIES if any(word.encode() in content for content in found)] == []


@pytest.mark.parametrize("name", [*PARTIES])
def test_what_is_moved_to_another_file_does_not_open(caf: Caf, name: str) -> None:
    for numero in (NUMERO, NUMERO + 1):
        keep(caf, numero)
    first, second = Dossier.objects.order_by("numero").values_list(name, flat=True)
    Dossier.objects.filter(caf=caf, numero=NUMERO).update(**{name: second})
    Dossier.objects.filter(caf=caf, numero=NUMERO + 1).update(**{name: first})

    for numero in (NUMERO, NUMERO + 1):
        with pytest.raises(AlteredError):
            Tables(caf).parties(numero, [name])  # type: ignore[list-item]


def test_what_is_moved_to_another_caf_or_part_does_not_open(caf: Caf) -> None:
    other = Caf.objects.create(code="061", nom="Autre", courriel="autre@example.fr")
    keep(caf, NUMERO)
    Dossier.objects.filter(caf=caf).update(caf=other, rsa=models.F("droits"))

    for name in ("identite", "rsa"):
        with pytest.raises(AlteredError):
            Tables(other).parties(NUMERO, [name])  # type: ignore[list-item]


def test_a_key_changes_while_files_are_read(caf: Caf, keys: Path) -> None:
    for numero in range(NUMERO, NUMERO + 7):
        keep(caf, numero)
    since_before = Tables(caf)  # a process that does not know the second key yet

    call_command("create_dossier_key")
    coffre._coffre.cache_clear()
    assert Tables(caf).parties(NUMERO, [*PARTIES]) == parties()
    call_command("rekey_dossiers", verbosity=0)

    assert {bytes(row)[0] for row in Dossier.objects.values_list("creances", flat=True)} == {2}
    assert since_before.parties(NUMERO, [*PARTIES]) == parties()
    (keys / "1.key").unlink()
    coffre._coffre.cache_clear()
    assert Tables(caf).parties(NUMERO, [*PARTIES]) == parties()
    assert [fiche.numero for fiche in Tables(caf).search(NOM, NE_LE, 9)] == list(range(NUMERO, NUMERO + 7))
    assert JournalEntry.objects.get(kind="cdap.dossiers.rekeyed").facts["contenus"] == "7\u00a0dossiers"


def test_files_of_both_keys_are_found_by_name(caf: Caf, keys: Path) -> None:
    keep(caf, NUMERO)
    call_command("create_dossier_key")
    coffre._coffre.cache_clear()
    keep(caf, NUMERO + 1)

    assert [fiche.numero for fiche in Tables(caf).search(NOM, NE_LE, 9)] == [NUMERO, NUMERO + 1]


def test_a_rotation_stopped_goes_on(caf: Caf, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for numero in range(NUMERO, NUMERO + 5):
        keep(caf, numero)
    call_command("create_dossier_key")
    coffre._coffre.cache_clear()
    monkeypatch.setattr(cles, "BATCH", 2)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cles.rekey(caf, stop)

    assert cles.count_old(caf) == 3
    assert cles.rekey(caf) == ({cles.DOSSIER: 3}, 0)
    assert cles.count_old(caf) == 0


def test_a_file_that_does_not_open_is_left_and_told(caf: Caf, keys: Path) -> None:
    for numero in (NUMERO, NUMERO + 1):
        keep(caf, numero)
    Dossier.objects.filter(numero=NUMERO).update(rsa=b"\x01altered")
    call_command("create_dossier_key")
    coffre._coffre.cache_clear()

    with pytest.raises(CommandError, match="1 contenus ne s'ouvrent pas") as told:
        call_command("rekey_dossiers", verbosity=0)

    assert str(NUMERO) not in str(told.value)
    assert Tables(caf).parties(NUMERO + 1, [*PARTIES]) == parties()


def test_a_part_of_an_unknown_key_does_not_open(caf: Caf, keys: Path) -> None:
    content = coffre_of("132").close(b"x", NUMERO, "rsa")

    with pytest.raises(AlteredError):
        coffre_of("132").open(b"\x09" + content[1:], NUMERO, "rsa")


def test_without_a_key_the_check_names_the_remedy(settings: Any, tmp_path: Path) -> None:
    settings.CDAP_KEYS_DIR = tmp_path

    assert [(error.id, "create_dossier_key" in error.msg) for error in keys_are_there()] == [("cdap.E001", True)]
    call_command("create_dossier_key")
    assert keys_are_there() == []
    assert (tmp_path / "1.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "1.key").write_text("not a key")
    assert [error.id for error in keys_are_there()] == ["cdap.E001"]


def test_a_key_that_cannot_be_written_is_told(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    settings.CDAP_KEYS_DIR = tmp_path / "taken"

    with pytest.raises(CommandError, match="ne peut être écrite"):
        call_command("create_dossier_key")


def test_the_blind_index_is_a_keyed_digest_of_the_name_and_the_day(caf: Caf, keys: Path) -> None:
    master = base64.b64decode((keys / "1.key").read_text())
    key = HKDF(SHA256(), 32, salt=None, info=f"cdap/{caf.code}/identite".encode()).derive(master)

    told = blake2b(b"DETELOPEZ|1987-03-14", key=key, digest_size=16).digest()
    assert coffre_of(caf.code).empreinte("D'Été-Lopez", date(1987, 3, 14)) == told
