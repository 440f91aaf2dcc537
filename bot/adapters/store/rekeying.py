"""Changing the key: everything that older keys sealed is sealed anew, after which they may go."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, or_, select, update

from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.database import Database
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.people import compared
from bot.adapters.store.rows import Row
from bot.adapters.store.tables import accounts, lines, persons, seals

_AT_ONCE = 200
_SUFFIX = "_sealed"


async def rekeyed(database: Database, cipher: Cipher) -> int:
    """Seal everything with the first key, a few rows a transaction; return how many texts there were.

    It may be stopped and started again at any time; until it has ended, keep the old keys in the settings.
    """
    total = 0
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if column.name.endswith(_SUFFIX) and table is not seals:
                some = partial(_some, cipher=cipher, table=table, column=column)
                while done := await database.write(some):
                    total += done
    old = delete(seals).where(seals.c.key != cipher.writing)
    await database.write(lambda writing: writing.execute(old) and None)
    return total


def _some(connection: Connection, cipher: Cipher, table: Table, column: Column[Any]) -> int:
    """Seal some of what another key sealed: ciphertexts begin with the key's identifier."""
    first, beyond = cipher.span
    query = select(table).where(column.is_not(None), or_(column < first, column >= beyond)).limit(_AT_ONCE)
    rows = connection.execute(query.with_for_update()).mappings().all()
    for row in rows:
        this = and_(*(key == row[key.name] for key in table.primary_key.columns))
        connection.execute(update(table).where(this).values(**_anew(cipher, table, column.name, row)))
    return len(rows)


def _anew(cipher: Cipher, table: Table, column: str, row: Row) -> dict[str, Any]:
    """Return a row's column sealed with the writing key, and what it is looked up by."""
    name = column.removesuffix(_SUFFIX)
    value = cipher.open(row[column], place(table.name, _identity(table, row), name))
    found: dict[str, Any] = {}
    if table is accounts:
        found = {"print": cipher.fingerprint(value)}
    elif table is persons and name == "email":
        found = {"email_print": cipher.fingerprint(compared(value))}
    sealed = cipher.seal(value, place(table.name, _identity(table, {**row, **found}), name))
    return {column: sealed, **found}


def _identity(table: Table, row: Row) -> str:
    if table is lines:
        return f"{row['person']}:{row['number']}"
    return str(row["print"] if table is accounts else row["id"])
