"""Proofs lie in a folder of their own; T1 asks for its diploma where a test says so."""

from pathlib import Path
from typing import Any

import pytest

from portail.conventions.models import RoleBulletin
from tests.cast import Cast
from tests.habilitations.facts import today
from tests.habilitations.proofs import T1


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def asked(cast: Cast, own_folder: None) -> Cast:
    """T1 asks for its diploma from today on; Garban has it by his group."""
    RoleBulletin.objects.filter(role=T1).update(justificatif_since=today())
    return cast
