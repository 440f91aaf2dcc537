"""Group commit: one thread writes; whoever waits when a commit ends shares the next one.

A unit that fails takes nothing of its group with it. A lone unit never waits for company: a group is what
is there when the thread looks. The outcome of every unit is told only
after the commit, so nobody hears of a write that a crash could still undo.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.adapters.store.engines import collided, lost, told
from bot.adapters.store.gathered import gathering
from bot.adapters.store.known import begin, committed, forget
from bot.adapters.store.locks import hold_first
from bot.adapters.store.prepared import Prepared, pipelined
from bot.errors import StoreUnavailable

T = TypeVar("T")

MOST_WAITING = 8192
MOST_TOGETHER = 256
MOST_TRIES = 5
_SAVE, _UNDO, _KEEP = (
    Prepared(text(f"{verb} SAVEPOINT unit".strip())) for verb in ("", "ROLLBACK TO", "RELEASE")
)


@dataclass(slots=True, eq=False)
class Unit:
    """A piece of work, who waits for it, and how it went."""

    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    organisation: str | None
    result: Any = None
    fault: BaseException | None = None


class Writer:
    """Runs units of work in the order they came, many a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[Unit] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], T], organisation: str | None = None) -> T:
        """Run `work` and commit. Raises what it raises, or StoreUnavailable when nothing could be written.

        `organisation` is the one whose ledger it writes to, where that is known beforehand.
        """
        loop = asyncio.get_running_loop()
        unit = Unit(work, loop, loop.create_future(), organisation)
        with self._changed:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            if len(self._waiting) >= MOST_WAITING:
                raise StoreUnavailable("too many writes are waiting; try again in a moment")
            self._waiting.append(unit)
            self._changed.notify()
        result: T = await unit.future
        return result

    def close(self) -> None:
        """Write what waits, then stop. Blocks until the thread has ended."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next():
            self._together(batch)
            _tell(batch)
        if self._connection is not None:
            self._connection.close()

    def _next(self) -> list[Unit]:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            size = min(len(self._waiting), MOST_TOGETHER)
            return [self._waiting.popleft() for _ in range(size)]

    def _together(self, batch: list[Unit]) -> None:
        """Run the batch in one transaction; when one unit fails, again with each in a savepoint of its own.

        Failures are rare and savepoints are not free. A fault of the database may belong to a statement that
        was sent before the one that showed it: with care each is its own unit's. What collided with another
        replica runs again alone.
        """
        live = [unit for unit in batch if not unit.future.cancelled()]
        fault = self._transact(live, careful=False)
        if fault is not None and (len(live) > 1 or isinstance(fault, DBAPIError)) and not lost(fault):
            self._transact(live, careful=True)
        for unit in live:
            for _ in range(MOST_TRIES):
                if unit.fault is None or not collided(unit.fault):
                    break
                self._transact([unit], careful=True)

    def _transact(self, batch: list[Unit], *, careful: bool) -> BaseException | None:
        """Run units and commit; return what undid all of it, which is then every unit's fault."""
        try:
            connection = self._connected()
            with connection.begin(), nullcontext() if careful else pipelined(connection):
                begin(connection, careful=careful)
                hold_first(connection, [unit.organisation for unit in batch if unit.organisation])
                with nullcontext() if careful else gathering(connection):
                    run = _attempt if careful else _run
                    for unit in batch:
                        run(connection, unit)
            committed(connection)
        except BaseException as fault:  # noqa: BLE001  every unit of the batch is told of it
            for unit in batch:
                unit.result, unit.fault = None, fault
            if lost(fault):
                self._drop()
            return fault
        return None

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._engine.connect()
        return self._connection

    def _drop(self) -> None:
        """Let go of a connection that may be in an unknown state; the next batch makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except SQLAlchemyError:
                self._engine.dispose(close=False)


def _run(connection: Connection, unit: Unit) -> None:
    unit.fault = None
    unit.result = unit.work(connection)


def _attempt(connection: Connection, unit: Unit) -> None:
    """Run one unit with care: its failure undoes only it, unless the transaction itself is lost."""
    _SAVE.rows(connection, {})
    try:
        _run(connection, unit)
    except BaseException as fault:
        if lost(fault):
            raise
        unit.result, unit.fault = None, fault
        _UNDO.rows(connection, {})
        forget(connection)
    _KEEP.rows(connection, {})


def _tell(batch: list[Unit]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in batch:
        loops.setdefault(unit.loop, []).append(unit)
    for loop, units in loops.items():
        # A loop that was closed meanwhile has nobody left to tell; what was written stays written.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, units)


def _resolve(units: list[Unit]) -> None:
    for unit in units:
        if unit.future.done():
            continue
        if unit.fault is None:
            unit.future.set_result(unit.result)
        else:
            unit.future.set_exception(told(unit.fault))
