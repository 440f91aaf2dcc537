"""Computing footprints anew with other factors, from the quantities that were stored; the old ones stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, and_, exists, func, insert, select

from bot.adapters.store.gathered import Gathered
from bot.adapters.store.ledger_rows import assessed_row, counted
from bot.adapters.store.locks import hold
from bot.adapters.store.sums import negated
from bot.adapters.store.tables_ledger import CLOSING, activity, assessment, restatement
from bot.core.footprint import Footprint
from bot.core.model import Hosting, ModelCard, TokenSource, Usage, ZoneBasis

BATCH = 2000
Assess = Callable[[ModelCard, Usage, float, float | None], Footprint]
Row = Mapping[str, Any]

_opened, _closed, _counter = activity.alias("opened"), activity.alias("closed"), activity.alias("counter")
_OF_OPENING = ("organisation", "team", "person", "area", "template", "purpose", "sample")
_OF_CLOSING = ("seq", "day", "kind", *CLOSING[7:])


def restate(
    connection: Connection, organisation: str, after: int, assess: Assess, factors: str, at: int
) -> tuple[int, int]:
    """Restate the next entries after position `after`; return how many changed and where to go on (0: end).

    One call is one transaction: new assessments, sums and the note of it. Entries that already have these
    factors are left alone, so that an interrupted restatement can be run again.
    """
    hold(connection, organisation)
    rows = _batch(connection, organisation, after)
    sums = Gathered(connection)
    changed = [row for row in rows if _restated(connection, row, assess, at, factors, sums)]
    sums.write()
    if changed:
        days = [row["day"] for row in changed]
        connection.execute(
            insert(restatement).values(
                organisation=organisation,
                first_day=min(days),
                last_day=max(days),
                method=changed[0]["new_method"],
                factors=factors,
                entries=len(changed),
                at=at,
            )
        )
    return len(changed), rows[-1]["position"] if len(rows) == BATCH else 0


def _batch(connection: Connection, organisation: str, after: int) -> list[dict[str, Any]]:
    countered = exists().where(_counter.c.entry == _closed.c.entry, _counter.c.phase == 2)
    statement = (
        select(
            *(_opened.c[name].label(f"opened_{name}") for name in _OF_OPENING),
            *(_closed.c[name] for name in _OF_CLOSING),
            _closed.c.position,
        )
        .join(_opened, and_(_opened.c.entry == _closed.c.entry, _opened.c.phase == 0))
        .where(
            _closed.c.organisation == organisation,
            _closed.c.position > after,
            _closed.c.phase == 1,
            _closed.c.token_source.is_not(None),
            ~countered,
        )
        .order_by(_closed.c.position)
        .limit(BATCH)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def _restated(
    connection: Connection, row: dict[str, Any], assess: Assess, at: int, factors: str, sums: Gathered
) -> bool:
    old = _current(connection, row["seq"])
    if old is not None and old["factors"] == factors:
        return False
    new = assessed_row(assess(*_quantities(row)))
    row["new_method"] = new["method"]
    revision = 0 if old is None else old["revision"] + 1
    written = {**new, "activity": row["seq"], "revision": revision, "at": at, "cause": "restated"}
    connection.execute(insert(assessment).values(**written))
    opened = {name: row[f"opened_{name}"] for name in _OF_OPENING}
    sums.sum(opened, negated(row), None if old is None else negated(counted(old)), -1)
    sums.sum(opened, row, new, 1)
    return True


def _current(connection: Connection, seq: int) -> Row | None:
    latest = select(func.max(assessment.c.revision)).where(assessment.c.activity == seq).scalar_subquery()
    statement = select(assessment).where(assessment.c.activity == seq, assessment.c.revision == latest)
    return cast("Row | None", connection.execute(statement).mappings().first())


def _quantities(row: Row) -> tuple[ModelCard, Usage, float, float | None]:
    card = ModelCard(
        row["card"] or "",
        row["provider"] or "",
        row["model"] or "",
        hosting=cast("Hosting", row["hosting"] or "cloud"),
        host=row["host"] or "",
        zone=row["zone"],
        zone_basis=cast("ZoneBasis", row["zone_basis"] or "assumed"),
        watts=None if row["watts_mw"] is None else row["watts_mw"] / 1000,
        impacts_as=row["impacts_as"],
    )
    usage = Usage(
        row["tokens_in"] or 0,
        row["tokens_out"] or 0,
        row["tokens_cached"] or 0,
        row["tokens_cache_write"] or 0,
        row["tokens_reasoning"] or 0,
        cast("TokenSource", row["token_source"]),
    )
    measured = None if row["measured_nwh"] is None else row["measured_nwh"] / 1e9
    return card, usage, (row["latency_us"] or 0) / 1e6, measured
