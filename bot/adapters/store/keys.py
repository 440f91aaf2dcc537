"""Keys of programs: made, listed, revoked, and whose they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros, moment
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.rows import Row
from bot.adapters.store.tables import api_keys, persons
from bot.core.api_key import ApiKey, read, written
from bot.core.person import Person
from bot.errors import Conflict, NotFound

REMEMBERED = timedelta(days=90)
"""How long a key is still listed after its end."""

_NAMES = (*(column.name for column in persons.columns), "digest")
_HOLDER = Prepared(
    select(persons, api_keys.c.digest)
    .join(api_keys, api_keys.c.person == persons.c.id)
    .where(
        api_keys.c.id == bindparam("id"),
        api_keys.c.until > bindparam("at"),
        api_keys.c.revoked_at.is_(None),
        persons.c.erased_at.is_(None),
    )
)
_NOBODY = sha256(b"").hexdigest()


class StoredKeys:
    """Keys of programs. A secret is 256 random bits; only its digest is kept."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def make(self, person: str, purpose: str, at: datetime, until: datetime) -> str:
        """Return a new key of a person: the only time that anybody sees it whole."""
        identifier, secret = token_hex(6), token_urlsafe(32)
        row = {
            "id": identifier,
            "person": person,
            "digest": _digest(secret),
            "purpose_sealed": self._cipher.seal(purpose, place("api_keys", identifier, "purpose")),
            "made_at": micros(at),
            "until": micros(until),
        }

        def unit(connection: Connection) -> None:
            connection.execute(delete(api_keys).where(api_keys.c.until <= micros(at - REMEMBERED)))
            connection.execute(insert(api_keys).values(**row))

        await self._database.write(unit)
        return written(identifier, secret)

    async def holder(self, key: str, at: datetime) -> Person | None:
        """Return whose key it is, None when it is unknown, revoked or over.

        Digests are compared in constant time, an unknown key's too: how long it takes tells nothing.
        """
        parts = read(key)
        if parts is None:
            return None
        values = {"id": parts[0], "at": micros(at)}
        rows = await self._database.read(lambda reading: _HOLDER.rows(reading, values))
        row = dict(zip(_NAMES, rows[0], strict=True)) if rows else {}
        if not compare_digest(_digest(parts[1]), str(row.pop("digest", _NOBODY))):
            return None
        return codec.person(row, self._cipher)

    async def listed(self, organisation: str) -> tuple[ApiKey, ...]:
        """Return the keys of an organisation, the newest first, those that ended lately too."""
        query = (
            select(api_keys, persons.c.name_sealed)
            .join(persons, persons.c.id == api_keys.c.person)
            .where(persons.c.organisation == organisation)
            .order_by(api_keys.c.made_at.desc(), api_keys.c.id)
        )
        rows = await self._database.read(lambda reading: reading.execute(query).mappings().all())
        return tuple(self._key(row) for row in rows)

    async def revoke(self, organisation: str, identifier: str, at: datetime) -> None:
        """End a key now. Raises NotFound, and Conflict when somebody had revoked it."""
        here = select(persons.c.id).where(persons.c.organisation == organisation)
        this = (api_keys.c.id == identifier) & api_keys.c.person.in_(here)

        def unit(connection: Connection) -> None:
            ended = (
                update(api_keys).where(this, api_keys.c.revoked_at.is_(None)).values(revoked_at=micros(at))
            )
            if connection.execute(ended).rowcount:
                return
            if connection.scalar(select(api_keys.c.id).where(this)) is None:
                raise NotFound(f"no key {identifier}; `sobria key list` names them")
            raise Conflict(f"the key {identifier} was revoked already")

        await self._database.write(unit)

    def _key(self, row: Row) -> ApiKey:
        return ApiKey(
            row["id"],
            self._cipher.open(row["name_sealed"], place("persons", row["person"], "name")) or "",
            self._cipher.open(row["purpose_sealed"], place("api_keys", row["id"], "purpose")),
            moment(row["made_at"]),
            moment(row["until"]),
            None if row["revoked_at"] is None else moment(row["revoked_at"]),
        )


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
