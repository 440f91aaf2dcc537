"""What goes by the clock: the time of day, and what is done once at its time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day, and a stopwatch in seconds."""

    def now(self) -> datetime: ...
    def seconds(self) -> float: ...


class Jobs(Protocol):
    """Periodic work, once however many replicas."""

    async def claim(self, name: str, slot: str, at: datetime, lease: datetime) -> bool:
        """Return True to the one replica that may do job `name` for `slot`; again after a lost lease."""
        ...

    async def done(self, name: str, slot: str, at: datetime) -> None: ...
