"""What every test may use: a world on a real store, in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, opened


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give an association of six people on a new SQLite file, with scripted models."""
    async with opened(tmp_path) as one:
        yield one
