"""Engines for SQLite and PostgreSQL, set so that a commit is on the disk when it returns."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InternalError, OperationalError

from bot.adapters.store.gathered import written_out
from bot.adapters.store.prepared import caught_up, straight
from bot.errors import StoreError, StoreUnavailable

# The driver looks for an adapter of every None and every bytes, in vain, at the price of two exceptions each:
# with one that leaves them as they are the search is over at once.
sqlite3.register_adapter(type(None), lambda nothing: nothing)
sqlite3.register_adapter(bytes, bytes.__bytes__)

_READING = ("query_only=ON", "cache_size=-8192")
_WRITING = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    # At most 64 MB: the last pages of five hundred associations' sums. A small file needs its own size.
    "cache_size=-65536",
    # 64 MB of log before it is carried over: pages that many groups touched are carried once.
    "wal_autocheckpoint=16384",
)
_BREAKING = (OperationalError, InternalError, DatabaseError)
_RETRIED = {"40001", "40P01"}
"""PostgreSQL's codes for two transactions in each other's way: doing it again alone will work."""
_AFTER_ANOTHER = "25P02"
"""PostgreSQL's code for whatever follows a fault in its transaction: that fault is the one to be told."""


def located(url: str) -> URL:
    """Return the URL with the driver that we use. Raises StoreError when it names no database of ours."""
    try:
        made = make_url(url)
    except ArgumentError:
        raise StoreError("the store's url is malformed; write sqlite:///file or postgresql://…") from None
    match made.get_backend_name():
        case "sqlite" if made.database and made.database != ":memory:":
            return made.set(drivername="sqlite+pysqlite")
        case "postgresql":
            return made.set(drivername="postgresql+psycopg")
    raise StoreError("the store's url must begin with sqlite:///file or postgresql://")


def engine(url: URL, *, writing: bool, patience: float, size: int) -> Engine:
    """Make an engine for the writer or for readers; `patience` is how long to wait for a lock, in seconds."""
    if url.get_backend_name() == "postgresql":
        return _postgres(url, patience, size)
    made = create_engine(
        url,
        # A parameter may be somebody's words: errors must not repeat them.
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": patience, "check_same_thread": False, "cached_statements": 512},
    )
    _prepare(made, writing=writing)
    _see_everything(made)
    return made


def _postgres(url: URL, patience: float, size: int) -> Engine:
    waits = int(patience * 1000)
    options = f"-c lock_timeout={waits} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
    made = create_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        connect_args={"options": options, "connect_timeout": 10, "prepare_threshold": 3},
    )

    _see_everything(made)
    return made


def _see_everything(made: Engine) -> None:
    """Let SQLAlchemy's own statements find what their transaction has gathered or sent ahead."""

    @event.listens_for(made, "before_cursor_execute")
    def _written(connection: Connection, *_statement: Any) -> None:
        written_out(connection)
        caught_up(connection)


def _prepare(made: Engine, *, writing: bool) -> None:
    """Set the pragmas, and let transactions begin where we say: the driver's own rules break savepoints."""
    pragmas = _WRITING if writing else _READING

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begun(connection: Connection) -> None:
        straight(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")


def collided(fault: BaseException) -> bool:
    """Return whether another transaction was in the way and the same work will do when done again."""
    return _code(fault) in _RETRIED


def _code(fault: BaseException) -> str | None:
    """Return PostgreSQL's code of a fault."""
    return getattr(fault.orig, "sqlstate", None) if isinstance(fault, DBAPIError) else None


def broken(fault: BaseException) -> bool:
    """Return whether it is the database that failed, not what was asked of it."""
    if not isinstance(fault, DBAPIError):
        return False
    return fault.connection_invalidated or type(fault) in _BREAKING


def lost(fault: BaseException) -> bool:
    """Return whether the whole transaction is lost and trying again at once will not help."""
    return broken(fault) and not collided(fault) and _code(fault) != _AFTER_ANOTHER


def told(fault: BaseException) -> BaseException:
    """Return `fault` as our callers know it; what the database says of a row is left out."""
    if not isinstance(fault, DBAPIError):
        return fault
    if broken(fault):
        return StoreUnavailable(_cause(fault))
    return StoreError(f"the database refused ({type(fault.orig).__name__})")


def _cause(fault: DBAPIError) -> str:
    words = str(fault.orig).lower()
    if "full" in words or "no space" in words:
        return "the disk is full; nothing was written"
    if "locked" in words or "lock timeout" in words or "busy" in words:
        return "the database is locked by another program; nothing was written"
    if "readonly" in words or "read-only" in words:
        return "the database cannot be written to; check the file's permissions"
    if "malformed" in words or "not a database" in words:
        return "the database file is damaged; restore a backup"
    return f"the database cannot be reached ({type(fault.orig).__name__})"
