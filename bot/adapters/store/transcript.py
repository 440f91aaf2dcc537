"""Console conversations, line by line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.rows import Row
from bot.adapters.store.tables import lines, persons
from bot.core.reply import Message
from bot.ports import Line

_NUMBER = Prepared(
    update(persons)
    .where(persons.c.id == bindparam("person"), persons.c.erased_at.is_(None))
    .values(lines=persons.c.lines + 1)
    .returning(persons.c.lines)
)
_COLUMNS = tuple(column.name for column in lines.columns)
_ADD = Prepared(insert(lines).values({name: bindparam(name) for name in _COLUMNS}).inline())


class StoredTranscript:
    """Fills ports.Transcript."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def typed(self, person: str, words: str, at: datetime) -> int:
        """Keep what the person typed and return its number."""
        return await self._add(person, at, "typed", words)

    async def read(self, person: str, message: Message, at: datetime) -> int:
        """Keep a message that the person reads and return its number."""
        return await self._add(person, at, "message", codec.dumped(message))

    async def _add(self, person: str, at: datetime, column: str, value: Any) -> int:
        def unit(connection: Connection) -> int:
            counted = _NUMBER.rows(connection, {"person": person})
            if not counted:
                return 0  # the person was erased while this was on its way: nothing of it is kept
            number = int(counted[0][0])
            row = {"person": person, "number": number, "at": micros(at)}
            sealed = self._cipher.seal(value, place("lines", f"{person}:{number}", column))
            texts = {"typed_sealed": None, "message_sealed": None, f"{column}_sealed": sealed}
            _ADD.rows(connection, {**row, **texts})
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
        rows = await self._database.read(lambda reading: reading.execute(query).mappings().all())
        return tuple(self._line(row) for row in reversed(rows))

    def _line(self, row: Row) -> Line:
        key = f"{row['person']}:{row['number']}"
        message = self._cipher.open(row["message_sealed"], place("lines", key, "message"))
        return Line(
            row["number"],
            codec.moment(row["at"]),
            self._cipher.open(row["typed_sealed"], place("lines", key, "typed")),
            None if message is None else codec.loaded(message),
        )
