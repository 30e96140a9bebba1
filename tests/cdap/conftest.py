"""Files that every field tells apart, for each test of « Consulter un dossier »."""

import pytest

from tests.cast import Cast
from tests.cdap.scene import Scene, build_scene


@pytest.fixture
def dossiers(cast: Cast) -> Scene:
    return build_scene(cast)
