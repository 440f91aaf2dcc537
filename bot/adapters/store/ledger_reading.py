"""Reading the ledger's sums: a period by facets, by day, a person's own, and what chains stand at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bot.adapters.store.ledger_rows import GENESIS
from bot.adapters.store.reservations import date_of, number_of, numbers_of
from bot.adapters.store.tables_ledger import FACETS, SUMS, TALLIED, activity, restatement, rollup, tally
from bot.core.calendar import Span
from bot.core.digest import Anchor, DayOfAsks
from bot.core.ledger import Closing, Purpose
from bot.core.quantities import QUANTITIES
from bot.core.sums import Slice, Sums, total

_PLAIN = tuple(name for name in SUMS if not name.endswith(("_low", "_mid", "_high")))


def slices(connection: Connection, organisation: str, first: date, last: date) -> tuple[Slice, ...]:
    """Return the sums of a period by facets. Cost grows with the period, not with the history."""
    kept = (*(rollup.c[name] for name in FACETS), rollup.c.sample)
    statement = (
        select(*kept, *(func.sum(rollup.c[name]).label(name) for name in SUMS))
        .where(rollup.c.organisation == organisation, _within(rollup.c.day, first, last))
        .group_by(*kept)
        .order_by(*kept)
    )
    return tuple(_slice(row) for row in connection.execute(statement).mappings())


def daily(
    connection: Connection, organisation: str, first: date, last: date
) -> tuple[tuple[date, Sums], ...]:
    """Return the organisation's sums of each day that has any."""
    return _tallied(connection, organisation, "organisation", "", first, last)


def of_person(connection: Connection, organisation: str, key: str, first: date, last: date) -> Sums:
    """Return the sums of one person's entries, by their ledger key."""
    found = _tallied(connection, organisation, "person", key, first, last)
    return total(sums for _, sums in found)


def spans_before(connection: Connection, organisation: str, span: Span, count: int) -> tuple[Sums, ...]:
    """Return the sums of the `count` spans before `span`, latest first."""
    spans = span.earlier(count)
    by_day = daily(connection, organisation, spans[-1].first, spans[0].last)
    return tuple(total(sums for day, sums in by_day if one.first <= day <= one.last) for one in spans)


def head_of(connection: Connection, organisation: str) -> Anchor:
    """Return where the organisation's chain stands."""
    statement = (
        select(activity.c.position, activity.c.digest)
        .where(activity.c.organisation == organisation)
        .order_by(activity.c.position.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    return Anchor(found[0], bytes(found[1]).hex()) if found else Anchor(0, GENESIS.hex())


def restated_since(connection: Connection, organisation: str, span: Span) -> tuple[int, str | None]:
    """Return how often the days of `span` were restated, and by which factors last."""
    touched = (
        select(restatement.c.factors)
        .where(
            restatement.c.organisation == organisation,
            restatement.c.first_day <= number_of(span.last),
            restatement.c.last_day >= number_of(span.first),
        )
        .order_by(restatement.c.id)
    )
    found = connection.execute(touched).scalars().all()
    return len(found), found[-1] if found else None


def asks_by_day(connection: Connection, organisation: str, first: date, last: date) -> tuple[DayOfAsks, ...]:
    """Return the asks that ended on each day, without second opinions and attempts that failed."""
    statement = (
        select(rollup.c.day, rollup.c.kind, func.sum(rollup.c.entries))
        .where(
            rollup.c.organisation == organisation,
            _within(rollup.c.day, first, last),
            rollup.c.purpose == Purpose.ANSWER.value,
            rollup.c.kind.in_((Closing.SETTLED.value, Closing.AVOIDED.value)),
        )
        .group_by(rollup.c.day, rollup.c.kind)
    )
    found = {(day, kind): int(count) for day, kind, count in connection.execute(statement)}
    return tuple(
        DayOfAsks(date_of(day), found.get((day, "settled"), 0), found.get((day, "avoided"), 0))
        for day in sorted({day for day, _ in found})
    )


def _tallied(
    connection: Connection, organisation: str, scope: str, subject: str, first: date, last: date
) -> tuple[tuple[date, Sums], ...]:
    statement = (
        select(tally.c.day, *(func.sum(tally.c[name]).label(name) for name in TALLIED))
        .where(
            tally.c.day.in_(numbers_of(first, last + timedelta(days=1))),
            tally.c.organisation == organisation,
            tally.c.scope == scope,
            tally.c.subject == subject,
        )
        .group_by(tally.c.day)
        .order_by(tally.c.day)
    )
    return tuple((date_of(row["day"]), _tally_sums(row)) for row in connection.execute(statement).mappings())


def _within(column: Any, first: date, last: date) -> Any:
    return column.between(number_of(first), number_of(last))


def _slice(row: Any) -> Slice:
    sums: dict[str, Any] = {name: int(row[name]) for name in _PLAIN}
    sums |= {quantity: _triple(row, quantity) for quantity in QUANTITIES}
    sums |= {kind: sums["entries"] if row["kind"] == kind else 0 for kind in ("avoided", "failed")}
    facets = {name: row[name] for name in FACETS}
    return Slice(Sums(**sums), **facets, sample=bool(row["sample"]))


def _tally_sums(row: Any) -> Sums:
    # Tokens are kept as one number a day; those read stand for all.
    return Sums(
        entries=int(row["entries"]),
        avoided=int(row["avoided"]),
        failed=int(row["failed"]),
        tokens_in=int(row["tokens"]),
        tokens_assessed=int(row["tokens_assessed"]),
        cost_neur=int(row["cost_neur"]),
        energy=_triple(row, "energy"),
        gwp=_triple(row, "gwp"),
        water=_triple(row, "water"),
    )


def _triple(row: Any, quantity: str) -> tuple[int, int, int]:
    return tuple(int(row[f"{quantity}_{bound}"]) for bound in ("low", "mid", "high"))  # type: ignore[return-value]


def first_and_last_day(connection: Connection, organisation: str) -> tuple[date, date] | None:
    """Return the days between which the organisation has entries."""
    ends = (
        select(find(rollup.c.day)).where(rollup.c.organisation == organisation).scalar_subquery()
        for find in (func.min, func.max)
    )
    first, last = connection.execute(select(*ends)).one()
    return None if first is None else (date_of(first), date_of(last))
