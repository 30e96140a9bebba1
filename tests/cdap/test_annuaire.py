"""The operator's file of the systems: what is right is read, what is wrong stops the start and says what to write."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from portail.cdap.gateway.annuaire import annuaire
from portail.cdap.gateway.http import Http, Systeme
from portail.cdap.gateway.sources import UnavailableError
from portail.conventions.models import Caf
from tests.cdap.scene import NUMERO
from tests.cdap.systeme import TOKEN, listening, write_annuaire


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Self-signed, for 127.0.0.1; its key in the same file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "caf")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "caf.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def test_without_a_file_the_portal_keeps_every_file_itself(settings: Any) -> None:
    settings.CDAP_SOURCES = ""

    assert annuaire() == {}


def test_a_system_is_read_with_its_limits(tmp_path: Path, settings: Any) -> None:
    settings.CDAP_SOURCES = str(write_annuaire(tmp_path, "https://dossiers.example/api/", read_seconds=2))

    acces = annuaire()["132"]

    assert (acces.url, acces.token, acces.read_seconds) == ("https://dossiers.example/api", TOKEN, 2)
    assert (acces.failures, acces.pause_seconds) == (5, 30)


WRONG = [
    ({"url": "ftp://dossiers.example"}, "« url » doit commencer par https://"),
    ({"url": ""}, "« url » manque"),
    ({"url": "https://"}, "« url » doit s'écrire https://serveur/chemin"),
    ({"url": "https://moi:secret@dossiers.example"}, "sans identifiant"),
    ({"url": "https://dossiers.example/?caf=132"}, "sans identifiant, ni « ? »"),
    ({"token_file": "/nulle/part"}, "« token_file » : /nulle/part doit tenir le jeton"),
    ({"ca_file": "/nulle/part"}, "« ca_file » : /nulle/part n'existe pas"),
    ({"read_seconds": 60}, "« read_seconds » doit être un nombre de 0.05 à 4"),
    ({"read_seconds": True}, "« read_seconds » doit être un nombre"),
    ({"failures": "5"}, "« failures » doit être un nombre"),
    ({"proxy": "x"}, "« proxy » est inconnu : écrivez url, token_file"),
    ({"caf": "13"}, "trois chiffres du code de la Caf"),
]


@pytest.mark.parametrize(("said", "sentence"), WRONG)
def test_a_mistake_stops_the_start_and_says_where(
    tmp_path: Path, settings: Any, said: dict[str, Any], sentence: str
) -> None:
    path = write_annuaire(tmp_path, **({"url": "https://dossiers.example"} | said))
    settings.CDAP_SOURCES = str(path)

    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)) as told:
        apps.get_app_config("cdap").ready()

    assert str(told.value).startswith(f"{path}, Caf 13")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("pas du toml", "n'est pas du TOML"), ("[cafs.132]", "« cafs » est inconnu"), (None, "ne peut être lu")],
)
def test_a_file_that_is_not_one_is_told(tmp_path: Path, settings: Any, content: str | None, sentence: str) -> None:
    path = tmp_path / "sources.toml"
    if content:
        path.write_text(content)
    settings.CDAP_SOURCES = str(path)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        annuaire()


def test_in_production_only_https_is_allowed(tmp_path: Path, settings: Any) -> None:
    settings.CDAP_SOURCES, settings.PROFILE = str(write_annuaire(tmp_path, "http://dossiers.example")), "production"

    with pytest.raises(ImproperlyConfigured, match="« url » doit commencer par https://"):
        annuaire()


def test_a_certificate_is_verified(tmp_path: Path, settings: Any, certificate: Path) -> None:
    caf = Caf(code="132", nom="Caf 132")
    with listening(certificate) as system:
        settings.CDAP_SOURCES = str(write_annuaire(tmp_path, system.url))
        with pytest.raises(UnavailableError):
            Http(caf, Systeme(annuaire()["132"])).fiche(NUMERO)
        assert system.asked == []

        known = tmp_path / "connue"
        known.mkdir()
        settings.CDAP_SOURCES = str(write_annuaire(known, system.url, ca_file=str(certificate)))
        systeme = Systeme(annuaire()["132"])
        assert Http(caf, systeme).fiche(NUMERO) is not None
        systeme.close()
