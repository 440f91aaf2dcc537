"""Asks and what became of them, each step one transaction together with its ledger entry.

The ledger is written before the ask's own rows wherever both are: on PostgreSQL it holds a lock for the
organisation, and units that take their locks in the same order do not wait for one another in a circle.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, update

from bot.adapters.store import codec
from bot.adapters.store.ask_statements import (
    INSERT,
    KNOWN,
    NUMBER,
    RETRIED,
    SENT,
    SETTLED,
    TOLD,
    changing,
    columns,
    used,
)
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.purge import purged
from bot.adapters.store.reviews import open_review
from bot.adapters.store.rows import Row, by_id, by_number, joined
from bot.adapters.store.tables import arrivals, asks, jobs, reviews
from bot.core.ask import Ask, AskRecord, AskState
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.policy.verdict import Verdict
from bot.core.review import Review, ReviewKind
from bot.errors import Conflict, NotFound


class StoredAsks:
    """Fills ports.Asks."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._running: dict[str, str] = {}
        """The organisations of asks that this replica is working on."""

    async def accept(
        self,
        ask: Ask,
        verdict: Verdict,
        state: AskState,
        opening: Opening,
        *,
        review: ReviewKind | None,
        avoided: str | None,
        lease: datetime,
    ) -> AskRecord:
        """Write ask, findings, verdict, opened entry and, where due, its review and its closing at once."""
        row = {
            **columns(ask, self._cipher),
            **codec.verdict_columns(verdict),
            "state": state.value,
            "entry": opening.entry,
            "lease": micros(lease),
        }

        def unit(connection: Connection) -> int:
            if not KNOWN.rows(connection, {"person": ask.person.id}):
                raise NotFound("person")
            open_entry(connection, opening)
            number = int(NUMBER.rows(connection, {"organisation": ask.person.organisation})[0][0])
            INSERT.rows(connection, {**row, "number": number})
            if review is not None:
                open_review(connection, ask.person.organisation, ask.id, review, ask.at)
            if avoided is not None:
                close_entry(connection, Settlement(opening.entry, Closing.AVOIDED, ask.at, reason=avoided))
            return number

        number = await self._database.write(unit, opening.organisation)
        if state is AskState.RUNNING:
            self._running[ask.id] = opening.organisation
        return AskRecord(ask, number, state, verdict, opening.entry)

    async def sent(self, ask: str, text: str, model: str) -> None:
        """Keep what is about to leave the machine, and count the attempt."""
        values = {"new_sent_sealed": self._cipher.seal(text, place("asks", ask, "sent")), "new_model": model}
        await self._database.write(partial(_changed, SENT, {**values, "ask": ask}))

    async def retry(self, ask: str, failed: Settlement, opening: Opening) -> None:
        """Close an attempt's entry as failed and open the next one. Raises Conflict when it was closed."""
        values = {"new_entry": opening.entry, "ask": ask, "present": failed.entry}

        def unit(connection: Connection) -> None:
            close_entry(connection, failed)
            open_entry(connection, opening)
            if not RETRIED.rows(connection, values):
                raise Conflict("settled")

        await self._database.write(unit, opening.organisation)

    async def settle(
        self,
        ask: str,
        state: AskState,
        settlement: Settlement,
        *,
        answer: str | None,
        fault: str | None = None,
        review: ReviewKind | None = None,
    ) -> AskRecord:
        """Close the entry and the ask together. Raises Conflict when it was closed already."""
        values: dict[str, Any] = {
            "new_state": state.value,
            "new_fault": fault,
            "new_answer_sealed": self._cipher.seal(answer, place("asks", ask, "answer")),
            "ask": ask,
            "present": settlement.entry,
        }

        def unit(connection: Connection) -> Row:
            row = _present(connection, ask)
            close_entry(connection, settlement)
            if not SETTLED.rows(connection, {**values, **used(settlement, row)}):
                raise Conflict("settled")
            if review is not None:
                open_review(connection, row["organisation"], ask, review, settlement.at)
            return _present(connection, ask)

        organisation = self._running.pop(ask, None) or await self._organisation(ask)
        return codec.record(await self._database.write(unit, organisation), self._cipher)

    async def told(self, ask: str) -> None:
        """Note that the person has been told of the ask's present state."""

        def unit(connection: Connection) -> None:
            _present(connection, ask)
            TOLD.rows(connection, {"ask": ask})

        await self._database.write(unit)

    async def postpone(self, ask: str, until: datetime) -> None:
        """Let an untold ask be taken up again at `until`."""
        untold = update(asks).where(asks.c.id == ask, asks.c.told == 0).values(lease=micros(until))
        await self._database.write(lambda writing: writing.execute(untold) and None)

    async def claim(self, at: datetime, lease: datetime, limit: int) -> tuple[AskRecord, ...]:
        """Take asks that are running or untold and whose lease has run out."""
        free = (
            select(asks.c.id)
            .where(asks.c.told == 0, asks.c.lease <= micros(at))
            .order_by(asks.c.lease, asks.c.at)
            .limit(limit)
        )
        # Looking first costs no write, and mostly there is nothing.
        if not await self._database.read(lambda reading: reading.execute(free).first()):
            return ()

        def unit(connection: Connection) -> list[Row]:
            taken = connection.scalars(free.with_for_update(skip_locked=True)).all()
            connection.execute(update(asks).where(asks.c.id.in_(taken)).values(lease=micros(lease)))
            found = connection.execute(joined().where(asks.c.id.in_(taken)).order_by(asks.c.at))
            return list(found.mappings())

        records = self._records(await self._database.write(unit))
        self._running |= {
            one.ask.id: one.ask.person.organisation for one in records if one.state is AskState.RUNNING
        }
        return records

    async def renew(self, ask: str, held: datetime, until: datetime) -> bool:
        """Move the end of an untold ask's lease from `held` to `until`; False when it ends at another date."""
        ours = (asks.c.id == ask, asks.c.told == 0, asks.c.lease == micros(held))
        change = update(asks).where(*ours).values(lease=micros(until)).returning(asks.c.id)
        return await self._database.write(lambda writing: writing.scalar(change) is not None)

    async def release(self) -> None:
        """Let go of every lease, where this process is alone with the database: on SQLite, nowhere else."""
        if not self._database.embedded:
            return

        def unit(connection: Connection) -> None:
            connection.execute(update(asks).where(asks.c.told == 0).values(lease=0))
            connection.execute(update(reviews).where(reviews.c.told == 0).values(lease=0))
            connection.execute(update(jobs).where(jobs.c.done_at.is_(None)).values(lease=0))
            connection.execute(update(arrivals).values(lease=0))

        await self._database.write(unit)

    async def known(self, ask: str) -> bool:
        """Return whether this ask was accepted."""
        return await self._database.read(lambda reading: by_id(reading, ask) is not None)

    async def by_number(self, organisation: str, number: int) -> AskRecord | None:
        """Return the ask of that number."""
        row = await self._database.read(lambda reading: by_number(reading, organisation, number))
        return None if row is None else codec.record(row, self._cipher)

    async def recent(self, person: str, limit: int = 10) -> tuple[AskRecord, ...]:
        """Return a person's latest asks, newest first."""
        query = joined().where(asks.c.person == person).order_by(asks.c.at.desc(), asks.c.number.desc())
        rows = await self._database.read(lambda reading: reading.execute(query.limit(limit)).mappings().all())
        return self._records(rows)

    async def kept(self, organisation: str, since: datetime) -> tuple[AskRecord, ...]:
        """Return the asks since then whose texts are still kept, oldest first."""
        query = joined().where(
            asks.c.organisation == organisation,
            asks.c.at >= micros(since),
            asks.c.purged == 0,
            asks.c.text_sealed.is_not(None),
        )
        rows = await self._database.read(
            lambda reading: reading.execute(query.order_by(asks.c.at)).mappings().all()
        )
        return self._records(rows)

    async def feedback(self, ask: str, score: int) -> None:
        """Keep whether the answer was useful; the last word counts."""
        change = update(asks).where(asks.c.id == ask).values(feedback=score).returning(asks.c.id)

        def unit(connection: Connection) -> None:
            if connection.scalar(change) is None:
                raise NotFound("ask")

        await self._database.write(unit)

    async def appeal(self, ask: str, kind: ReviewKind, at: datetime, words: str = "") -> Review:
        """Open a review of a decided ask. Raises Conflict when one was opened already or it is undecided."""

        def unit(connection: Connection) -> tuple[Row, Row]:
            row = _present(connection, ask)
            if row["purged"]:
                raise NotFound("purged")
            if row["state"] not in _APPEALABLE:
                raise Conflict("undecided")
            review = open_review(connection, row["organisation"], ask, kind, at, words, self._cipher)
            held = changing(state=AskState.HELD.value, told=1, lease=0).where(asks.c.id == ask)
            connection.execute(held)
            opened = connection.execute(select(reviews).where(reviews.c.id == review)).mappings().one()
            return opened, _present(connection, ask)

        opened, row = await self._database.write(unit)
        return codec.review(opened, codec.record(row, self._cipher), self._cipher)

    async def purge(self, before: datetime) -> int:
        """Delete the texts of asks older than `before`, and console lines; return how many asks."""
        return await purged(self._database, before)

    async def _organisation(self, ask: str) -> str:
        row = await self._database.read(lambda reading: _present(reading, ask))
        return str(row["organisation"])

    def _records(self, rows: Any) -> tuple[AskRecord, ...]:
        return tuple(codec.record(row, self._cipher) for row in rows)


_APPEALABLE = {state.value for state in (AskState.BLOCKED, AskState.FAILED, AskState.REFUSED)}


def _changed(statement: Prepared, values: Row, connection: Connection) -> None:
    if not statement.rows(connection, values):
        raise NotFound("ask")


def _present(connection: Connection, ask: str) -> Row:
    row = by_id(connection, ask)
    if row is None:
        raise NotFound("ask")
    return row
