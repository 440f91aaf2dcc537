"""Periodic work: what waits is pursued every few seconds; the rest once a slot, on one replica."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.errors import SobriaError, where
from bot.ports import Ports
from bot.usecases.periodic import Job

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between looks at what waits, when nobody rings."""

LEASE = timedelta(minutes=10)
"""How long a job belongs to the replica that took it."""


class Bell:
    """Wakes the loop. Safe to ring from any thread."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self) -> None:
        """Have the loop look soon."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Return when rung or after `seconds`."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()


async def run(
    ports: Ports, bell: Bell, pursue: Callable[[Ports], Awaitable[int]], jobs: Sequence[Job]
) -> None:
    """Pursue what waits and do the jobs that are due, until cancelled. A fault waits for the next turn."""
    while True:
        await _once("pursue", lambda: pursue(ports))
        for job in jobs:
            await _once(job.name, lambda job=job: _due(ports, job))  # type: ignore[misc]
        await bell.wait(EVERY)


async def _once(name: str, do: Callable[[], Awaitable[object]]) -> None:
    try:
        await do()
    except SobriaError as fault:
        log.warning("%s: %s", name, type(fault).__name__)
    except Exception as fault:  # noqa: BLE001  the loop outlives any one fault
        log.error("%s: %s", name, where(fault))  # noqa: TRY400  a traceback may hold a text


async def _due(ports: Ports, job: Job) -> None:
    now = ports.clock.now()
    slot = job.slot(now)
    if slot is not None and await ports.jobs.claim(job.name, slot, now, now + LEASE):
        await job.do(ports, now)
        await ports.jobs.done(job.name, slot, now)
