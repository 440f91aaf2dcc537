"""What a chat platform hands over: kept before it is acknowledged, attended to once, taken up after a crash.

Read it as a road: `take` writes the arrival down, and only then may the platform be told that it came; the
arrival is attended to in a task of its own and forgotten when that is done. Whatever is still there, because
the program was killed or nobody could be reached, `run` takes up. An arrival whose ask was accepted is done
already: the ask goes on by itself (`usecases/pursuit.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import lease
from bot.adapters.running import Running
from bot.core.call import Arrival
from bot.errors import SobriaError, StoreError, Undeliverable, where
from bot.ports import Ports

EVERY = 5.0
"""Seconds between looks at what waits."""

AGAIN = timedelta(seconds=5)
"""How soon an arrival is taken up again whose person could not be reached."""

AT_ONCE = 20

UNKEPT = frozenset({"token", "ssl_check"})
"""What a platform sends to prove itself: of no use once that was checked."""

log = logging.getLogger(__name__)

Attend = Callable[[Arrival], Awaitable[None]]


class Inbox:
    """The arrivals of one door. `attend` says what is done with each kind; it may be done more than once."""

    def __init__(self, ports: Ports, door: str, running: Running, attend: Mapping[str, Attend]) -> None:
        self._ports = ports
        self._door = door
        self._running = running
        self._attend = attend
        self._in_hand: set[str] = set()

    async def take(self, kind: str, key: str, body: Mapping[str, Any], attend: Attend | None = None) -> bool:
        """Keep `body` and begin to attend to it; return False when it came in before.

        `attend` takes the kind's place while the platform itself still waits for an answer. Raises StoreError:
        then nothing came in.
        """
        held = lease.until(self._ports)
        content = {name: value for name, value in body.items() if name not in UNKEPT}
        now = self._ports.clock.now()
        arrival = await self._ports.arrivals.keep(key, self._door, kind, content, now, held)
        if arrival is not None:
            self._start(arrival, held, attend or self._attend[kind])
        return arrival is not None

    async def heard(self) -> datetime | None:
        """Return up to when everything said at this door was taken; None before the first time."""
        return await self._ports.arrivals.heard(self._door)

    async def hear(self, until: datetime) -> None:
        """Note up to when everything said at this door was taken."""
        await self._ports.arrivals.hear(self._door, until)

    async def run(self) -> None:
        """Take up what waits, now and every few seconds, until cancelled."""
        while True:
            try:
                await self.take_up()
            except SobriaError as fault:
                log.warning("what came in waits: %s", type(fault).__name__)
            await asyncio.sleep(EVERY)

    async def take_up(self) -> None:
        """Begin with whatever waits and is nobody's."""
        held = lease.until(self._ports)
        waiting = await self._ports.arrivals.claim(self._door, self._ports.clock.now(), held, AT_ONCE)
        for arrival in waiting:
            if arrival.id not in self._in_hand:
                self._start(arrival, held, self._again)

    async def _again(self, arrival: Arrival) -> None:
        if not await self._ports.asks.known(arrival.id):
            log.info("taking up again what came in: %s", arrival.kind)
            await self._attend[arrival.kind](arrival)

    def _start(self, arrival: Arrival, held: datetime, attend: Attend) -> None:
        self._in_hand.add(arrival.id)
        task = self._running.start(self._attended(arrival, held, attend))
        task.add_done_callback(lambda _: self._in_hand.discard(arrival.id))

    async def _attended(self, arrival: Arrival, held: datetime, attend: Attend) -> None:
        arrivals = self._ports.arrivals
        try:
            async with lease.kept(self._ports, arrivals.renew, arrival.id, held):
                waits = await self._waits(arrival, attend)
            if waits:
                await arrivals.postpone(arrival.id, self._ports.clock.now() + AGAIN)
            else:
                await arrivals.done(arrival.id)
        except SobriaError as fault:  # its lease runs out, and it is looked at again
            log.warning("an arrival stays: %s", where(fault))

    async def _waits(self, arrival: Arrival, attend: Attend) -> bool:
        """Attend; return whether it has to wait for the network. Whatever else went wrong would do so again."""
        try:
            await attend(arrival)
        except Undeliverable as fault:
            log.warning("an arrival %s: %s", "waits" if fault.passing else "is given up", fault)
            return fault.passing
        except StoreError:
            raise
        except (KeyError, TypeError, ValueError, SobriaError) as fault:
            log.warning("request dropped: %s", where(fault))
        except Exception as fault:  # noqa: BLE001  the last stop of a task
            log.error("request failed: %s", where(fault))  # noqa: TRY400  a traceback could hold a text
        return False
