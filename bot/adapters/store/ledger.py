"""Writing ledger entries: opened, closed exactly once, chained, summed. Inside the caller's transaction.

Each organisation has its own chain, so that its extract can be verified without its neighbours' rows:
a row's digest is SHA-256 over the digest before it and the row as a JSON array (`ledger_rows`). One writer at a time
extends a chain: SQLite has only one; on PostgreSQL an advisory lock per organisation is held to the end
of the transaction, so take these calls last, after any row lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, column, exists, select, table
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.gathered import CLOSED, OPENED, Form, Gathered, gathered, written_out
from bot.adapters.store.known import Head, Known, known
from bot.adapters.store.ledger_rows import (
    GENESIS,
    asked,
    assessed_row,
    chained,
    code,
    counted,
    day_of,
    microseconds,
    used,
)
from bot.adapters.store.locks import hold
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.reservations import release, reserve
from bot.adapters.store.sums import negated
from bot.adapters.store.tables_ledger import CLOSING, activity, assessment, budget
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
_ASKED = ("organisation", "team", "person", "area", "template", "purpose", "sample")
_FACTS = (*_ASKED, "seq", "kind", *CLOSING[7:])


def _phases_of(names: tuple[str, ...]) -> Prepared:
    of_entry = activity.c.entry == bindparam("entry")
    return Prepared(select(*(activity.c[name] for name in names)).where(of_entry).order_by(activity.c.phase))


_ASKING, _PHASES = _phases_of(_ASKED), _phases_of(_FACTS)


def open_entry(connection: Connection, opening: Opening) -> None:
    """Write the opening row and hold what it reserves. Raises BudgetExhausted, Conflict, NotFound."""
    here = known(connection)
    head = _head(connection, here, opening.organisation)
    row = asked(opening)
    row |= _row(opening.organisation, head, opening.entry, "opened", opening.at, phase=0)
    if head.budgeted and opening.reserve is not None:
        reserve(connection, opening, row["day"])
    _append(gathered(connection), here, OPENED, head, row)
    here.opened(opening.entry, row)


def close_entry(connection: Connection, settlement: Settlement) -> None:
    """Write the closing row, its assessment and the sums. Raises Conflict when it was closed already."""
    here, rows = known(connection), gathered(connection)
    opened = _opened(connection, here, settlement.entry)
    organisation, entry = opened["organisation"], settlement.entry
    head = _head(connection, here, organisation)
    if head.budgeted:
        release(connection, entry)
    row = used(settlement)
    row |= _row(organisation, head, entry, settlement.closing.value, settlement.at, phase=1)
    _append(rows, here, CLOSED, head, row)
    assessed = None if settlement.footprint is None else assessed_row(settlement.footprint)
    if assessed is not None:
        rows.assess(row, assessed)
    rows.sum(opened, row, assessed)


def counter_entry(connection: Connection, entry: str, at: datetime, reason: str) -> None:
    """Take back a closed entry by a row of opposite amounts. Raises Conflict when it was taken back."""
    phases = _phases(connection, entry)
    if len(phases) < 2:
        raise NotFound("no closed entry")
    opened, closed = phases[0], phases[1]
    here, rows = known(connection), gathered(connection)
    head = _head(connection, here, opened["organisation"])
    row = {name: closed[name] for name in CLOSING[7:]}
    row |= _row(opened["organisation"], head, entry, "countered", at, phase=2)
    row = negated(row)
    row["reason"] = code(reason)
    assessed = _opposite(connection, closed["seq"])
    _append(rows, here, CLOSED, head, row)
    if assessed is not None:
        rows.assess(row, assessed)
    rows.sum(opened, {**row, "kind": closed["kind"], "reason": closed["reason"]}, assessed, sign=-1)


def _append(rows: Gathered, here: Known, form: Form, head: Head, row: Mapping[str, Any]) -> None:
    """Add a row at the end of its chain. Raises Conflict when it is there already and nothing is gathered."""
    values = form.values(row)
    digest = chained(head.digest, values)
    try:
        rows.chain(form, (*values, digest))
    except IntegrityError as fault:
        raise Conflict(f"{row['kind']} already") from fault
    here.heads[row["organisation"]] = Head(head.timezone, row["position"], digest, head.budgeted)


def _row(organisation: str, head: Head, entry: str, kind: str, at: datetime, *, phase: int) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "position": head.position + 1,
        "entry": entry,
        "phase": phase,
        "kind": kind,
        "at": microseconds(at),
        "day": day_of(at, head.timezone),
    }


def _head(connection: Connection, here: Known, organisation: str) -> Head:
    hold(connection, organisation)
    there = here.heads.get(organisation)
    if there is not None:
        return there
    found = _HEAD.rows(connection, {"organisation": organisation})
    if not found:
        raise NotFound("organisation")
    timezone, position, digest, budgeted = found[0]
    return Head(timezone, position or 0, bytes(digest or GENESIS), bool(budgeted))


def _opened(connection: Connection, here: Known, entry: str) -> Mapping[str, Any]:
    row = here.openings.pop(entry, None)
    if row is not None:
        return row
    written_out(connection)
    rows = _ASKING.rows(connection, {"entry": entry})
    if not rows:
        raise NotFound("entry")
    if len(rows) > 1:
        raise Conflict("closed already")
    return dict(zip(_ASKED, rows[0], strict=True))


def _phases(connection: Connection, entry: str) -> list[dict[str, Any]]:
    written_out(connection)
    return [dict(zip(_FACTS, row, strict=True)) for row in _PHASES.rows(connection, {"entry": entry})]


def _opposite(connection: Connection, seq: int) -> dict[str, Any] | None:
    current = (
        select(assessment).where(assessment.c.activity == seq).order_by(assessment.c.revision.desc()).limit(1)
    )
    found = connection.execute(current).mappings().first()
    return None if found is None else negated(counted(dict(found)))
