"""Work that goes on after a platform was acknowledged: each thing in its task, all of it ended in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import SobriaError, where

log = logging.getLogger(__name__)


class Running:
    """Tasks under way. What goes wrong in one is said in the log, by type and place, and stays in it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` in its own task."""
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, patience: float = 10.0) -> None:
        """Let what runs come to its end; what is too slow is taken up again after the next start."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (KeyError, TypeError, ValueError, SobriaError) as fault:
        log.warning("request dropped: %s", where(fault))
    except Exception as fault:  # noqa: BLE001  the last stop of a task
        log.error("request failed: %s", where(fault))  # noqa: TRY400  a traceback could hold a text
