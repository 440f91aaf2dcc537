"""Sign-in to the console, its conversations, what was received already, and whose turn a job is."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.tables import invitations, jobs, lines, persons, receipts, sessions
from bot.core.person import Person
from bot.core.reply import Message
from bot.ports import Line

RECEIPTS_KEPT = timedelta(days=1)


class StoredDoors:
    """Fills ports.Doors. Tokens are 256 random bits; only their digests are kept."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def invite(self, person: str, at: datetime, until: datetime) -> str:
        """Return a token that opens the door once."""
        token = token_urlsafe(32)
        row = {"token": _digest(token), "person": person, "until": micros(until)}

        def unit(connection: Connection) -> None:
            connection.execute(delete(invitations).where(invitations.c.until < micros(at)))
            connection.execute(insert(invitations).values(**row))

        await self._database.write(unit)
        return token

    async def enter(self, token: str, at: datetime, until: datetime) -> str | None:
        """Use up an invitation; return a session token, or None when it is unknown, used or too old."""
        valid = and_(
            invitations.c.token == _digest(token),
            invitations.c.used_at.is_(None),
            invitations.c.until >= micros(at),
        )

        def unit(connection: Connection) -> str | None:
            used = update(invitations).where(valid).values(used_at=micros(at)).returning(invitations.c.person)
            person = connection.scalar(used)
            return None if person is None else _opened(connection, person, until)

        return await self._database.write(unit)

    async def open(self, person: str, at: datetime, until: datetime) -> str:
        """Return a session token without an invitation."""

        def unit(connection: Connection) -> str:
            connection.execute(delete(sessions).where(sessions.c.until < micros(at)))
            return _opened(connection, person, until)

        return await self._database.write(unit)

    async def who(self, session: str, at: datetime) -> Person | None:
        """Return whose session it is, None when it is unknown or over."""
        query = (
            select(persons)
            .join(sessions, sessions.c.person == persons.c.id)
            .where(
                sessions.c.token == _digest(session),
                sessions.c.until >= micros(at),
                persons.c.erased_at.is_(None),
            )
        )
        row = await self._database.read(lambda c: c.execute(query).mappings().first())
        return None if row is None else codec.person(row, self._cipher)

    async def leave(self, session: str) -> None:
        """End a session."""
        ended = delete(sessions).where(sessions.c.token == _digest(session))
        await self._database.write(lambda c: c.execute(ended) and None)


def _opened(connection: Connection, person: str, until: datetime) -> str:
    token = token_urlsafe(32)
    row = {"token": _digest(token), "person": person, "until": micros(until)}
    connection.execute(insert(sessions).values(**row))
    return token


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class StoredTranscript:
    """Fills ports.Transcript."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def typed(self, person: str, words: str, at: datetime) -> int:
        """Keep what the person typed."""
        return await self._add(person, at, "typed", words)

    async def read(self, person: str, message: Message, at: datetime) -> int:
        """Keep a message that the person reads."""
        return await self._add(person, at, "message", codec.dumped(message))

    async def _add(self, person: str, at: datetime, column: str, value: Any) -> int:
        def unit(connection: Connection) -> int:
            last = select(func.max(lines.c.number)).where(lines.c.person == person)
            number = (connection.scalar(last) or 0) + 1
            sealed = self._cipher.seal(value, f"lines:{person}:{number}:{column}")
            connection.execute(
                insert(lines).values(
                    person=person, number=number, at=micros(at), **{f"{column}_sealed": sealed}
                )
            )
            return number

        return await self._database.write(unit)

    async def since(self, person: str, after: int, limit: int = 50) -> tuple[Line, ...]:
        """Return the latest `limit` lines after number `after`, oldest first."""
        query = (
            select(lines)
            .where(lines.c.person == person, lines.c.number > after)
            .order_by(lines.c.number.desc())
            .limit(limit)
        )
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return tuple(self._line(row) for row in reversed(rows))

    def _line(self, row: Any) -> Line:
        place = f"lines:{row['person']}:{row['number']}"
        message = self._cipher.open(row["message_sealed"], f"{place}:message")
        return Line(
            row["number"],
            codec.moment(row["at"]),
            self._cipher.open(row["typed_sealed"], f"{place}:typed"),
            None if message is None else codec.loaded(message),
        )


class StoredReceipts:
    """Fills ports.Receipts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, key: str, at: datetime) -> bool:
        """Return True the first time `key` is seen."""
        digest = sha256(key.encode()).hexdigest()

        def unit(connection: Connection) -> bool:
            old = micros(at - RECEIPTS_KEPT)
            connection.execute(delete(receipts).where(receipts.c.at < old))
            if connection.scalar(select(receipts.c.at).where(receipts.c.key == digest)) is not None:
                return False
            connection.execute(insert(receipts).values(key=digest, at=micros(at)))
            return True

        try:
            return await self._database.write(unit)
        except IntegrityError:  # another replica was first, a moment ago
            return False


class StoredJobs:
    """Fills ports.Jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, name: str, slot: str, at: datetime, lease: datetime) -> bool:
        """Return True to the one replica that may do the job for this slot."""
        free = and_(
            jobs.c.name == name,
            jobs.c.slot == slot,
            jobs.c.done_at.is_(None),
            jobs.c.lease <= micros(at),
        )

        def unit(connection: Connection) -> bool:
            held = select(jobs.c.lease).where(jobs.c.name == name, jobs.c.slot == slot)
            if connection.scalar(held) is None:
                connection.execute(insert(jobs).values(name=name, slot=slot, lease=micros(lease)))
                return True
            return connection.execute(update(jobs).where(free).values(lease=micros(lease))).rowcount == 1

        try:
            return await self._database.write(unit)
        except IntegrityError:  # another replica was first, a moment ago
            return False

    async def done(self, name: str, slot: str, at: datetime) -> None:
        """Note that the job is done for this slot."""
        finished = update(jobs).where(jobs.c.name == name, jobs.c.slot == slot).values(done_at=micros(at))
        await self._database.write(lambda c: c.execute(finished) and None)
