"""What must happen once however many replicas: deliveries received, and periodic jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection, and_, delete, select, update

from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.rows import insert_new
from bot.adapters.store.tables import jobs, receipts

RECEIPTS_KEPT = timedelta(days=1)
JOBS_KEPT = timedelta(days=400)
"""Longer than any job's slot may be asked for again."""


class StoredReceipts:
    """Fills ports.Receipts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, key: str, at: datetime) -> bool:
        """Return True the first time `key` is seen."""
        return await self._database.write(partial(noted, key=key, at=at))

    async def known(self, key: str) -> bool:
        """Return whether `key` was seen."""
        seen = select(receipts.c.key).where(receipts.c.key == digest(key))
        return await self._database.read(lambda reading: reading.execute(seen).first() is not None)


def noted(connection: Connection, key: str, at: datetime) -> bool:
    """Note that `key` was seen; return whether it is the first time."""
    connection.execute(delete(receipts).where(receipts.c.at < micros(at - RECEIPTS_KEPT)))
    return insert_new(connection, receipts, key=digest(key), at=micros(at))


def digest(key: str) -> str:
    """Return what is kept of a key."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class StoredJobs:
    """Fills ports.Jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, name: str, slot: str, at: datetime, lease: datetime) -> bool:
        """Return True to the one replica that may do the job for this slot."""
        lost = and_(
            jobs.c.name == name, jobs.c.slot == slot, jobs.c.done_at.is_(None), jobs.c.lease <= micros(at)
        )
        taken = update(jobs).where(lost).values(lease=micros(lease))

        def unit(connection: Connection) -> bool:
            return (
                insert_new(connection, jobs, name=name, slot=slot, lease=micros(lease))
                or connection.execute(taken).rowcount == 1
            )

        return await self._database.write(unit)

    async def done(self, name: str, slot: str, at: datetime) -> None:
        """Note that the job is done for this slot."""
        finished = update(jobs).where(jobs.c.name == name, jobs.c.slot == slot).values(done_at=micros(at))
        old = delete(jobs).where(jobs.c.done_at < micros(at - JOBS_KEPT))

        def unit(connection: Connection) -> None:
            connection.execute(finished)
            connection.execute(old)

        await self._database.write(unit)
