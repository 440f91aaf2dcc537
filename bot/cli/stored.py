"""Opening the store of the settings for one piece of work on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.cli.run import chosen

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.settings import Settings

T = TypeVar("T")


def with_store(config: Path | None, work: Callable[[Store, Settings], Awaitable[T]]) -> T:
    """Open the store of the settings, do the work, close it."""
    from bot.settings import read
    from bot.wiring import opened

    settings = read(chosen(config))

    async def run() -> T:
        store = await opened(settings)
        try:
            return await work(store, settings)
        finally:
            await store.close()

    return asyncio.run(run())
