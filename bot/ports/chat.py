"""What comes in from the chat platforms, and the ways back to people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.ask import Place, Platform
from bot.core.call import Arrival
from bot.core.person import Person
from bot.core.reply import Message

Audience = Literal["review", "admin"]


class Outlet(Protocol):
    """The live way back to the person who waits: pieces as they come, then the message."""

    async def write(self, piece: str) -> None: ...
    async def show(self, message: Message) -> None: ...


class Courier(Protocol):
    """The way to people who are not waiting. Raises Undeliverable; the gateway tries again later."""

    async def deliver(self, place: Place, person: Person, message: Message) -> None: ...
    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post to the review or admin channel of every platform the organisation uses."""
        ...

    def platforms(self) -> tuple[Platform, ...]:
        """Return the platforms that messages go to."""
        ...

    async def post_on(
        self, platform: Platform, organisation: str, audience: Audience, message: Message
    ) -> None:
        """Post on one platform only: what must arrive once on each is recorded for each."""
        ...


class Receipts(Protocol):
    """What was already received: retries and double clicks are taken once, across replicas."""

    async def first(self, key: str, at: datetime) -> bool:
        """Return True the first time `key` is seen, False ever after (keys are kept for a day)."""
        ...

    async def known(self, key: str) -> bool:
        """Return whether `key` was seen; nothing is noted."""
        ...


class Arrivals(Protocol):
    """What came in by a chat platform, encrypted, from before its acknowledgement until it is done.

    `door` names the platform and the organisation. A lease says whose work an arrival is, as with asks.
    """

    async def keep(
        self, key: str, door: str, kind: str, body: Mapping[str, Any], at: datetime, lease: datetime
    ) -> Arrival | None:
        """Keep it, unless `key` was received before: then return None."""
        ...

    async def claim(self, door: str, at: datetime, lease: datetime, limit: int) -> tuple[Arrival, ...]:
        """Take arrivals whose lease has run out; give up what is a day old or was taken too often."""
        ...

    async def renew(self, arrival: str, held: datetime, until: datetime) -> bool: ...
    async def postpone(self, arrival: str, until: datetime) -> None:
        """Let it be taken up again at `until`: nobody could be reached."""
        ...

    async def done(self, arrival: str) -> None: ...
    async def heard(self, door: str) -> datetime | None:
        """Return up to when everything said there was taken; None before the first time."""
        ...

    async def hear(self, door: str, until: datetime) -> None: ...
