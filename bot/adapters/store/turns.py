"""What must happen once however many replicas: deliveries received, and periodic jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
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
        digest = _digest(key)
        old = delete(receipts).where(receipts.c.at < micros(at - RECEIPTS_KEPT))

        def unit(connection: Connection) -> bool:
            connection.execute(old)
            return insert_new(connection, receipts, key=digest, at=micros(at))

        return await self._database.write(unit)

    async def known(self, key: str) -> bool:
        """Return whether `key` was seen."""
        noted = select(receipts.c.key).where(receipts.c.key == _digest(key))
        return await self._database.read(lambda reading: reading.execute(noted).first() is not None)


def _digest(key: str) -> str:
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
