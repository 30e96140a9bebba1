from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def seals_folder(settings, tmp_path) -> Path:
    """Each test keeps its own seals."""
    settings.SEALS_DIR = tmp_path / "sceaux"
    return tmp_path / "sceaux"
