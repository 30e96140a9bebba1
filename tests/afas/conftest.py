"""Farandole's leisure centre, for each test of AFAS."""

import pytest

from tests.afas.scene import Scene, build_scene
from tests.cast import Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)
