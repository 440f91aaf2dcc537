"""Taking up what waits: approved asks, those a crash interrupted, and people not yet told."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from bot import exchange, gateway, lease
from bot.core.ask import AskRecord, AskState
from bot.core.reply import Message
from bot.errors import SobriaError, Undeliverable, where
from bot.ports import Ports

AT_ONCE = 4
"""Asks finished side by side: after a crash nobody should wait for everybody else's answer in turn."""

log = logging.getLogger(__name__)


async def pursue(ports: Ports, limit: int = 20) -> int:
    """Bring what waits to its end and tell its people; return how many asks were taken up.

    Raises StoreUnavailable. What goes wrong with one ask leaves the others alone: it waits for its lease to
    run out and is taken up again, here or by another replica. Mentors are told first: no model keeps them.
    """
    now = ports.clock.now()
    await gateway.tell_mentors(ports)
    held = lease.until(ports)
    records = await ports.asks.claim(now, held, limit)
    places = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_pursued(ports, record, held, places) for record in records))
    if records:
        await gateway.tell_mentors(ports)
    return len(records)


async def _pursued(ports: Ports, record: AskRecord, held: datetime, places: asyncio.Semaphore) -> None:
    async with lease.kept(ports, ports.asks.renew, record.ask.id, held), places:
        try:
            await _finish(ports, record)
        except SobriaError as fault:
            log.warning("ask %s waits: %s", record.ask.id, type(fault).__name__)
        except Exception as fault:  # noqa: BLE001  one ask must not stop the others
            log.error("ask %s waits: %s", record.ask.id, where(fault))  # noqa: TRY400  a traceback may hold a text


async def _finish(ports: Ports, record: AskRecord) -> None:
    if record.state is AskState.RUNNING:
        if record.attempts:
            record = await exchange.next_attempt(ports, record, None, "interrupted")
        record = await gateway.answer(ports, record, Nobody())
    message = await gateway.outcome(ports, record)
    try:
        await ports.courier.deliver(record.ask.place, record.ask.person, message)
    except Undeliverable as fault:
        await gateway.put_off(ports, record, fault)
        raise
    await ports.asks.told(record.ask.id)


class Nobody:
    """The outlet of an ask whose person is not waiting: pieces go nowhere, the message comes later."""

    async def write(self, piece: str) -> None:
        """Let the piece go."""

    async def show(self, message: Message) -> None:
        """Let the message go: the courier brings it."""
