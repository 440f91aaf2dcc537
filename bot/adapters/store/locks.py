"""One writer at a time for an organisation's ledger and asks, where the database itself allows several.

SQLite has one writer anyway. On PostgreSQL a transaction holds an advisory lock for each organisation that
it writes to. A group that writes to several takes their locks first and in one order: two replicas whose
groups met half-way would otherwise wait for each other until the server undoes one of them.

While an organisation is held nobody else moves the end of its chain, so a transaction reads it once. On
SQLite, where any other program's commit shows in the file's version, it is not read again until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.adapters.store.prepared import Prepared

_HELD = "organisations held"
_HEADS = "heads of chains"
_KEPT = "heads of chains at the last commit"
_VERSION = "the file's version at the last transaction"
_MOST = 10_000
_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key"))))


def hold_first(connection: Connection, organisations: Iterable[str]) -> None:
    """Hold all that a transaction is known to write to, at its beginning."""
    connection.info[_HEADS] = _still_true(connection)
    if connection.dialect.name == "postgresql":
        keys = sorted({_key(organisation) for organisation in organisations})
        for key in keys:
            _LOCK.rows(connection, {"key": key})
        connection.info[_HELD] = keys


def hold(connection: Connection, organisation: str) -> None:
    """Hold an organisation to the end of the transaction, unless it is held already."""
    if connection.dialect.name == "postgresql":
        key = _key(organisation)
        # Only what was held at the beginning is remembered: undoing a savepoint lets go of later locks.
        if key not in connection.info.get(_HELD, ()):
            _LOCK.rows(connection, {"key": key})


def remember(connection: Connection, organisation: str, head: Any) -> None:
    """Keep where an organisation's chain stands for the rest of the transaction."""
    heads = connection.info.get(_HEADS)
    if heads is not None:
        heads[organisation] = head


def remembered(connection: Connection, organisation: str) -> Any:
    """Return where an organisation's chain stands, None when this transaction has not read it."""
    return connection.info.get(_HEADS, {}).get(organisation)


def forget(connection: Connection) -> None:
    """Know no chain's end any more: a part of the transaction was undone, or a budget or a zone changed."""
    connection.info[_HEADS] = {}


def committed(connection: Connection) -> None:
    """Keep what is known of the chains' ends for the next transaction."""
    if connection.dialect.name == "sqlite":
        connection.info[_KEPT] = connection.info[_HEADS]


def _still_true(connection: Connection) -> dict[str, Any]:
    """Return what the last transaction knew, unless it was undone or another program wrote since."""
    if connection.dialect.name != "sqlite":
        return {}
    # Asked within the transaction: from here to its end nobody else writes, and our own commits do not count.
    raw: Any = connection.connection.driver_connection
    before, now = connection.info.get(_VERSION), raw.execute("PRAGMA data_version").fetchone()
    connection.info[_VERSION] = now
    kept: dict[str, Any] = connection.info.pop(_KEPT, {})
    return kept if now == before and len(kept) <= _MOST else {}


def _key(organisation: str) -> int:
    return int.from_bytes(blake2b(organisation.encode(), digest_size=8).digest(), signed=True)
