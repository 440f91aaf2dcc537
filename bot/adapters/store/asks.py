"""Asks and what became of them, each step one transaction together with its ledger entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.rows import ASKS, joined
from bot.adapters.store.tables import asks, lines, organisations, reviews
from bot.core.ask import Ask, AskRecord, AskState
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.policy.verdict import Verdict
from bot.core.review import Review, ReviewKind
from bot.errors import Conflict, NotFound

_NUMBER = Prepared(
    update(organisations)
    .where(organisations.c.id == bindparam("organisation"))
    .values(asks=organisations.c.asks + 1)
    .returning(organisations.c.asks)
)
_COLUMNS = (
    *("id", "organisation", "number", "person", "team", "platform", "channel", "thread", "workspace"),
    *("template", "human", "at", "state", "outcome", "category", "rule", "article", "hits", "findings"),
    *("failed", "policy", "entry", "told", "lease", "text_sealed"),
)
_INSERT = Prepared(insert(asks).values({name: bindparam(name) for name in _COLUMNS}).inline())
_ONE = joined().where(asks.c.id == bindparam("ask"))


class StoredAsks:
    """Fills ports.Asks."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

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
            **_ask_columns(ask),
            **codec.verdict_columns(verdict),
            "state": state.value,
            "entry": opening.entry,
            "told": 0,
            "lease": micros(lease),
            "text_sealed": self._cipher.seal(codec.ask_text(ask), f"asks:{ask.id}:text"),
        }

        def unit(connection: Connection) -> int:
            number = int(_NUMBER.rows(connection, {"organisation": ask.person.organisation})[0][0])
            _INSERT.rows(connection, {**row, "number": number})
            if review is not None:
                _open_review(connection, ask.person.organisation, ask.id, review, ask.at)
            open_entry(connection, opening)
            if avoided is not None:
                close_entry(connection, Settlement(opening.entry, Closing.AVOIDED, ask.at, reason=avoided))
            return number

        number = await self._database.write(unit)
        return AskRecord(ask, number, state, verdict, opening.entry)

    async def sent(self, ask: str, text: str, model: str) -> None:
        """Keep what is about to leave the machine, and count the attempt."""
        sealed = self._cipher.seal(text, f"asks:{ask}:sent")
        await self._change(ask, {"sent_sealed": sealed, "model": model, "attempts": asks.c.attempts + 1})

    async def retry(self, ask: str, failed: Settlement, opening: Opening, lease: datetime) -> None:
        """Close an attempt's entry as failed and open the next one."""
        values = {"entry": opening.entry, "lease": micros(lease)}

        def unit(connection: Connection) -> None:
            connection.execute(update(asks).where(asks.c.id == ask).values(**values))
            close_entry(connection, failed)
            open_entry(connection, opening)

        await self._database.write(unit)

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
        values = {**_used(settlement), "state": state.value, "fault": fault}
        sealed = self._cipher.seal(answer, f"asks:{ask}:answer")

        def unit(connection: Connection) -> AskRecord:
            running = and_(asks.c.id == ask, asks.c.state == AskState.RUNNING.value)
            if connection.execute(update(asks).where(running).values(**values)).rowcount == 0:
                raise Conflict("settled")
            kept = and_(asks.c.id == ask, asks.c.purged == 0)
            connection.execute(update(asks).where(kept).values(answer_sealed=sealed))
            if review is not None:
                row = connection.execute(select(asks.c.organisation).where(asks.c.id == ask)).one()
                _open_review(connection, row[0], ask, review, settlement.at)
            close_entry(connection, settlement)
            return self._one(connection, ask)

        return await self._database.write(unit)

    async def told(self, ask: str) -> None:
        """Note that the person has been told of the ask's present state."""
        await self._change(ask, {"told": 1})

    async def claim(self, at: datetime, lease: datetime, limit: int) -> tuple[AskRecord, ...]:
        """Take asks that are running or untold and whose lease has run out."""
        free = (
            select(asks.c.id)
            .where(asks.c.told == 0, asks.c.lease <= micros(at))
            .order_by(asks.c.lease, asks.c.at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if not await self._database.read(lambda c: c.execute(free.with_only_columns(asks.c.id)).first()):
            return ()

        def unit(connection: Connection) -> tuple[AskRecord, ...]:
            taken = [row[0] for row in connection.execute(free)]
            connection.execute(update(asks).where(asks.c.id.in_(taken)).values(lease=micros(lease)))
            rows = connection.execute(joined().where(asks.c.id.in_(taken)).order_by(asks.c.at)).mappings()
            return tuple(codec.record(row, self._cipher) for row in rows)

        return await self._database.write(unit)

    async def release(self) -> None:
        """Let go of every lease: only where this process is alone with the database."""
        await self._database.write(
            lambda c: c.execute(update(asks).where(asks.c.told == 0).values(lease=0)) and None
        )

    async def by_number(self, organisation: str, number: int) -> AskRecord | None:
        """Return the ask of that number."""
        query = joined().where(asks.c.organisation == organisation, asks.c.number == number)
        row = await self._database.read(lambda c: c.execute(query).mappings().first())
        return None if row is None else codec.record(row, self._cipher)

    async def recent(self, person: str, limit: int = 10) -> tuple[AskRecord, ...]:
        """Return a person's latest asks, newest first."""
        query = joined().where(asks.c.person == person).order_by(asks.c.number.desc()).limit(limit)
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return tuple(codec.record(row, self._cipher) for row in rows)

    async def feedback(self, ask: str, score: int) -> None:
        """Keep whether the answer was useful; the last word counts."""
        await self._change(ask, {"feedback": score})

    async def appeal(self, ask: str, kind: ReviewKind, at: datetime, words: str = "") -> Review:
        """Open a review of a decided ask. Raises Conflict when one was opened already."""
        sealed = self._cipher.seal(words or None, f"reviews:{ask}:words")

        def unit(connection: Connection) -> Review:
            held = select(reviews.c.id).where(reviews.c.ask == ask, reviews.c.kind == kind.value)
            if connection.scalar(held) is not None:
                raise Conflict("appealed")
            record = self._one(connection, ask)
            _open_review(connection, record.ask.person.organisation, ask, kind, at, sealed)
            connection.execute(update(asks).where(asks.c.id == ask).values(state=AskState.HELD.value, told=1))
            opened = select(reviews).where(reviews.c.ask == ask, reviews.c.kind == kind.value)
            return codec.review(connection.execute(opened).mappings().one(), self._one(connection, ask))

        return await self._database.write(unit)

    async def purge(self, before: datetime) -> int:
        """Delete the texts of asks older than `before`, and console lines; return how many asks."""
        emptied: dict[str, Any] = {column: None for column in ASKS}
        old = and_(asks.c.at < micros(before), asks.c.purged == 0, asks.c.state != AskState.RUNNING.value)

        def unit(connection: Connection) -> int:
            connection.execute(lines.delete().where(lines.c.at < micros(before)))
            return connection.execute(update(asks).where(old).values(**emptied, purged=1)).rowcount

        return await self._database.write(unit)

    async def _change(self, ask: str, values: Mapping[str, Any]) -> None:
        statement = update(asks).where(asks.c.id == ask).values(**values)

        def unit(connection: Connection) -> None:
            if connection.execute(statement).rowcount == 0:
                raise NotFound("ask")

        await self._database.write(unit)

    def _one(self, connection: Connection, ask: str) -> AskRecord:
        row = connection.execute(_ONE, {"ask": ask}).mappings().first()
        if row is None:
            raise NotFound("ask")
        return codec.record(row, self._cipher)


def _ask_columns(ask: Ask) -> dict[str, Any]:
    return {
        "id": ask.id,
        "organisation": ask.person.organisation,
        "person": ask.person.id,
        "team": ask.person.team,
        "platform": ask.place.platform.value,
        "channel": ask.place.channel,
        "thread": ask.place.thread,
        "workspace": ask.place.workspace,
        "template": ask.template,
        "human": int(ask.human),
        "at": micros(ask.at),
    }


def _used(settlement: Settlement) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if settlement.usage is not None:
        usage = settlement.usage
        values |= {"tokens_in": usage.input + usage.cached, "tokens_out": usage.output}
        values["estimated"] = int(usage.source != "api")
    if settlement.card is not None:
        values["model"] = settlement.card.name
    if settlement.footprint is not None and settlement.footprint.gwp is not None:
        gwp = settlement.footprint.gwp
        values |= {"gwp_low": gwp.low, "gwp_high": gwp.high}
    return values


def _open_review(
    connection: Connection,
    organisation: str,
    ask: str,
    kind: ReviewKind,
    at: datetime,
    words: bytes | None = None,
) -> None:
    connection.execute(
        insert(reviews).values(
            id=token_hex(12),
            organisation=organisation,
            ask=ask,
            kind=kind.value,
            opened_at=micros(at),
            words_sealed=words,
        )
    )
