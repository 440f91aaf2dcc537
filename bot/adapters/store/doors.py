"""Sign-in to the console: one-time links, then sessions."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables import invitations, persons, sessions
from bot.core.person import Person

_NAMES = tuple(column.name for column in persons.columns)
_WHO = Prepared(
    select(persons)
    .join(sessions, sessions.c.person == persons.c.id)
    .where(
        sessions.c.token == bindparam("token"),
        sessions.c.until > bindparam("at"),
        persons.c.erased_at.is_(None),
    )
)


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
            connection.execute(delete(invitations).where(invitations.c.until <= micros(at)))
            connection.execute(insert(invitations).values(**row))

        await self._database.write(unit)
        return token

    async def enter(self, token: str, at: datetime, until: datetime) -> str | None:
        """Use up an invitation; return a session token, or None when it is unknown, used or too old."""
        valid = and_(
            invitations.c.token == _digest(token),
            invitations.c.used_at.is_(None),
            invitations.c.until > micros(at),
        )
        used = update(invitations).where(valid).values(used_at=micros(at)).returning(invitations.c.person)

        def unit(connection: Connection) -> str | None:
            person = connection.scalar(used)
            return None if person is None else _opened(connection, person, at, until)

        return await self._database.write(unit)

    async def open(self, person: str, at: datetime, until: datetime) -> str:
        """Return a session token without an invitation."""
        return await self._database.write(lambda writing: _opened(writing, person, at, until))

    async def who(self, session: str, at: datetime) -> Person | None:
        """Return whose session it is, None when it is unknown or over."""
        values = {"token": _digest(session), "at": micros(at)}
        rows = await self._database.read(lambda reading: _WHO.rows(reading, values))
        return codec.person(dict(zip(_NAMES, rows[0], strict=True)), self._cipher) if rows else None

    async def leave(self, session: str) -> None:
        """End a session."""
        ended = delete(sessions).where(sessions.c.token == _digest(session))
        await self._database.write(lambda writing: writing.execute(ended) and None)


def _opened(connection: Connection, person: str, at: datetime, until: datetime) -> str:
    token = token_urlsafe(32)
    connection.execute(delete(sessions).where(sessions.c.until <= micros(at)))
    connection.execute(insert(sessions).values(token=_digest(token), person=person, until=micros(until)))
    return token


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
