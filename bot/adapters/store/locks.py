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

_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key"))))


def hold(connection: Connection, organisations: Iterable[str]) -> None:
    """Hold these organisations to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        for key in sorted({_key(organisation) for organisation in organisations}):
            _LOCK.rows(connection, {"key": key})


def _key(organisation: str) -> int:
    return int.from_bytes(blake2b(organisation.encode(), digest_size=8).digest(), signed=True)
