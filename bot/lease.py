"""A lease: whose an ask or an arrival is while it is being worked on, and until when should they die.

The date that a replica has written is its token: it renews only that one, so that whoever lost an ask, to
another replica or to a mentor's decision, does not take it back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from bot.errors import SobriaError
from bot.ports import Ports

LEASE = timedelta(minutes=2)
"""How long what a replica that died worked on waits for another; the clocks of two replicas may differ by less."""

RENEWED_EVERY = 30.0
"""Seconds. Three renewals may fail before it is lost."""

log = logging.getLogger(__name__)


def until(ports: Ports) -> datetime:
    """Return the end of a lease that is taken now."""
    return ports.clock.now() + LEASE


Renew = Callable[[str, datetime, datetime], Awaitable[bool]]


@asynccontextmanager
async def kept(ports: Ports, renew: Renew, work: str, held: datetime) -> AsyncGenerator[None, None]:
    """Keep the lease of `work`, which now ends at `held`, from running out meanwhile."""
    renewing = asyncio.create_task(_renewed(ports, renew, work, held))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _renewed(ports: Ports, renew: Renew, work: str, held: datetime) -> None:
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        longer = until(ports)
        try:
            if not await renew(work, held, longer):
                return
        except SobriaError as fault:
            log.warning("lease of %s not renewed: %s", work, type(fault).__name__)
        else:
            held = longer
