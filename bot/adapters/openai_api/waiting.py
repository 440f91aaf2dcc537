"""A program that waits for its answer: an outlet whose pieces are read as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable

from bot.core.reply import Message, Tone

_OURS = Message("Something went wrong on our side.", Tone.FAULT)


class Waiting:
    """Fills `ports.Outlet`. `said` is whether a piece of the answer has come, `ended` whether all is over."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._begun = asyncio.Event()
        self._message: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.said = False
        self.ended = False

    async def write(self, piece: str) -> None:
        """Take a piece."""
        if piece:
            self.said = True
            self._pieces.put_nowait(piece)
            self._begun.set()

    async def show(self, message: Message) -> None:
        """Take the message that says how it ended."""
        if not self._message.done():
            self._message.set_result(message)

    async def through(self, road: Awaitable[None]) -> None:
        """Go the road of the ask to its end, and see that whoever waits hears of it."""
        try:
            await road
        finally:
            await self.show(_OURS)
            self.ended = True
            self._pieces.put_nowait(None)
            self._begun.set()

    async def begun(self) -> None:
        """Wait for the first piece, or for the end."""
        await self._begun.wait()

    async def pieces(self) -> AsyncIterator[str]:
        """Yield the pieces until the end."""
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def message(self) -> Message:
        """Return how it ended."""
        return await self._message
