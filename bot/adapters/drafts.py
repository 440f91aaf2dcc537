"""What both chat platforms do while an answer is on its way: edit a draft, and outlast a cut network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from bot.errors import Undeliverable

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts to bring an answer while the network is cut; after them the gateway takes over."""

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


async def brought(bring: Callable[[], Awaitable[None]], pauses: Sequence[float]) -> None:
    """Try `bring` again after each pause while its fault is a passing one. Raises Undeliverable, the last one."""
    for pause in (*pauses, None):
        try:
            await bring()
        except Undeliverable as fault:
            if pause is None or not fault.passing:
                raise
            log.warning("answer waits for the network: %s", fault)
            await asyncio.sleep(pause)
        else:
            return
