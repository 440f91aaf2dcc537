"""What a chat platform handed over, kept sealed from before its acknowledgement until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.rows import Row, insert_new
from bot.adapters.store.tables import arrivals, heard
from bot.adapters.store.turns import digest, noted
from bot.core.call import Arrival

KEPT = timedelta(days=1)
"""As long as its receipt: what nobody could attend to by then comes too late."""

MOST_TRIES = 5
"""How often an arrival is taken up: one that ends the program each time must not do so for ever."""


class StoredArrivals:
    """Fills ports.Arrivals."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def keep(
        self, key: str, door: str, kind: str, body: Mapping[str, Any], at: datetime, lease: datetime
    ) -> Arrival | None:
        """Keep what came in; return None when it came in before."""
        arrival = Arrival(digest(key), kind, body, at)
        sealed = self._cipher.seal(body, place("arrivals", arrival.id, "body"))
        times = {"at": micros(at), "lease": micros(lease), "tries": 1}
        row = {"id": arrival.id, "door": door, "kind": kind, "body_sealed": sealed, **times}

        def unit(connection: Connection) -> bool:
            return noted(connection, key, at) and insert_new(connection, arrivals, **row)

        return arrival if await self._database.write(unit) else None

    async def claim(self, door: str, at: datetime, lease: datetime, limit: int) -> tuple[Arrival, ...]:
        """Take what came in by `door` and whose lease has run out; what is too old is given up."""
        free = (
            select(arrivals.c.id)
            .where(arrivals.c.door == door, arrivals.c.lease <= micros(at))
            .order_by(arrivals.c.at)
            .limit(limit)
        )
        # Looking first costs no write, and mostly there is nothing.
        if not await self._database.read(lambda reading: reading.execute(free).first()):
            return ()
        late = or_(arrivals.c.at < micros(at - KEPT), arrivals.c.tries >= MOST_TRIES)

        def unit(connection: Connection) -> list[Row]:
            taken = connection.scalars(free.with_for_update(skip_locked=True)).all()
            connection.execute(delete(arrivals).where(arrivals.c.id.in_(taken), late))
            again = {"lease": micros(lease), "tries": arrivals.c.tries + 1}
            connection.execute(update(arrivals).where(arrivals.c.id.in_(taken)).values(**again))
            found = select(arrivals).where(arrivals.c.id.in_(taken)).order_by(arrivals.c.at)
            return list(connection.execute(found).mappings())

        return tuple(self._arrival(row) for row in await self._database.write(unit))

    async def renew(self, arrival: str, held: datetime, until: datetime) -> bool:
        """Move the end of a lease from `held` to `until`; False when it ends at another date."""
        ours = (arrivals.c.id == arrival, arrivals.c.lease == micros(held))
        change = update(arrivals).where(*ours).values(lease=micros(until)).returning(arrivals.c.id)
        return await self._database.write(lambda writing: writing.scalar(change) is not None)

    async def postpone(self, arrival: str, until: datetime) -> None:
        """Let it be taken up again at `until`. This turn does not count: the network was cut."""
        later = update(arrivals).where(arrivals.c.id == arrival).values(lease=micros(until), tries=0)
        await self._database.write(lambda writing: writing.execute(later) and None)

    async def done(self, arrival: str) -> None:
        """Forget what was attended to; its receipt stays."""
        gone = delete(arrivals).where(arrivals.c.id == arrival)
        await self._database.write(lambda writing: writing.execute(gone) and None)

    async def heard(self, door: str) -> datetime | None:
        """Return up to when everything said at `door` was taken; None before the first time."""
        query = select(heard.c.until).where(heard.c.door == door)
        until = await self._database.read(lambda reading: reading.scalar(query))
        return None if until is None else codec.moment(until)

    async def hear(self, door: str, until: datetime) -> None:
        """Note up to when everything said at `door` was taken. It never goes back."""
        later = update(heard).where(heard.c.door == door, heard.c.until < micros(until))

        def unit(connection: Connection) -> None:
            if not insert_new(connection, heard, door=door, until=micros(until)):
                connection.execute(later.values(until=micros(until)))

        await self._database.write(unit)

    def _arrival(self, row: Row) -> Arrival:
        body = self._cipher.open(row["body_sealed"], place("arrivals", row["id"], "body"))
        return Arrival(row["id"], row["kind"], body, codec.moment(row["at"]))
