"""One writer at a time for an organisation's ledger and asks, where the database itself allows several.

SQLite has one writer anyway. On PostgreSQL a transaction holds an advisory lock for each organisation that
it writes to. A group that writes to several takes their locks first and in one order: two replicas whose
groups met half-way would otherwise wait for each other until the server undoes one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, func, select

from bot.adapters.store.prepared import Prepared

_HELD = "organisations held"
_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key"))))


def hold_first(connection: Connection, organisations: Iterable[str]) -> None:
    """Hold all that a transaction is known to write to, at its beginning."""
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


def _key(organisation: str) -> int:
    return int.from_bytes(blake2b(organisation.encode(), digest_size=8).digest(), signed=True)
