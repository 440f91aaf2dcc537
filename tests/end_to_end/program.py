"""The real program on a new store, with scripted models."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.adapters.store.cipher import new_key
from bot.core.model import ModelCard
from bot.settings import Settings
from bot.wiring import House, house
from tests.world import ScriptedModels


@asynccontextmanager
async def opened(folder: Path, **given: Any) -> AsyncIterator[tuple[House, ScriptedModels]]:
    """Open the real program on a new store."""
    models = ScriptedModels(ModelCard("petit", "openai", "petit-1", zone="BEL"))
    settings = Settings.model_validate(
        {
            "organisation": {"id": "asbl", "name": "ASBL Exemple"},
            "data": folder,
            "store": {"url": f"sqlite:///{folder / 'sobria.db'}", "keys": [new_key()]},
            **given,
        }
    )
    async with house(settings, models=models) as opened:
        yield opened, models
