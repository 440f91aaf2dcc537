"""The queries by which asks come with their person, and writing what nobody has written yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables import asks, persons

Row = Mapping[Any, Any]
"""A row by the names of its columns."""

TEXTS = tuple(f"{text}_sealed" for text in ("text", "sent", "answer", "edited", "note"))
"""The columns of an ask that hold texts: emptied when its term is over or its person is erased."""

_OF_PERSON = ("id", "organisation", "team", "name_sealed", "roles", "language", "charter", "level")


def joined() -> Select[Any]:
    """Select asks with their person's columns, prefixed `person_`; an erased person has none."""
    columns = (persons.c[name].label(f"person_{name}") for name in _OF_PERSON)
    return select(asks, *columns).join(persons, persons.c.id == asks.c.person, isouter=True)


_NAMES = tuple(column.name for column in joined().selected_columns)
_BY_ID = Prepared(joined().where(asks.c.id == bindparam("ask")))
_BY_NUMBER = Prepared(
    joined().where(asks.c.organisation == bindparam("organisation"), asks.c.number == bindparam("number"))
)


def by_id(connection: Connection, ask: str) -> Row | None:
    """Return an ask's row with its person's."""
    return _first(_BY_ID.rows(connection, {"ask": ask}))


def by_number(connection: Connection, organisation: str, number: int) -> Row | None:
    """Return the row of ask `number` of an organisation with its person's."""
    return _first(_BY_NUMBER.rows(connection, {"organisation": organisation, "number": number}))


def _first(rows: list[tuple[Any, ...]]) -> Row | None:
    return dict(zip(_NAMES, rows[0], strict=True)) if rows else None


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless one like it is there; return whether it was inserted."""
    insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None
