"""What a transaction adds to the ledger, gathered and written table by table at its end.

Rows of one table right after one another cost half of what they cost singly, between other work: the
statement, the table's pages and the driver's code are at hand. Sums that many closings add to are written
once. Whoever reads the ledger within such a transaction calls `written_out` first; for SQLAlchemy's own
statements `engines` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import add as plus
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.prepared import Prepared
from bot.adapters.store.sums import Amounts, Key, Row, amounts_of, rollup_key, tallied_of, tally_keys
from bot.adapters.store.tables_ledger import (
    CLOSING,
    OPENING,
    SUMS,
    TALLIED,
    activity,
    assessment,
    rollup,
    tally,
)

_GATHERED = "ledger rows not written yet"


class Form:
    """The columns of `activity` that one kind of row fills, and their insertion."""

    def __init__(self, names: tuple[str, ...]) -> None:
        written = (*names, "digest")
        self.values = itemgetter(*names)
        self.insertion = Prepared(
            insert(activity).values({name: bindparam(name) for name in written}).inline(), written
        )


OPENED, CLOSED = Form(OPENING), Form(CLOSING)


class Gathered:
    """Rows that were not written yet, in the order they came, and what they add to the sums."""

    def __init__(self, connection: Connection, *, waits: bool = True) -> None:
        self._connection = connection
        self._waits = waits
        self._rows: list[tuple[Form, Sequence[Any]]] = []
        self._assessed: list[Sequence[Any]] = []
        self._rollup: dict[Key, Amounts] = {}
        self._tally: dict[Key, Amounts] = {}

    def chain(self, form: Form, values: Sequence[Any]) -> None:
        """Add a row of `activity`: the columns of its form and its digest."""
        self._rows.append((form, values))
        self._due()

    def assess(self, closed: Row, assessed: Row) -> None:
        """Add the footprint of a closing row."""
        self._assessed.append((closed["entry"], closed["phase"], closed["at"], *_ASSESSED(assessed)))
        self._due()

    def sum(self, opened: Row, closed: Row, assessed: Row | None, sign: int = 1) -> None:
        """Add a closing to the sums; `sign` -1 takes it out again (its amounts are negative already)."""
        amounts = amounts_of(closed, assessed, sign)
        _plus(self._rollup, rollup_key(opened, closed, assessed), amounts)
        tallied = tallied_of(amounts, closed["kind"])
        for key in tally_keys(opened, closed["day"]):
            _plus(self._tally, key, tallied)
        self._due()

    def write(self) -> None:
        """Write all of it. Sums need no order: whoever adds to an organisation's holds it (`locks`)."""
        for form, alike in groupby(self._rows, itemgetter(0)):
            form.insertion.each(self._connection, [values for _, values in alike])
        if self._assessed:
            _ASSESS.each(self._connection, self._assessed)
        for statements, sums in ((_ROLLUP, self._rollup), (_TALLY, self._tally)):
            if sums:
                rows = [(*key, *amounts) for key, amounts in sums.items()]
                statements[self._connection.dialect.name].each(self._connection, rows)
        for written in (self._rows, self._assessed, self._rollup, self._tally):
            written.clear()

    def _due(self) -> None:
        if not self._waits:
            self.write()


@contextmanager
def gathering(connection: Connection) -> Iterator[None]:
    """Write what is added meanwhile at the end; nothing of it when that is an error."""
    kept = connection.info  # cannot be asked for any more once the connection is lost
    kept[_GATHERED] = Gathered(connection)
    try:
        yield
        written_out(connection)
    finally:
        del kept[_GATHERED]


def gathered(connection: Connection) -> Gathered:
    """Return what this transaction gathers, or what writes at once when it does not."""
    found: Gathered | None = connection.info.get(_GATHERED)
    return Gathered(connection, waits=False) if found is None else found


def written_out(connection: Connection) -> None:
    """Write what was gathered so far, so that it can be read."""
    waiting: Gathered | None = connection.info.get(_GATHERED)
    if waiting is not None:
        waiting.write()


def _plus(sums: dict[Key, Amounts], key: Key, amounts: Amounts) -> None:
    there = sums.get(key)
    sums[key] = amounts if there is None else tuple(map(plus, there, amounts))


def _assessing(names: tuple[str, ...]) -> Prepared:
    """Return the insertion of a footprint beside the closing row of its entry and phase."""
    row = select(activity.c.seq).where(
        activity.c.entry == bindparam("entry"), activity.c.phase == bindparam("phase")
    )
    given = ("at", *names)
    statement = insert(assessment).inline().values({name: bindparam(name) for name in given})
    first = statement.values(activity=row.scalar_subquery(), revision=literal_column("0"))
    return Prepared(first, ("entry", "phase", *given))


_APART = ("activity", "revision", "at", "cause")
_FIGURES = tuple(column.name for column in assessment.columns if column.name not in _APART)
_ASSESSED, _ASSESS = itemgetter(*_FIGURES), _assessing(_FIGURES)


def _adding(table: Table, names: tuple[str, ...]) -> dict[str, Prepared]:
    made = {}
    for dialect, insertion in (("sqlite", sqlite_insert), ("postgresql", postgres_insert)):
        statement = insertion(table)
        added = {name: table.c[name] + statement.excluded[name] for name in names}
        keys = list(table.primary_key.columns)
        order = tuple(table.columns.keys())
        made[dialect] = Prepared(statement.on_conflict_do_update(index_elements=keys, set_=added), order)
    return made


_ROLLUP, _TALLY = _adding(rollup, SUMS), _adding(tally, TALLIED)
