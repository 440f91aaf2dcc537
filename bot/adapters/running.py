"""Work that goes on by itself, each thing in its task, all of it ended in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import SobriaError, where

log = logging.getLogger(__name__)


class Running:
    """Tasks under way: they go on when whoever started them goes away."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do `work` in its own task; what goes wrong is for whoever awaits it, if anybody still does."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def start_alone(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` for nobody who waits: what goes wrong is logged, by type and place."""
        self.start(_guarded(work))

    async def close(self, patience: float = 10.0) -> None:
        """Let what runs come to its end; what is too slow is taken up again after the next start."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # taken note of, so that asyncio does not log it with its words


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (KeyError, TypeError, ValueError, SobriaError) as fault:
        log.warning("request dropped: %s", where(fault))
    except Exception as fault:  # noqa: BLE001  the last stop of a task
        log.error("request failed: %s", where(fault))  # noqa: TRY400  a traceback could hold a text
