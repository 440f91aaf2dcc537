"""Statements compiled once a dialect and given straight to the driver: a quarter of the usual time.

SQLAlchemy's own result objects cost more than SQLite's work on one row; the ledger's few hot statements
go round them. They run on the connection's own transaction, and the driver's faults come out as
SQLAlchemy's, so callers see no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError


class Prepared:
    """A SQLAlchemy statement whose text is kept; its values are named as its bound parameters."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute the statement once and return its rows, in the order of its columns."""
        sql, order, fixed = self._text(connection)
        filled = {**fixed, **values}
        given = [filled[name] for name in order] if order else filled
        cursor = _cursor(connection)
        try:
            cursor.execute(sql, given)
            return cursor.fetchall() if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault
        finally:
            cursor.close()

    def each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement for each of `rows`."""
        sql, order, fixed = self._text(connection)
        filled = [{**fixed, **row} for row in rows]
        given: list[Any] = [[row[name] for name in order] for row in filled] if order else filled
        cursor = _cursor(connection)
        try:
            cursor.executemany(sql, given)
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault
        finally:
            cursor.close()

    def _text(self, connection: Connection) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect)
            order = tuple(getattr(compiled, "positiontup", None) or ())
            self._compiled[dialect.name] = (str(compiled), order, dict(compiled.params))
        return self._compiled[dialect.name]


def _cursor(connection: Connection) -> Any:
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()


def _translated(connection: Connection, sql: str, fault: Exception) -> BaseException:
    base = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, fault, base, dialect=connection.dialect)
