"""Farandole's leisure centre, for each test of AFAS."""

import pytest

from tests.afas.scene import Scene
from tests.cast import Cast
from tests.stage import Stage


@pytest.fixture
def scene(cast: Cast, stage: Stage) -> Scene:
    return stage.scene(cast)
