"""Writing ledger entries: opened, closed exactly once, chained, summed. Inside the caller's transaction.

Each organisation has its own chain, so that its extract can be verified without its neighbours' rows:
a row's digest is SHA-256 over the digest before it and the row as a JSON array (`ledger_rows`). One writer at a time
extends a chain: SQLite has only one; on PostgreSQL an advisory lock per organisation is held to the end
of the transaction, so take these calls last, after any row lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, ScalarSelect, bindparam, column, exists, func, insert, select, table
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.ledger_rows import (
    GENESIS,
    assessed_row,
    chained,
    code,
    counted,
    day_of,
    microseconds,
    used,
)
from bot.adapters.store.locks import hold, remember, remembered
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.reservations import release, reserve
from bot.adapters.store.sums import add, negated
from bot.adapters.store.tables_ledger import CLOSING, OPENING, activity, assessment, budget
from bot.core.ledger import Opening, Settlement
from bot.errors import Conflict, NotFound

_organisations = table("organisations", column("id"), column("timezone"))


def _latest(name: str) -> ScalarSelect[Any]:
    # One look at the end of the index each; a join would sort the whole chain on PostgreSQL.
    chain = activity.c.organisation == _organisations.c.id
    found = select(activity.c[name]).where(chain).order_by(activity.c.position.desc()).limit(1)
    return found.correlate(_organisations).scalar_subquery()


_HEAD = Prepared(
    select(
        _organisations.c.timezone,
        _latest("position"),
        _latest("digest"),
        exists().where(budget.c.organisation == _organisations.c.id, budget.c.ended_at.is_(None)),
    ).where(_organisations.c.id == bindparam("organisation"))
)
_ASKED = ("organisation", "day", "team", "person", "area", "template", "purpose", "sample")
_FACTS = (*_ASKED, "seq", "kind", *CLOSING[7:])


def _phases_of(names: tuple[str, ...]) -> Prepared:
    of_entry = activity.c.entry == bindparam("entry")
    return Prepared(select(*(activity.c[name] for name in names)).where(of_entry).order_by(activity.c.phase))


_ASKING, _PHASES = _phases_of(_ASKED), _phases_of(_FACTS)


class _Form:
    """The columns of `activity` that one kind of row fills, and their insertion."""

    def __init__(self, names: tuple[str, ...]) -> None:
        written = (*names, "digest")
        self.values = itemgetter(*names)
        self.insertion = Prepared(
            insert(activity).values({name: bindparam(name) for name in written}).inline(), written
        )


_OPEN, _CLOSE = _Form(OPENING), _Form(CLOSING)
_KNOWN = [column.name for column in assessment.columns if column.name != "activity"]
_ASSESS = {
    dialect: Prepared(
        insert(assessment).inline().values(activity=row, **{name: bindparam(name) for name in _KNOWN})
    )
    for dialect, row in (("sqlite", func.last_insert_rowid()), ("postgresql", func.lastval()))
}
"""Written right after its closing row, whose number the database remembers: asking for it is a journey."""


class Head(NamedTuple):
    """The end of an organisation's chain, its zone, and whether it has budgets."""

    timezone: str
    position: int
    digest: bytes
    budgeted: bool


def open_entry(connection: Connection, opening: Opening) -> None:
    """Write the opening row and hold what it reserves. Raises BudgetExhausted, Conflict, NotFound."""
    head = _head(connection, opening.organisation)
    day = day_of(opening.at, head.timezone)
    if head.budgeted and opening.reserve is not None:
        reserve(connection, opening, day)
    row = {
        **_row(opening.organisation, head, opening.entry, "opened", opening.at, day, phase=0),
        "person": code(opening.person),
        "team": code(opening.team),
        "ask": code(opening.ask),
        "purpose": opening.purpose.value,
        "parent": code(opening.parent),
        "template": code(opening.template),
        "area": code(opening.area),
        "platform": code(opening.platform),
        "sample": int(opening.sample),
    }
    _write(connection, _OPEN, head, row)


def close_entry(connection: Connection, settlement: Settlement) -> None:
    """Write the closing row, its assessment and the sums. Raises Conflict when it was closed already."""
    opened = _opened(connection, settlement.entry)
    head = _head(connection, opened["organisation"])
    if head.budgeted:
        release(connection, settlement.entry)
    row = {
        **_row(
            opened["organisation"],
            head,
            settlement.entry,
            settlement.closing.value,
            settlement.at,
            day_of(settlement.at, head.timezone),
            phase=1,
        ),
        **used(settlement),
    }
    _write(connection, _CLOSE, head, row)
    assessed = None if settlement.footprint is None else assessed_row(settlement.footprint)
    _assess(connection, assessed, row["at"])
    add(connection, opened, row, assessed)


def counter_entry(connection: Connection, entry: str, at: datetime, reason: str) -> None:
    """Take back a closed entry by a row of opposite amounts. Raises Conflict when it was taken back."""
    rows = _phases(connection, entry)
    if len(rows) < 2:
        raise NotFound("no closed entry")
    opened, closed = rows[0], rows[1]
    head = _head(connection, opened["organisation"])
    row = {name: closed[name] for name in CLOSING[7:]}
    row |= _row(opened["organisation"], head, entry, "countered", at, day_of(at, head.timezone), phase=2)
    row = negated(row)
    row["reason"] = code(reason)
    assessed = _opposite(connection, closed["seq"])
    _write(connection, _CLOSE, head, row)
    _assess(connection, assessed, row["at"])
    add(connection, opened, {**row, "kind": closed["kind"], "reason": closed["reason"]}, assessed, sign=-1)


def _write(connection: Connection, form: _Form, head: Head, row: Mapping[str, Any]) -> None:
    """Write a row at the end of its chain. Raises Conflict when it is there already."""
    values = form.values(row)
    digest = chained(head.digest, values)
    try:
        form.insertion.rows(connection, (*values, digest))
    except IntegrityError as fault:
        raise Conflict(f"{row['kind']} already") from fault
    remember(connection, row["organisation"], Head(head.timezone, row["position"], digest, head.budgeted))


def _assess(connection: Connection, assessed: Mapping[str, Any] | None, at: int) -> None:
    """Write the footprint of the closing row that was written last."""
    if assessed is not None:
        row = {**assessed, "revision": 0, "at": at, "cause": None}
        _ASSESS[connection.dialect.name].rows(connection, row)


def _row(
    organisation: str, head: Head, entry: str, kind: str, at: datetime, day: int, *, phase: int
) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "position": head.position + 1,
        "entry": entry,
        "phase": phase,
        "kind": kind,
        "at": microseconds(at),
        "day": day,
    }


def _head(connection: Connection, organisation: str) -> Head:
    hold(connection, organisation)
    known: Head | None = remembered(connection, organisation)
    if known is not None:
        return known
    found = _HEAD.rows(connection, {"organisation": organisation})
    if not found:
        raise NotFound("organisation")
    timezone, position, digest, budgeted = found[0]
    return Head(timezone, position or 0, bytes(digest or GENESIS), bool(budgeted))


def _opened(connection: Connection, entry: str) -> Mapping[str, Any]:
    rows = _ASKING.rows(connection, {"entry": entry})
    if not rows:
        raise NotFound("entry")
    if len(rows) > 1:
        raise Conflict("closed already")
    return dict(zip(_ASKED, rows[0], strict=True))


def _phases(connection: Connection, entry: str) -> list[dict[str, Any]]:
    return [dict(zip(_FACTS, row, strict=True)) for row in _PHASES.rows(connection, {"entry": entry})]


def _opposite(connection: Connection, seq: int) -> dict[str, Any] | None:
    current = (
        select(assessment).where(assessment.c.activity == seq).order_by(assessment.c.revision.desc()).limit(1)
    )
    found = connection.execute(current).mappings().first()
    return None if found is None else negated(counted(dict(found)))
