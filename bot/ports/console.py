"""What the web console keeps for each person: who is signed in, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.person import Person
from bot.core.reply import Message


class Doors(Protocol):
    """Sign-in to the console: one-time links, then sessions. Only digests of tokens are kept."""

    async def invite(self, person: str, at: datetime, until: datetime) -> str:
        """Return a token that opens the door once."""
        ...

    async def enter(self, token: str, at: datetime, until: datetime) -> str | None:
        """Use up an invitation; return a session token, or None when it is unknown, used or too old."""
        ...

    async def open(self, person: str, at: datetime, until: datetime) -> str:
        """Return a session token without an invitation: for the demo's open door only."""
        ...

    async def who(self, session: str, at: datetime) -> Person | None: ...

    async def leave(self, session: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a console conversation: what the person typed, or a message they read."""

    number: int
    at: datetime
    typed: str | None
    message: Message | None


class Transcript(Protocol):
    """Console conversations, encrypted, purged like asks. Numbers rise per person."""

    async def typed(self, person: str, words: str, at: datetime) -> int: ...

    async def read(self, person: str, message: Message, at: datetime) -> int: ...

    async def since(self, person: str, after: int, limit: int = 50) -> tuple[Line, ...]:
        """Return the latest `limit` lines after number `after`, oldest first."""
        ...
