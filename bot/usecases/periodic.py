"""Work that is due by itself: texts purged, entries closed that a crash left open, digests posted in time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Ports
from bot.usecases import ledger


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is due once for each slot. `slot` names the slot of a time, None when none is due."""

    name: str
    slot: Callable[[datetime], str | None]
    do: Callable[[Ports, datetime], Awaitable[object]]


def jobs(retention_days: int, posting: ledger.Posting) -> Sequence[Job]:
    """Return every periodic job."""

    async def purge(ports: Ports, at: datetime) -> int:
        return await ports.asks.purge(at - timedelta(days=retention_days))

    async def digests(ports: Ports, at: datetime) -> int:
        return await ledger.post_due(ports, at, posting)

    return (
        Job("purge", lambda at: at.date().isoformat(), purge),
        Job("abandoned", lambda at: f"{at:%Y-%m-%dT%H}", ledger.close_abandoned),
        Job("digests", lambda at: f"{at:%Y-%m-%dT%H}", digests),
    )
