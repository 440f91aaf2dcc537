"""Statements compiled once a dialect and given straight to the driver: a quarter of the usual time.

SQLAlchemy's own result objects cost more than SQLite's work on one row; the ledger's few hot statements
go round them. They run on the connection's own transaction, and the driver's faults come out as
SQLAlchemy's, so callers see no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError

_CURSOR = "sobria.prepared"
Given = Sequence[Any] | dict[str, Any]


class Prepared:
    """A SQLAlchemy statement whose text is kept; its values are named as its bound parameters."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, Any]], Given]]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute the statement once and return its rows, in the order of its columns."""
        sql, ordered = self._text(connection)
        cursor = _cursor(connection)
        try:
            cursor.execute(sql, ordered(values))
            return cursor.fetchall() if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault

    def each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement for each of `rows`."""
        sql, ordered = self._text(connection)
        cursor = _cursor(connection)
        try:
            cursor.executemany(sql, [ordered(row) for row in rows])
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault

    def _text(self, connection: Connection) -> tuple[str, Callable[[Mapping[str, Any]], Given]]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled = self._statement.compile(dialect=dialect)
            order = tuple(getattr(compiled, "positiontup", None) or ())
            found = self._compiled[dialect.name] = (str(compiled), _ordering(order, dict(compiled.params)))
        return found


def _ordering(order: tuple[str, ...], fixed: dict[str, Any]) -> Callable[[Mapping[str, Any]], Given]:
    """Return what puts named values in the driver's order, or names; constants of the statement included."""
    constants = {name: value for name, value in fixed.items() if value is not None}
    if not order:
        return lambda values: {**fixed, **values}
    if constants or len(order) == 1:
        return lambda values: [values[name] if name in values else constants[name] for name in order]
    return itemgetter(*order)


def _cursor(connection: Connection) -> Any:
    """Return the connection's one cursor for prepared statements; each reads all rows before the next."""
    if not connection.in_transaction():
        connection.begin()
    kept = connection.info.get(_CURSOR)
    if kept is None:
        kept = connection.info[_CURSOR] = connection.connection.cursor()
    return kept


def _translated(connection: Connection, sql: str, fault: Exception) -> BaseException:
    base = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, fault, base, dialect=connection.dialect)
