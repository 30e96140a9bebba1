"""The world of the rights: an object of each kind, and everybody's session."""

import pytest

from tests.permissions.world import World
from tests.stage import Stage


@pytest.fixture
def world(db: None, stage: Stage) -> World:
    return stage.world()
