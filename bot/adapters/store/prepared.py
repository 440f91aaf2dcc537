"""Statements compiled once a dialect and given straight to the driver: a quarter of the usual time.

SQLAlchemy's own result objects cost more than SQLite's work on one row; the ledger's few hot statements
go round them. They run on the connection's own transaction, and the driver's faults come out as
SQLAlchemy's, so callers see no difference.

On PostgreSQL a group of units sends what returns nothing without waiting for the server (`pipelined`): only
statements that return rows cost a journey. A fault then shows at the next journey, in a later unit perhaps;
the writer runs such a group again with care, where each statement waits for its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError

_CURSOR = "sobria.prepared"
_SENDING = "sobria.sending"
_PIPELINE = "sobria.pipeline"
_FAULT = "sobria.fault"
Given = Sequence[Any] | dict[str, Any]
Values = Mapping[str, Any] | Sequence[Any]
_Compiled = tuple[str, Callable[[Any], Given] | None, bool]


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Let prepared statements that return nothing go ahead of their results, where the driver can.

    A fault of theirs is raised again at the end: whoever it showed to may have caught it as their own, and
    PostgreSQL lets a transaction that failed commit nothing without a word.
    """
    kept = connection.info  # cannot be asked for any more once the connection is lost
    kept[_FAULT] = None
    if connection.dialect.name == "postgresql":
        kept[_PIPELINE] = None
    try:
        yield
        caught_up(connection)
        if kept[_FAULT] is not None:
            raise kept[_FAULT]
    finally:
        kept.pop(_FAULT)
        pipeline = kept.pop(_PIPELINE, None)
        kept.pop(_SENDING, None)
        if pipeline is not None:
            # Whatever comes out of it now is a consequence of the fault that is on its way up.
            with suppress(connection.dialect.loaded_dbapi.Error):
                pipeline.__exit__(None, None, None)


def caught_up(connection: Connection) -> None:
    """Wait for what was sent ahead: SQLAlchemy's own statements cannot run behind it."""
    pipeline = connection.info.get(_PIPELINE)
    if pipeline is None:
        return
    connection.info[_PIPELINE] = None
    try:
        pipeline.__exit__(None, None, None)
    except connection.dialect.loaded_dbapi.Error as fault:
        raise _translated(connection, "sent ahead", fault) from fault


def straight(connection: Connection, sql: str) -> None:
    """Give the driver a statement without parameters and results: a tenth of the usual time."""
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute(sql)
    except connection.dialect.loaded_dbapi.Error as fault:
        raise _translated(connection, sql, fault) from fault


class Prepared:
    """A SQLAlchemy statement whose text is kept; its values are named as its bound parameters.

    With `order`, the names of all its parameters, values come as sequences in that order instead.
    """

    def __init__(self, statement: ClauseElement, order: tuple[str, ...] = ()) -> None:
        self._statement = statement
        self._order = order
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Execute the statement once and return its rows, in the order of its columns."""
        sql, ordered, returning = self._text(connection)
        try:
            cursor = _cursor(connection, returning=returning)
            cursor.execute(sql, ordered(values) if ordered else values)
            return cursor.fetchall() if returning else []
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault

    def each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute the statement for each of `rows`."""
        sql, ordered, _ = self._text(connection)
        try:
            cursor = _cursor(connection, returning=False)
            cursor.executemany(sql, map(ordered, rows) if ordered else rows)
        except connection.dialect.loaded_dbapi.Error as fault:
            raise _translated(connection, sql, fault) from fault

    def _text(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            order = tuple(getattr(compiled, "positiontup", None) or ())
            returning = bool(getattr(self._statement, "is_select", False) or compiled.effective_returning)
            ordered = (
                _rearranging(order, self._order) if self._order else _ordering(order, dict(compiled.params))
            )
            found = self._compiled[dialect.name] = (str(compiled), ordered, returning)
        return found


def _ordering(order: tuple[str, ...], fixed: dict[str, Any]) -> Callable[[Mapping[str, Any]], Given]:
    """Return what puts named values in the driver's order, or names; constants of the statement included."""
    constants = {name: value for name, value in fixed.items() if value is not None}
    if not order:
        return lambda values: {**fixed, **values}
    if constants or len(order) == 1:
        return lambda values: [values[name] if name in values else constants[name] for name in order]
    return itemgetter(*order)


def _rearranging(order: tuple[str, ...], given: tuple[str, ...]) -> Callable[[Sequence[Any]], Given] | None:
    """Return what puts values that come in the order `given` in the driver's order, or names them.

    None when they come in the driver's order already.
    """
    if not order:
        return lambda values: dict(zip(given, values, strict=True))
    if order == given:
        return None
    return itemgetter(*(given.index(name) for name in order))


def _cursor(connection: Connection, *, returning: bool) -> Any:
    """Return the connection's cursor for statements that return rows, or the one for those that do not.

    The former reads all its rows before the next statement; results of the latter may come late.
    """
    if not connection.in_transaction():
        connection.begin()
    kept = connection.info
    if _PIPELINE in kept and kept[_PIPELINE] is None:
        pipeline = connection.connection.driver_connection.pipeline()  # type: ignore[union-attr]
        pipeline.__enter__()
        kept[_PIPELINE] = pipeline
    name = _CURSOR if returning else _SENDING
    if name not in kept:
        kept[name] = connection.connection.cursor()
    return kept[name]


def _translated(connection: Connection, sql: str, fault: Exception) -> BaseException:
    base = connection.dialect.loaded_dbapi.Error
    told = DBAPIError.instance(sql, None, fault, base, dialect=connection.dialect)
    if not connection.closed and connection.info.get(_FAULT, told) is None:
        connection.info[_FAULT] = told
    return told
