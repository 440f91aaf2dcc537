"""How an answer reaches the page: pieces as they come, then the message, also kept in the transcript."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.core.person import Person
from bot.core.reply import Message
from bot.ports import Line, Ports

Shown = Callable[[Line], str]
"""Gives a line of the conversation as the page shows it."""


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
