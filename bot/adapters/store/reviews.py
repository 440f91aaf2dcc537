"""Reviews waiting for a mentor, decided once, and the prompts that people propose."""

from __future__ import annotations

import json
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.rows import joined
from bot.adapters.store.tables import asks, proposals, reviews
from bot.core.ask import AskRecord, AskState
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.person import Person
from bot.core.review import Decision, Review, ReviewKind
from bot.errors import Conflict, NotFound

_ENTRY_OPEN = ReviewKind.HELD.value
"""The one kind of review whose ledger entry still waits: the others' were closed as avoided."""


class StoredReviews:
    """Fills ports.Reviews."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def queue(self, organisation: str) -> tuple[Review, ...]:
        """Return what waits for a decision, oldest first."""
        query = select(reviews).where(reviews.c.organisation == organisation, reviews.c.decision.is_(None))
        return await self._database.read(lambda c: self._all(c, query.order_by(reviews.c.opened_at)))

    async def by_number(self, organisation: str, number: int) -> Review | None:
        """Return the latest review of ask `number`."""
        query = (
            select(reviews)
            .join(asks, asks.c.id == reviews.c.ask)
            .where(asks.c.organisation == organisation, asks.c.number == number)
            .order_by(reviews.c.opened_at.desc())
            .limit(1)
        )
        found = await self._database.read(lambda c: self._all(c, query))
        return found[0] if found else None

    async def decide(
        self,
        review: str,
        mentor: str,
        decision: Decision,
        at: datetime,
        *,
        text: str | None,
        note: str | None,
        opening: Opening | None = None,
    ) -> AskRecord:
        """Take the decision once; the ask moves on and becomes untold. Raises Conflict."""

        def unit(connection: Connection) -> AskRecord:
            row = connection.execute(select(reviews).where(reviews.c.id == review)).mappings().first()
            if row is None:
                raise NotFound("review")
            if decision is Decision.PASS_ON:
                self._pass_on(connection, row, mentor)
            else:
                self._conclude(connection, row, mentor, decision, at)
                self._move(connection, row, mentor, decision, text, note)
                self._count(connection, row, decision, at, opening)
            return self._ask(connection, row["ask"])

        return await self._database.write(unit)

    def _pass_on(self, connection: Connection, row: Any, mentor: str) -> None:
        if row["decision"] is not None:
            raise Conflict("decided")
        passed = json.dumps(sorted({*json.loads(row["passed_by"]), mentor}))
        connection.execute(update(reviews).where(reviews.c.id == row["id"]).values(passed_by=passed))

    def _conclude(
        self, connection: Connection, row: Any, mentor: str, decision: Decision, at: datetime
    ) -> None:
        open_ = and_(reviews.c.id == row["id"], reviews.c.decision.is_(None))
        values = {"decision": decision.value, "decided_by": mentor, "decided_at": micros(at)}
        if connection.execute(update(reviews).where(open_).values(**values)).rowcount == 0:
            raise Conflict("decided")

    def _move(
        self,
        connection: Connection,
        row: Any,
        mentor: str,
        decision: Decision,
        text: str | None,
        note: str | None,
    ) -> None:
        ask = row["ask"]
        column = "edited" if decision is Decision.EDIT else "answer"
        values: dict[str, Any] = {
            "state": _NEXT[decision].value,
            "decision": decision.value,
            "decided_by": mentor,
            "told": 0,
            "lease": 0,
            "attempts": 0,
            "fault": None,
            "note_sealed": self._cipher.seal(note, f"asks:{ask}:note"),
        }
        if text is not None:
            values[f"{column}_sealed"] = self._cipher.seal(text, f"asks:{ask}:{column}")
        connection.execute(update(asks).where(asks.c.id == ask).values(**values))

    def _count(
        self, connection: Connection, row: Any, decision: Decision, at: datetime, opening: Opening | None
    ) -> None:
        """Close the entry that waited when no model will be called; open one when it was closed before."""
        if _NEXT[decision] is AskState.RUNNING:
            if row["kind"] != _ENTRY_OPEN and opening is not None:
                connection.execute(update(asks).where(asks.c.id == row["ask"]).values(entry=opening.entry))
                open_entry(connection, opening)
        elif row["kind"] == _ENTRY_OPEN:
            entry = connection.scalar(select(asks.c.entry).where(asks.c.id == row["ask"]))
            close_entry(connection, Settlement(str(entry), Closing.AVOIDED, at, reason="mentor"))

    async def claim_untold(self, at: datetime, lease: datetime) -> tuple[Review, ...]:
        """Take undecided reviews that mentors have not heard of."""
        free = (
            select(reviews.c.id)
            .where(reviews.c.told == 0, reviews.c.lease <= micros(at), reviews.c.decision.is_(None))
            .with_for_update(skip_locked=True)
        )
        if not await self._database.read(lambda c: c.execute(free).first()):
            return ()

        def unit(connection: Connection) -> tuple[Review, ...]:
            taken = [row[0] for row in connection.execute(free)]
            connection.execute(update(reviews).where(reviews.c.id.in_(taken)).values(lease=micros(lease)))
            return self._all(connection, select(reviews).where(reviews.c.id.in_(taken)))

        return await self._database.write(unit)

    async def told(self, review: str) -> None:
        """Note that mentors have heard of it."""
        await self._database.write(
            lambda c: c.execute(update(reviews).where(reviews.c.id == review).values(told=1)) and None
        )

    def _all(self, connection: Connection, query: Select[Any]) -> tuple[Review, ...]:
        rows = connection.execute(query).mappings().all()
        return tuple(codec.review(row, self._ask(connection, row["ask"])) for row in rows)

    def _ask(self, connection: Connection, ask: str) -> AskRecord:
        row = connection.execute(joined().where(asks.c.id == ask)).mappings().one()
        return codec.record(row, self._cipher)


_NEXT = {
    Decision.APPROVE: AskState.RUNNING,
    Decision.EDIT: AskState.RUNNING,
    Decision.ANSWER: AskState.ANSWERED,
    Decision.REFUSE: AskState.REFUSED,
}


class StoredProposals:
    """Fills ports.Proposals."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def propose(self, person: Person, title: str, body: str, at: datetime) -> int:
        """Keep a proposed prompt and return its number."""
        identifier = token_hex(12)

        def unit(connection: Connection) -> int:
            last = select(func.max(proposals.c.number)).where(proposals.c.organisation == person.organisation)
            number = (connection.scalar(last) or 0) + 1
            connection.execute(
                insert(proposals).values(
                    id=identifier,
                    organisation=person.organisation,
                    number=number,
                    person=person.id,
                    at=micros(at),
                    title_sealed=self._cipher.seal(title, f"proposals:{identifier}:title"),
                    body_sealed=self._cipher.seal(body, f"proposals:{identifier}:body"),
                )
            )
            return number

        return await self._database.write(unit)

    async def waiting(self, organisation: str) -> tuple[tuple[int, str, str], ...]:
        """Return (number, title, body) of proposals nobody has vetted."""
        query = (
            select(proposals)
            .where(
                proposals.c.organisation == organisation,
                proposals.c.vetted_at.is_(None),
                proposals.c.body_sealed.is_not(None),
            )
            .order_by(proposals.c.number)
        )
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return tuple((row["number"], self._text(row, "title"), self._text(row, "body")) for row in rows)

    def _text(self, row: Any, column: str) -> str:
        return str(self._cipher.open(row[f"{column}_sealed"], f"proposals:{row['id']}:{column}"))

    async def vet(self, organisation: str, number: int, mentor: str, accepted: bool, at: datetime) -> None:
        """Keep the verdict on a proposal. Raises Conflict when somebody was first."""
        waiting = and_(
            proposals.c.organisation == organisation,
            proposals.c.number == number,
            proposals.c.vetted_at.is_(None),
        )
        values = {"vetted_by": mentor, "vetted_at": micros(at), "accepted": int(accepted)}

        def unit(connection: Connection) -> None:
            if connection.execute(update(proposals).where(waiting).values(**values)).rowcount == 0:
                raise Conflict("decided")

        await self._database.write(unit)
