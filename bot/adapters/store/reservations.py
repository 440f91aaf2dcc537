"""Budgets in the store: what is left of each, and what calls under way hold against the hard ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select

from bot.adapters.store.gathered import written_out
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables_ledger import budget, budget_grant, reservation, tally
from bot.core.budget import Budget, Measure, Room, Scope, admit, first_day, needed, next_reset
from bot.core.ledger import Opening

_RELEASE = Prepared(delete(reservation).where(reservation.c.entry == bindparam("entry")))
_TALLIED: dict[Measure, str] = {"tokens": "tokens", "euros": "cost_neur", "gco2e": "gwp_mid"}


def reserve(connection: Connection, opening: Opening, day: int) -> None:
    """Hold what the call may use at most. Raises BudgetExhausted when a hard budget has too little.

    The caller holds the organisation's lock, so two asks cannot both take the last of a budget.
    """
    if opening.reserve is None:
        return
    found = rooms(connection, opening.organisation, opening.team, opening.person, date_of(day))
    admit(found, opening.reserve)
    held: dict[str, Any] = {name: needed(opening.reserve, name) for name in _TALLIED}
    connection.execute(
        insert(reservation).values(
            entry=opening.entry,
            organisation=opening.organisation,
            team=opening.team,
            person=opening.person,
            day=day,
            **held,
        )
    )


def release(connection: Connection, entry: str) -> None:
    """Let go of what an entry held; its real use is in the sums from now on."""
    _RELEASE.rows(connection, {"entry": entry})


def rooms(
    connection: Connection, organisation: str, team: str | None, person: str, day: date
) -> tuple[Room, ...]:
    """Return every budget that applies to this person on this day, with what is left of it."""
    written_out(connection)
    return tuple(
        _room(connection, organisation, one, day) for one in budgets(connection, organisation, team, person)
    )


def budgets(
    connection: Connection, organisation: str, team: str | None, person: str | None
) -> tuple[Budget, ...]:
    """Return the budgets in force for the organisation, this team and this person."""
    applies = [budget.c.scope == "organisation"]
    if team:
        applies.append(and_(budget.c.scope == "team", budget.c.subject == team))
    if person:
        applies.append(and_(budget.c.scope == "person", budget.c.subject.in_((person, "*"))))
    in_force = and_(budget.c.organisation == organisation, budget.c.ended_at.is_(None))
    found = connection.execute(select(budget).where(in_force, or_(*applies)).order_by(budget.c.id))
    return tuple(_budget(row, person) for row in found)


def _budget(row: Any, person: str | None) -> Budget:
    # A budget for "*" gives every person of the organisation the same amount, each their own.
    subject = person if row.scope == "person" and row.subject == "*" and person else row.subject
    return Budget(row.id, row.scope, subject, row.measure, row.period, row.amount, bool(row.hard))


def _room(connection: Connection, organisation: str, one: Budget, day: date) -> Room:
    first = first_day(one.period, day)
    since = number_of(first)
    used = select(func.coalesce(func.sum(tally.c[_TALLIED[one.measure]]), 0)).where(
        tally.c.day.in_(numbers_of(first, next_reset(one.period, day))),
        tally.c.organisation == organisation,
        tally.c.scope == one.scope,
        tally.c.subject == one.subject,
        tally.c.sample == 0,
    )
    held = select(func.coalesce(func.sum(reservation.c[one.measure]), 0)).where(
        reservation.c.organisation == organisation, *_holders(one.scope, one.subject)
    )
    granted = select(func.coalesce(func.sum(budget_grant.c.amount), 0)).where(
        budget_grant.c.budget == one.id,
        budget_grant.c.first_day == since,
        budget_grant.c.subject.in_(("", one.subject)),
    )
    statement = select(used.scalar_subquery(), held.scalar_subquery(), granted.scalar_subquery())
    figures = connection.execute(statement).one()
    return Room(one, int(figures[0]), int(figures[1]), int(figures[2]))


def _holders(scope: Scope, subject: str) -> tuple[Any, ...]:
    if scope == "organisation":
        return ()
    return (reservation.c.team == subject if scope == "team" else reservation.c.person == subject,)


def date_of(day: int) -> date:
    """Return a day written as 20261123 as a date."""
    return date(day // 10000, day // 100 % 100, day % 100)


def number_of(day: date) -> int:
    """Return a date as 20261123."""
    return day.year * 10000 + day.month * 100 + day.day


def numbers_of(first: date, end: date) -> tuple[int, ...]:
    """Return every day from `first` to the one before `end`: `tally` is looked up day by day."""
    return tuple(number_of(first + timedelta(days=later)) for later in range((end - first).days))


def organisation_rooms(
    connection: Connection, organisation: str, day: date, *, all_scopes: bool = False
) -> tuple[Room, ...]:
    """Return the organisation's and its teams' budgets, with what is left of each; persons' on demand."""
    scopes = ("organisation", "team", "person") if all_scopes else ("organisation", "team")
    statement = select(budget).where(
        budget.c.organisation == organisation,
        budget.c.ended_at.is_(None),
        budget.c.scope.in_(scopes),
    )
    found = connection.execute(statement.order_by(budget.c.id)).all()
    return tuple(_room(connection, organisation, _budget(row, None), day) for row in found)
