"""How an answer reaches the page: pieces as they come, then the message, also kept in the transcript."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from bot.core.person import Person
from bot.core.reply import Message
from bot.ports import Line, Ports

Shown = Callable[[Line], str]
"""Gives a line of the conversation as the page shows it."""

PATIENCE = 8.0
"""Seconds that a stop waits for calls under way. What is cut off then is taken up at the next start."""


class ConsoleOutlet:
    """Fills ports.Outlet for one call. `lines` yields JSON lines until the call has ended."""

    def __init__(self, ports: Ports, person: Person, shown: Shown) -> None:
        self._ports = ports
        self._person = person
        self._shown = shown
        self._queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def write(self, piece: str) -> None:
        """Pass a piece on."""
        if piece:
            self._queue.put_nowait({"piece": piece})

    async def show(self, message: Message) -> None:
        """Keep the message in the transcript and pass it on as the page shows it."""
        at = self._ports.clock.now()
        number = await self._ports.transcript.read(self._person.id, message, at)
        line = Line(number, at, None, message)
        self._queue.put_nowait({"number": number, "html": self._shown(line)})

    def typed(self, line: Line) -> None:
        """Pass on what the person typed, as the page shows it."""
        self._queue.put_nowait({"number": line.number, "html": self._shown(line)})

    def fail(self, sentence: str) -> None:
        """Say to a page that waits what went wrong; nothing of it is kept."""
        self._queue.put_nowait({"fault": sentence})

    def end(self) -> None:
        """Say that nothing more comes."""
        self._queue.put_nowait(None)

    async def lines(self) -> AsyncIterator[str]:
        """Yield what is passed on, one JSON object a line."""
        while (event := await self._queue.get()) is not None:
            yield json.dumps(event, ensure_ascii=False) + "\n"


class Running:
    """Calls under way: they go on when the browser goes away."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` by itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # taken note of where it happened; a page that is gone cannot be told

    async def close(self) -> None:
        """Let everything that runs end, but not for long."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
