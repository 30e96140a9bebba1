"""The demo has files to consult, under a key of its own, once."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portail.cdap.definitions.contenu import NomPartie
from portail.cdap.gateway import coffre
from portail.cdap.gateway.tables import Tables
from portail.cdap.models import Dossier
from portail.conventions.models import Caf
from portail.demo.queries import dossiers_in_words

pytestmark = pytest.mark.django_db


def test_the_demo_has_files_to_consult(settings: Any, tmp_path: Path) -> None:
    settings.CDAP_KEYS_DIR = tmp_path / "cles"
    for code in ("061", "132", "831", "841"):
        Caf.objects.create(code=code, nom=f"Caf {code}", courriel="caf@example.fr")
    said = StringIO()

    assert dossiers_in_words() == ""
    call_command("load_demo_dossiers", count=20, stdout=said)
    call_command("load_demo_dossiers", count=20, stdout=said)

    assert "chargés" in said.getvalue()
    assert "rien à faire" in said.getvalue()
    assert Dossier.objects.count() == 20
    assert [path.name for path in (tmp_path / "cles").iterdir()] == ["1.key"]
    famille = Tables(Caf.objects.get(code="132")).parties(9_000_000, [NomPartie.FAMILLE])[NomPartie.FAMILLE]
    assert famille.personnes[0].role == "DEM"
    assert dossiers_in_words().endswith("numéros 9000000 à 9000004.")
    coffre._coffre.cache_clear()
