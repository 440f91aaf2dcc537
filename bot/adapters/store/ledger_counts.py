"""What became of a period's asks and reviews, as counts: read-only queries on the store's other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, func, select

from bot.adapters.store.ledger_rows import microseconds
from bot.adapters.store.reservations import number_of
from bot.adapters.store.tables import asks, organisations, persons, reviews, teams
from bot.adapters.store.tables_ledger import rollup
from bot.core.calendar import Span
from bot.core.digest import Counts
from bot.core.ledger import Closing, Purpose
from bot.core.statistics import percentile
from bot.errors import NotFound


def timezone_of(connection: Connection, organisation: str) -> str:
    """Return the organisation's time zone. Raises NotFound."""
    found: str | None = connection.execute(
        select(organisations.c.timezone).where(organisations.c.id == organisation)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("organisation")
    return found


def bounds(span: Span, timezone: str) -> tuple[int, int]:
    """Return the span's first and last microsecond in a zone."""
    zone = ZoneInfo(timezone)
    first = datetime.combine(span.first, time(), zone)
    after = datetime.combine(span.last + timedelta(days=1), time(), zone)
    return microseconds(first), microseconds(after) - 1


def sizes_of(connection: Connection, organisation: str) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Return how many people each team has ("" for none), and each team's name, by its id."""
    here = (persons.c.organisation == organisation, persons.c.erased_at.is_(None))
    counted = select(persons.c.team, func.count()).where(*here).group_by(persons.c.team)
    sizes = {team or "": int(count) for team, count in connection.execute(counted)}
    named = select(teams.c.id, teams.c.name).where(teams.c.organisation == organisation)
    return sizes, {row.id: row.name for row in connection.execute(named)}


def counts(connection: Connection, organisation: str, span: Span, timezone: str) -> Counts:
    """Return the counts of a period."""
    first, last = bounds(span, timezone)
    within = (asks.c.organisation == organisation, asks.c.at.between(first, last))
    states = dict(_grouped(connection, asks.c.state, *within))
    stopped = (*within, asks.c.outcome == "block")
    opinions = dict(_grouped(connection, asks.c.feedback, *within, asks.c.feedback.is_not(None)))
    looked = _reviews(connection, organisation, first, last)
    return Counts(
        asks=sum(states.values()),
        answered=states.get("answered", 0),
        failed=states.get("failed", 0),
        blocked=_count(connection, *stopped),
        held=_count(connection, *within, asks.c.outcome == "review"),
        distress=_count(connection, *within, asks.c.category == "R7"),
        by_article=_ranked(_grouped(connection, asks.c.article, *stopped)),
        by_category=_ranked(_grouped(connection, asks.c.category, *within, asks.c.outcome != "allow")),
        liked=sum(count for score, count in opinions.items() if int(score) > 0),
        disliked=sum(count for score, count in opinions.items() if int(score) < 0),
        **looked,
    )


def asks_before(
    connection: Connection, organisation: str, span: Span, count: int, timezone: str
) -> tuple[int, ...]:
    """Return the asks of the `count` spans before `span`, latest first, the sample's included."""
    return tuple(
        _count(connection, asks.c.organisation == organisation, asks.c.at.between(*bounds(one, timezone)))
        + _samples(connection, organisation, one)
        for one in span.earlier(count)
    )


def _samples(connection: Connection, organisation: str, span: Span) -> int:
    # The sample has entries but no rows of its own among the asks.
    found = select(func.coalesce(func.sum(rollup.c.entries), 0)).where(
        rollup.c.organisation == organisation,
        rollup.c.day.between(number_of(span.first), number_of(span.last)),
        rollup.c.sample == 1,
        rollup.c.purpose == Purpose.ANSWER.value,
        rollup.c.kind.in_((Closing.SETTLED.value, Closing.AVOIDED.value)),
    )
    return int(connection.execute(found).scalar_one())


def opinions(
    connection: Connection, organisation: str, span: Span, timezone: str
) -> dict[str, tuple[int, int]]:
    """Return likes and dislikes of each prompt of the library."""
    first, last = bounds(span, timezone)
    statement = (
        select(asks.c.template, asks.c.feedback, func.count())
        .where(
            asks.c.organisation == organisation,
            asks.c.at.between(first, last),
            asks.c.template.is_not(None),
            asks.c.feedback.is_not(None),
        )
        .group_by(asks.c.template, asks.c.feedback)
    )
    liked, disliked = Counter[str](), Counter[str]()
    for template, score, count in connection.execute(statement):
        (liked if score > 0 else disliked)[template] += int(count)
    return {name: (liked[name], disliked[name]) for name in liked | disliked}


def _reviews(connection: Connection, organisation: str, first: int, last: int) -> dict[str, Any]:
    here = reviews.c.organisation == organisation
    decided = (here, reviews.c.decided_at.between(first, last), reviews.c.decision.is_not(None))
    waits = connection.execute(select(reviews.c.decided_at - reviews.c.opened_at).where(*decided)).scalars()
    delays = sorted(int(wait) / 1e6 for wait in waits)
    opened = (here, reviews.c.opened_at.between(first, last))
    return {
        "reviews": _count(connection, *opened),
        "appeals": _count(connection, *opened, reviews.c.kind == "appeal"),
        "decisions": _ranked(_grouped(connection, reviews.c.decision, *decided)),
        "waiting": _count(connection, here, reviews.c.decision.is_(None)),
        "delay_median": percentile(delays, 0.5),
        "delay_p90": percentile(delays, 0.9),
    }


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(*conditions)).scalar_one())


def _grouped(
    connection: Connection, column: Column[Any], *conditions: ColumnElement[bool]
) -> list[tuple[Any, int]]:
    statement = select(column, func.count()).where(*conditions).group_by(column)
    return [(name, int(count)) for name, count in connection.execute(statement)]


def _ranked(found: Iterable[tuple[str | None, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((name or "", count) for name, count in found), key=lambda one: (-one[1], one[0])))
