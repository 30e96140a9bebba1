"""Files that every field tells apart, for each test of « Consulter un dossier »; keys that may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portail.cdap.gateway import coffre
from tests.cast import Cast
from tests.cdap.scene import Scene, build_scene

FIRST_KEY = Path(__file__).parent / "cles" / "1.key"


@pytest.fixture
def dossiers(cast: Cast) -> Scene:
    return build_scene(cast)


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A folder with the first key; what was read of another is forgotten."""
    shutil.copy(FIRST_KEY, tmp_path / "1.key")
    settings.CDAP_KEYS_DIR = tmp_path
    coffre._coffre.cache_clear()
    yield tmp_path
    coffre._coffre.cache_clear()
