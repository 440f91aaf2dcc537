"""Reviews: what waits for a mentor, decided once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.reopening import avoid, opened_again
from bot.adapters.store.rows import Row, by_id, insert_new
from bot.adapters.store.tables import asks, reviews
from bot.core.ask import AskRecord, AskState
from bot.core.ledger import Opening
from bot.core.review import Decision, Review, ReviewKind
from bot.errors import Conflict, NotFound

_NEXT = {
    Decision.APPROVE: AskState.RUNNING,
    Decision.EDIT: AskState.RUNNING,
    Decision.ANSWER: AskState.ANSWERED,
    Decision.REFUSE: AskState.REFUSED,
}
_AFRESH: Mapping[str, Any] = {
    "told": 0,
    "lease": 0,
    "attempts": 0,
    "fault": None,
    "model": None,
    "tokens_in": None,
    "tokens_out": None,
    "gwp_low": None,
    "gwp_high": None,
    "estimated": 0,
    "sent_sealed": None,
    "answer_sealed": None,
}
"""An ask that a mentor moves on: what an earlier attempt left behind is the ledger's, not the answer's."""


class StoredReviews:
    """Fills ports.Reviews."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def queue(self, organisation: str) -> tuple[Review, ...]:
        """Return what waits for a decision, oldest first."""
        query = (
            select(reviews)
            .join(asks, asks.c.id == reviews.c.ask)
            .where(reviews.c.organisation == organisation, reviews.c.waiting == 1)
            .order_by(reviews.c.opened_at, asks.c.number)
        )
        return self._reviews(await self._database.read(lambda reading: _with_asks(reading, query)))

    async def by_number(self, organisation: str, number: int) -> Review | None:
        """Return the latest review of ask `number`."""
        query = (
            select(reviews)
            .join(asks, asks.c.id == reviews.c.ask)
            .where(asks.c.organisation == organisation, asks.c.number == number)
            .order_by(reviews.c.opened_at.desc(), reviews.c.waiting.desc())
            .limit(1)
        )
        found = self._reviews(await self._database.read(lambda reading: _with_asks(reading, query)))
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
        """Take the decision once; the ask moves on and becomes untold. Raises Conflict, NotFound."""

        def unit(connection: Connection) -> Row:
            row = _waiting(connection, review)
            if decision is Decision.PASS_ON:
                _pass_on(connection, row, mentor)
            else:
                _conclude(connection, review, mentor, decision, at)
                moved = self._moved(row["ask"], mentor, decision, text, note)
                _move(connection, row["ask"], decision, at, opening, moved)
            return _ask(connection, row["ask"])

        organisation = opening.organisation if opening else None
        return codec.record(await self._database.write(unit, organisation), self._cipher)

    async def claim_untold(self, at: datetime, lease: datetime) -> tuple[Review, ...]:
        """Take undecided reviews that mentors have not heard of."""
        free = select(reviews.c.id).where(
            reviews.c.waiting == 1, reviews.c.told == 0, reviews.c.lease <= micros(at)
        )
        # Looking first costs no write, and mostly there is nothing.
        if not await self._database.read(lambda reading: reading.execute(free.limit(1)).first()):
            return ()

        def unit(connection: Connection) -> list[tuple[Row, Row]]:
            taken = connection.scalars(free.with_for_update(skip_locked=True)).all()
            connection.execute(update(reviews).where(reviews.c.id.in_(taken)).values(lease=micros(lease)))
            query = select(reviews).where(reviews.c.id.in_(taken)).order_by(reviews.c.opened_at)
            return _with_asks(connection, query)

        return self._reviews(await self._database.write(unit))

    async def told(self, review: str) -> None:
        """Note that mentors have heard of it."""
        told = update(reviews).where(reviews.c.id == review).values(told=1)
        await self._database.write(lambda writing: writing.execute(told) and None)

    async def postpone(self, review: str, until: datetime) -> None:
        """Let a review that mentors have not heard of be claimed again at `until`."""
        untold = (
            update(reviews).where(reviews.c.id == review, reviews.c.told == 0).values(lease=micros(until))
        )
        await self._database.write(lambda writing: writing.execute(untold) and None)

    def _moved(
        self, ask: str, mentor: str, decision: Decision, text: str | None, note: str | None
    ) -> dict[str, Any]:
        """Return an ask's columns after a decision."""
        column = "edited" if _NEXT[decision] is AskState.RUNNING else "answer"
        return {
            **_AFRESH,
            "state": _NEXT[decision].value,
            "decision": decision.value,
            "decided_by": mentor,
            "note_sealed": self._cipher.seal(note, place("asks", ask, "note")),
            f"{column}_sealed": self._cipher.seal(text, place("asks", ask, column)),
        }

    def _reviews(self, rows: list[tuple[Row, Row]]) -> tuple[Review, ...]:
        return tuple(
            codec.review(review, codec.record(ask, self._cipher), self._cipher) for review, ask in rows
        )


def open_review(
    connection: Connection,
    organisation: str,
    ask: str,
    kind: ReviewKind,
    at: datetime,
    words: str = "",
    cipher: Cipher | None = None,
) -> str:
    """Open a review and return its id. Raises Conflict when one waits, or the ask was appealed before."""
    review = uuid4().hex
    sealed = cipher.seal(words or None, place("reviews", review, "words")) if cipher else None
    opened = insert_new(
        connection,
        reviews,
        id=review,
        organisation=organisation,
        ask=ask,
        kind=kind.value,
        opened_at=micros(at),
        words_sealed=sealed,
    )
    if not opened:
        raise Conflict("appealed")
    return review


def _waiting(connection: Connection, review: str) -> Row:
    """Return the review, locked for this transaction. Raises Conflict when it no longer waits."""
    query = select(reviews).where(reviews.c.id == review).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("review")
    if not row["waiting"]:
        raise Conflict("decided")
    return row


def _pass_on(connection: Connection, row: Row, mentor: str) -> None:
    passed = [one for one in json.loads(row["passed_by"]) if one != mentor]
    values = {"passed_by": json.dumps([*passed, mentor])}
    connection.execute(update(reviews).where(reviews.c.id == row["id"]).values(**values))


def _conclude(connection: Connection, review: str, mentor: str, decision: Decision, at: datetime) -> None:
    values = {"waiting": 0, "decision": decision.value, "decided_by": mentor, "decided_at": micros(at)}
    connection.execute(update(reviews).where(reviews.c.id == review).values(**values))


def _move(
    connection: Connection,
    ask: str,
    decision: Decision,
    at: datetime,
    opening: Opening | None,
    moved: dict[str, Any],
) -> None:
    """Move the ask on: a model's road needs an open entry, every other road closes it."""
    row = _ask(connection, ask)
    if row["purged"]:
        raise NotFound("purged")
    if _NEXT[decision] is AskState.RUNNING:
        moved = {**moved, "entry": opened_again(connection, row["entry"], at, opening)}
    else:
        avoid(connection, row["entry"], at, f"mentor_{decision.value}")
    connection.execute(update(asks).where(asks.c.id == ask).values(**moved))


def _with_asks(connection: Connection, query: Select[Any]) -> list[tuple[Row, Row]]:
    found = connection.execute(query).mappings().all()
    return [(row, _ask(connection, row["ask"])) for row in found]


def _ask(connection: Connection, ask: str) -> Row:
    row = by_id(connection, ask)
    if row is None:
        raise NotFound("ask")
    return row
