"""One database, SQLite or PostgreSQL: reads in parallel, writes in groups.

All units of work that wait are run in one transaction, each in its savepoint, and committed once: the disk
is waited for once a group, not once a unit. A lone unit never waits for company. A unit may be run twice
(its group failed), so it must touch nothing but its connection.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from bot.errors import StoreUnavailable

T = TypeVar("T")
Unit = Callable[[Connection], T]

MOST_IN_A_GROUP = 256
MOST_WAITING = 10_000
READERS = 4
BUSY_MILLISECONDS = 4_000


@dataclass(slots=True)
class _Waiting:
    unit: Unit[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    fault: BaseException | None = None


class Database:
    """Opens lazily; `close` waits for what was accepted."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.embedded = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(MOST_WAITING)
        self._writer = threading.Thread(target=self._write_groups, name="store-write", daemon=True)
        self._writer.start()

    @property
    def file(self) -> Path | None:
        """Return the embedded file, None on a server."""
        return Path(self.url.database) if self.embedded and self.url.database else None

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` and commit it, with others that wait. Raises what the unit raises, StoreUnavailable."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(unit, loop.create_future(), loop)
        try:
            self._waiting.put_nowait(waiting)
        except queue.Full:
            raise StoreUnavailable("too many writes are waiting") from None
        result: T = await asyncio.shield(waiting.future)
        return result

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a connection of its own, without writing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, unit)

    async def close(self) -> None:
        """Finish what waits and let go of the database."""
        self._waiting.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown(wait=True)
        self.engine.dispose()

    def _engine(self) -> Engine:
        if not self.embedded:
            return create_engine(self.url, pool_size=READERS + 1, pool_pre_ping=True)
        engine = create_engine(self.url, pool_size=READERS + 1, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
        return engine

    def _read(self, unit: Unit[T]) -> T:
        try:
            with self.engine.connect() as connection:
                return unit(connection)
        except DBAPIError as fault:
            raise _unavailable(fault) from None

    def _write_groups(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            group, last = self._group(first)
            self._commit(group)
            _answer(group)
            if last:
                return

    def _group(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        group = [first]
        while len(group) < MOST_IN_A_GROUP:
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return group, True
            group.append(waiting)
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        if len(group) > 1:
            try:
                self._together(group)
            except DBAPIError:
                pass  # one of them broke the whole transaction: each is tried on its own below
            else:
                return
        for waiting in group:
            waiting.result, waiting.fault = None, None
            self._alone(waiting)

    def _together(self, group: list[_Waiting]) -> None:
        with self._writing() as connection, connection.begin():
            for waiting in group:
                savepoint = connection.begin_nested()
                try:
                    waiting.result = waiting.unit(connection)
                    savepoint.commit()
                except (OperationalError, InternalError, InterfaceError):
                    raise
                except Exception as fault:  # noqa: BLE001  it is the unit's own, and goes to its caller
                    savepoint.rollback()
                    waiting.fault = fault

    def _alone(self, waiting: _Waiting) -> None:
        try:
            with self._writing() as connection, connection.begin():
                waiting.result = waiting.unit(connection)
        except DBAPIError as fault:
            waiting.fault = _unavailable(fault)
        except Exception as fault:  # noqa: BLE001  it is the unit's own, and goes to its caller
            waiting.fault = fault

    def _writing(self) -> Connection:
        connection = self.engine.connect()
        return connection.execution_options(sobria_writes=True)


def _answer(group: list[_Waiting]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in group:
        loops.setdefault(waiting.loop, []).append(waiting)
    for loop, answered in loops.items():
        try:
            loop.call_soon_threadsafe(_resolve, answered)
        except RuntimeError:  # the loop has closed: nobody waits any more, and what was committed stays
            continue


def _resolve(answered: list[_Waiting]) -> None:
    for waiting in answered:
        if waiting.future.done():
            continue
        if waiting.fault is None:
            waiting.future.set_result(waiting.result)
        else:
            waiting.future.set_exception(waiting.fault)


def _unavailable(fault: DBAPIError) -> StoreUnavailable:
    """Name what the driver said: it speaks of the database, never of values."""
    return StoreUnavailable(str(fault.orig).splitlines()[0][:160] if fault.orig else type(fault).__name__)


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "cache_size = -32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sobria_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
