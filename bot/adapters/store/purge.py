"""Deleting texts whose term is over. Facts and counts stay; what still waited is ended and told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.reopening import avoid
from bot.adapters.store.rows import TEXTS, Row
from bot.adapters.store.tables import asks, lines, reviews
from bot.adapters.store.upkeep import settle
from bot.core.ask import AskState
from bot.errors import StoreUnavailable

_AT_ONCE = 200
"""Asks in one transaction: few enough that nobody who writes meanwhile notices."""

_OPEN = (AskState.RUNNING.value, AskState.HELD.value)


async def purged(database: Database, before: datetime) -> int:
    """Delete the texts of asks and conversations older than `before`; return how many asks."""
    await database.write(partial(_forget_lines, before=before))
    total = 0
    while done := await database.write(partial(_purge_some, before=before)):
        total += done
    await vacated(database)
    return total


async def vacated(database: Database) -> None:
    """See that what was deleted leaves the write-ahead log too; a reader in the way only delays it."""
    if database.file is not None:
        with suppress(StoreUnavailable):
            await asyncio.to_thread(settle, database.file)


def end_texts(connection: Connection, which: Select[Any]) -> None:
    """Empty every column that holds a text of these asks and of their reviews."""
    emptied: dict[str, Any] = dict.fromkeys(TEXTS)
    connection.execute(update(reviews).where(reviews.c.ask.in_(which)).values(words_sealed=None))
    connection.execute(update(asks).where(asks.c.id.in_(which)).values(**emptied, purged=1))
    connection.execute(update(asks).where(asks.c.id.in_(which), asks.c.told == 1).values(place_sealed=None))


def end_waiting(
    connection: Connection, rows: Sequence[Row], reason: str, at: datetime, **values: Any
) -> None:
    """Fail asks that still ran or waited, close their entries and take their reviews out of the queue."""
    for row in rows:
        avoid(connection, row["entry"], at, reason)
    ended = [row["id"] for row in rows]
    failed = {"state": AskState.FAILED.value, "fault": reason, **values}
    connection.execute(update(asks).where(asks.c.id.in_(ended)).values(**failed))
    connection.execute(update(reviews).where(reviews.c.ask.in_(ended)).values(waiting=0))


def _purge_some(connection: Connection, before: datetime) -> int:
    old = (
        select(asks.c.id, asks.c.entry, asks.c.state, asks.c.at)
        .where(asks.c.at < micros(before), asks.c.purged == 0)
        .order_by(asks.c.at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(old).mappings().all()
    if not rows:
        return 0
    waiting = [row for row in rows if row["state"] in _OPEN]
    # The ledger counts the end on the day it comes: what a digest of the past said stays true.
    end_waiting(connection, waiting, "expired", datetime.now(UTC), told=0, lease=0)
    end_texts(connection, select(asks.c.id).where(asks.c.id.in_([row["id"] for row in rows])))
    return len(rows)


def _forget_lines(connection: Connection, before: datetime) -> None:
    connection.execute(delete(lines).where(lines.c.at < micros(before)))
