"""The port Ledger on the database: figures, kept digests, budgets."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.database import Database
from bot.adapters.store.known import forget
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.ledger_counts import asks_before, counts, opinions, sizes_of, timezone_of
from bot.adapters.store.ledger_reading import (
    asks_by_day,
    daily,
    head_of,
    of_person,
    restated_since,
    slices,
    spans_before,
)
from bot.adapters.store.ledger_rows import microseconds
from bot.adapters.store.reservations import number_of, organisation_rooms, rooms
from bot.adapters.store.tables import organisations
from bot.adapters.store.tables_ledger import activity, budget, budget_grant, digest_record
from bot.core.budget import Budget, Room, first_day
from bot.core.calendar import Span, weeks_in
from bot.core.digest import WEEKS_OF_MEAN, Digest, Figures
from bot.core.digest_kept import plain, revived
from bot.core.ledger import Opening, Purpose, Settlement, entry_name
from bot.core.sums import Slice, Sums
from bot.errors import NotFound


class SqlLedger:
    """Reads sums, never the history; writes digests and budgets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, opening: Opening) -> None:
        """Open the entry of a call that is no answer to an ask. Raises BudgetExhausted, Conflict."""
        await self._database.write(partial(open_entry, opening=opening), opening.organisation)

    async def close(self, settlement: Settlement) -> None:
        """Close such an entry. Raises Conflict when it was closed already."""
        await self._database.write(partial(close_entry, settlement=settlement))

    async def abandoned(self, since: datetime, before: datetime) -> tuple[str, ...]:
        """Return such entries that were opened between two moments and never closed."""
        closing = activity.alias()
        statement = (
            select(activity.c.entry)
            .where(
                activity.c.entry.between(entry_name(since, ""), entry_name(before, "")),
                activity.c.phase == 0,
                activity.c.purpose != Purpose.ANSWER.value,
                ~exists().where(closing.c.entry == activity.c.entry, closing.c.phase == 1),
            )
            .order_by(activity.c.entry)
        )
        return await self._database.read(lambda reading: tuple(reading.execute(statement).scalars()))

    async def organisations(self) -> tuple[str, ...]:
        """Return every organisation of this installation."""
        statement = select(organisations.c.id).order_by(organisations.c.id)
        return await self._database.read(lambda reading: tuple(reading.execute(statement).scalars()))

    async def figures(self, organisation: str, span: Span, today: date) -> Figures:
        """Return what a digest of `span` is made of."""
        return await self._database.read(partial(figures, organisation=organisation, span=span, today=today))

    async def kept(self, organisation: str, period: str) -> Digest | None:
        """Return the latest digest kept for a period, unless its days were restated since."""
        return await self._database.read(partial(kept, organisation=organisation, period=period))

    async def keep(self, digest: Digest, at: datetime) -> Digest:
        """Keep a digest; return the one that was kept first."""
        return await self._database.write(partial(keep, digest=digest, at=at))

    async def slices(self, organisation: str, first: date, last: date) -> tuple[Slice, ...]:
        """Return the sums of a period by facets."""
        return await self._database.read(lambda reading: _named(reading, organisation, first, last)[0])

    async def of_person(self, organisation: str, key: str, first: date, last: date) -> Sums:
        """Return what one person's entries add up to."""
        return await self._database.read(lambda reading: of_person(reading, organisation, key, first, last))

    async def rooms(self, organisation: str, team: str | None, key: str, day: date) -> tuple[Room, ...]:
        """Return what is left of each budget that applies."""
        return await self._database.read(lambda reading: rooms(reading, organisation, team, key, day))

    async def every_room(self, organisation: str, day: date) -> tuple[Room, ...]:
        """Return every budget in force, with what is left of it; one for each person is told once, unused."""
        return await self._database.read(
            lambda reading: organisation_rooms(reading, organisation, day, all_scopes=True)
        )

    async def set_budget(self, organisation: str, budget: Budget, by: str, at: datetime) -> int:
        """Put a budget in force in place of the one before it."""
        return await self._database.write(
            lambda writing: set_budget(writing, organisation, budget, by, microseconds(at))
        )

    async def end_budget(self, organisation: str, budget: int, at: datetime) -> None:
        """Take a budget out of force; what was used under it stays counted."""
        await self._database.write(
            lambda writing: end_budget(writing, organisation, budget, microseconds(at))
        )

    async def grant(
        self,
        organisation: str,
        budget: int,
        amount: int,
        day: date,
        by: str,
        at: datetime,
        *,
        subject: str = "",
        request: str | None = None,
    ) -> None:
        """Add to a budget for the period that `day` is in; for one person, and once for a request."""
        row = {"budget": budget, "amount": amount, "granted_by": by, "at": microseconds(at)}
        row |= {"subject": subject, "request": request}
        await self._database.write(lambda writing: grant(writing, organisation, day, row))


def figures(connection: Connection, organisation: str, span: Span, today: date) -> Figures:
    """Read everything a digest is made of."""
    timezone = timezone_of(connection, organisation)
    parts, sizes, names = _named(connection, organisation, span.first, span.last)
    times, factors = restated_since(connection, organisation, span)
    return Figures(
        organisation=organisation,
        span=span,
        slices=parts,
        earlier=spans_before(connection, organisation, span, WEEKS_OF_MEAN),
        days=daily(connection, organisation, span.first, span.last),
        counts=counts(connection, organisation, span, timezone),
        opinions=opinions(connection, organisation, span, timezone),
        sizes=sizes,
        kept_hidden=_hidden_in(connection, organisation, span),
        rooms=tuple(
            replace(room, budget=replace(room.budget, subject=names.get(room.budget.subject, "")))
            for room in organisation_rooms(connection, organisation, min(today, span.last))
        ),
        anchor=head_of(connection, organisation),
        restated=factors if times else None,
        asks_before=asks_before(connection, organisation, span, WEEKS_OF_MEAN, timezone),
        asks_by_day=asks_by_day(connection, organisation, span.first, span.last),
    )


def kept(connection: Connection, organisation: str, period: str) -> Digest | None:
    """Return the kept digest of the present revision."""
    statement = (
        select(digest_record.c.revision, digest_record.c.figures)
        .where(digest_record.c.organisation == organisation, digest_record.c.period == period)
        .order_by(digest_record.c.revision.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    if found is None:
        return None
    try:
        digest = revived(json.loads(zlib.decompress(bytes(found.figures))))
    except (KeyError, TypeError, ValueError):  # kept by a version whose digests held other figures
        return None
    span = Span("month" if "W" not in period else "week", digest.first, digest.last)
    times, _ = restated_since(connection, organisation, span)
    return digest if times == found.revision else None


def keep(connection: Connection, digest: Digest, at: datetime) -> Digest:
    """Write the digest down, or return the one somebody wrote first."""
    span = Span("month" if "W" not in digest.period else "week", digest.first, digest.last)
    times, _ = restated_since(connection, digest.organisation, span)
    row = {
        "organisation": digest.organisation,
        "period": digest.period,
        "revision": times,
        "at": microseconds(at),
        "position": digest.anchor.position,
        "head": bytes.fromhex(digest.anchor.head),
        "figures": zlib.compress(json.dumps(plain(digest), separators=(",", ":")).encode()),
    }
    earlier = kept(connection, digest.organisation, digest.period)
    if earlier is not None:
        return earlier
    try:
        with connection.begin_nested():
            connection.execute(insert(digest_record).values(**row))
    except IntegrityError:  # another replica was first
        return kept(connection, digest.organisation, digest.period) or digest
    return digest


def set_budget(connection: Connection, organisation: str, new: Budget, by: str, at: int) -> int:
    """End the budget of the same scope, subject, measure and period, and begin the new one."""
    same = (budget.c.organisation == organisation, budget.c.ended_at.is_(None))
    named = [budget.c[name] == getattr(new, name) for name in ("scope", "subject", "measure", "period")]
    connection.execute(update(budget).where(*same, *named).values(ended_at=at))
    forget(connection)
    row = {name: getattr(new, name) for name in ("scope", "subject", "measure", "period", "amount")}
    written = insert(budget).values(
        organisation=organisation, hard=int(new.hard), set_by=by, set_at=at, **row
    )
    return int(connection.execute(written.returning(budget.c.id)).scalar_one())


def end_budget(connection: Connection, organisation: str, number: int, at: int) -> None:
    """Take a budget out of force. Raises NotFound."""
    ended = update(budget).where(
        budget.c.id == number, budget.c.organisation == organisation, budget.c.ended_at.is_(None)
    )
    if connection.execute(ended.values(ended_at=at)).rowcount == 0:
        raise NotFound("budget")
    forget(connection)


def grant(connection: Connection, organisation: str, day: date, row: Mapping[str, Any]) -> None:
    """Add to a budget in force; nothing is added for a request that was granted. Raises NotFound."""
    statement = select(budget.c.period).where(
        budget.c.id == row["budget"], budget.c.organisation == organisation, budget.c.ended_at.is_(None)
    )
    period = connection.execute(statement).scalar_one_or_none()
    if period is None:
        raise NotFound("budget")
    since = number_of(first_day(period, day))
    try:
        with connection.begin_nested():
            connection.execute(insert(budget_grant).values(first_day=since, **row))
    except IntegrityError:  # two mentors answered the same request
        return


def _named(
    connection: Connection, organisation: str, first: date, last: date
) -> tuple[tuple[Slice, ...], Mapping[str, int], Mapping[str, str]]:
    """Return slices and sizes with teams by name: people do not know ids."""
    by_id, names = sizes_of(connection, organisation)
    parts = slices(connection, organisation, first, last)
    sizes: dict[str, int] = {}
    for team, size in by_id.items():
        name = names.get(team, team)
        sizes[name] = sizes.get(name, 0) + size
    return tuple(replace(part, team=names.get(part.team, part.team)) for part in parts), sizes, names


def _hidden_in(connection: Connection, organisation: str, span: Span) -> frozenset[str]:
    """Return the teams hidden in a kept week that shares a day with a month."""
    if span.kind == "week":
        return frozenset()
    weeks = (kept(connection, organisation, week.name) for week in weeks_in(span))
    return frozenset(name for week in weeks if week is not None for name in week.hidden)
