"""One database, SQLite or PostgreSQL: one writer that commits in groups, a few readers beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.store.engines import engine, located, told
from bot.adapters.store.migrate import migrate
from bot.adapters.store.writer import Writer
from bot.errors import StoreUnavailable

T = TypeVar("T")

READERS = 3
PATIENCE = 5.0
"""Seconds to wait for somebody else's lock before saying that the store is unavailable."""


class Database:
    """Runs units of work on a connection, in threads.

    A unit that writes may run twice, when a replica was in its way: it touches nothing but its connection.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.url = located(url)
        self.embedded = self.url.get_backend_name() == "sqlite"
        self._writing = engine(self.url, writing=True, patience=patience, size=2)
        self._reading = engine(self.url, writing=False, patience=patience, size=READERS)
        self._writer = Writer(self._writing)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._closed = False

    @classmethod
    async def open(cls, url: str, patience: float = PATIENCE) -> Database:
        """Open the database and bring its tables up to date.

        Raises StoreUnavailable when it cannot be reached, StoreError when it is newer than the program.
        """
        database = cls(url, patience)
        try:
            await asyncio.to_thread(database._prepare)
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def file(self) -> Path | None:
        """Return the embedded file, None on a server."""
        return Path(self.url.database) if self.embedded and self.url.database else None

    async def write(self, unit: Callable[[Connection], T], organisation: str | None = None) -> T:
        """Run `unit` and return what it returns once that is on the disk.

        `organisation` is the one whose ledger the unit writes to, where that is known: replicas then take
        turns instead of colliding. Raises what the unit raises, and then nothing of it was written;
        StoreUnavailable when the database is locked, full or away.
        """
        return await self._writer.write(unit, organisation)

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit`, which only reads, on one consistent view of the database."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def close(self) -> None:
        """Write what waits and let go of every connection."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close)

    def _prepare(self) -> None:
        if self.file is not None and not self.file.parent.is_dir():
            raise StoreUnavailable(f"the folder {self.file.parent} does not exist; create it")
        try:
            migrate(self._writing)
        except SQLAlchemyError as fault:
            raise told(fault) from None

    def _close(self) -> None:
        self._writer.close()
        self._readers.shutdown(wait=True)
        for connection in self._opened:
            connection.close()
        self._reading.dispose()
        self._writing.dispose()

    def _read(self, unit: Callable[[Connection], T]) -> T:
        try:
            connection = self._connection()
            try:
                return unit(connection)
            finally:
                connection.rollback()
        except SQLAlchemyError as fault:
            raise told(fault) from None

    def _connection(self) -> Connection:
        # One connection a thread: taking one from the pool each time costs more than most reads.
        kept: Connection | None = getattr(self._local, "connection", None)
        if kept is None or kept.closed or kept.invalidated:
            kept = self._local.connection = self._reading.connect()
            self._opened.append(kept)
        return kept
