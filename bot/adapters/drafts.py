"""What both chat platforms do while an answer is on its way: edit a draft, and outlast a cut network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from bot.errors import Undeliverable

T = TypeVar("T")

PAUSES = (1.0, 2.0, 3.0, *(5.0,) * 11)
"""Seconds between attempts while the network is cut, never many: a person waits. After them the gateway takes over."""

PATIENCE = 10.0
"""Seconds that an edit under way may take to come to its end."""

log = logging.getLogger(__name__)


class Painting:
    """A draft that `paint` shows and edits in its own task, until the answer has come."""

    def __init__(self, paint: Coroutine[Any, Any, None]) -> None:
        self._done = asyncio.Event()
        self._painter = asyncio.create_task(paint)

    async def over(self, seconds: float) -> bool:
        """Wait; return whether the answer came meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), seconds)
        return self._done.is_set()

    async def stop(self) -> None:
        """Stop editing; an edit under way comes to its end, so that no draft is left behind."""
        self._done.set()
        _, late = await asyncio.wait({self._painter}, timeout=PATIENCE)
        for task in late:
            task.cancel()


async def brought(bring: Callable[[], Awaitable[T]], pauses: Sequence[float]) -> T:
    """Try `bring` again after each pause while its fault is a passing one. Raises Undeliverable, the last one."""
    for pause in pauses:
        try:
            return await bring()
        except Undeliverable as fault:
            if not fault.passing:
                raise
            log.warning("waiting for the network: %s", fault)
            await asyncio.sleep(pause)
    return await bring()
