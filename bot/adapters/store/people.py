"""Persons, their accounts on platforms, and their way to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.purge import vacated
from bot.adapters.store.rights import erased, exported
from bot.adapters.store.rows import Row, insert_new
from bot.adapters.store.tables import accounts, ledger_keys, organisations, persons
from bot.core.person import Language, Organisation, Person, Role
from bot.errors import Conflict, NotFound

_NAMES = tuple(column.name for column in persons.columns)
_HERE = persons.c.erased_at.is_(None)
_BY_ID = Prepared(select(persons).where(persons.c.id == bindparam("person"), _HERE))
_KEY = Prepared(select(ledger_keys.c.key).where(ledger_keys.c.person == bindparam("person")))
_TRIES = 3


class StoredPeople:
    """Fills ports.People."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._keys: dict[str, str] = {}
        self._organisations: dict[str, Organisation] = {}

    async def organisation(self, organisation: str) -> Organisation:
        """Return an organisation; they change only by set-up, so each is read once."""
        known = self._organisations.get(organisation)
        if known is None:
            query = select(organisations).where(organisations.c.id == organisation)
            row = await self._database.read(lambda reading: reading.execute(query).mappings().first())
            if row is None:
                raise NotFound("organisation")
            known = self._organisations[organisation] = codec.organisation(row)
        return known

    def forget(self, organisation: str) -> None:
        """Read the organisation anew next time."""
        self._organisations.pop(organisation, None)

    async def person(self, person: str) -> Person:
        """Return a person. Raises NotFound, also once they are erased."""
        row = await self._database.read(lambda reading: _row(reading, person))
        return codec.person(row, self._cipher)

    async def by_account(self, platform: str, workspace: str, account: str) -> Person | None:
        """Return whose account it is."""
        row = await self._database.read(
            lambda reading: self._holder(reading, {"platform": platform, "workspace": workspace}, account)
        )
        return None if row is None else codec.person(row, self._cipher)

    async def by_email(self, organisation: str, email: str) -> Person | None:
        """Return the person of an organisation who has this address."""
        row = await self._database.read(lambda reading: self._addressee(reading, organisation, email))
        return None if row is None else codec.person(row, self._cipher)

    async def enrol(
        self,
        organisation: str,
        name: str,
        *,
        platform: str,
        workspace: str,
        account: str,
        email: str | None,
        language: Language,
        at: datetime,
    ) -> Person:
        """Create the person, or link the account to the one with the same verified address."""
        where = {"platform": platform, "workspace": workspace}

        def unit(connection: Connection) -> Row:
            known = self._holder(connection, where, account)
            if known is not None:
                return known
            known = self._addressee(connection, organisation, email) if email else None
            row = known or self._create(connection, organisation, name, email, language, at)
            self._link(connection, row["id"], where, account, at)
            return row

        for _ in range(_TRIES):
            try:
                return codec.person(await self._database.write(unit), self._cipher)
            except Conflict:  # another replica enrolled the same person a moment ago: they are there now
                continue
        raise Conflict("enrolled")

    async def grant(
        self, person: str, *, roles: frozenset[str] | None = None, team: str | None = None
    ) -> Person:
        """Set roles or team, whichever is given; staff is always among the roles."""
        values: dict[str, Any] = {} if team is None else {"team": team}
        if roles is not None:
            values["roles"] = ",".join(sorted({Role.STAFF.value, *(Role(role).value for role in roles)}))
        await self._change(person, values)
        return await self.person(person)

    async def speak(self, person: str, language: Language) -> None:
        """Keep the language that the person reads."""
        await self._change(person, {"language": language})

    async def accept_charter(self, person: str, version: str, at: datetime) -> None:
        """Keep that the person accepts this version of the charter."""
        await self._change(person, {"charter": version, "charter_at": micros(at)})

    async def holders(self, organisation: str, role: str) -> tuple[Person, ...]:
        """Return who holds a role in an organisation, in the order they came."""
        query = (
            select(persons)
            .where(persons.c.organisation == organisation, persons.c.roles.contains(role), _HERE)
            .order_by(persons.c.created_at, persons.c.id)
        )
        rows = await self._database.read(lambda reading: reading.execute(query).mappings().all())
        return tuple(codec.person(row, self._cipher) for row in rows)

    async def team_size(self, organisation: str, team: str | None) -> int:
        """Return how many people a team has; the whole organisation without a team."""
        query = select(func.count()).where(persons.c.organisation == organisation, _HERE)
        if team is not None:
            query = query.where(persons.c.team == team)
        return await self._database.read(lambda reading: reading.scalar(query) or 0)

    async def ledger_key(self, person: str) -> str:
        """Return the person's pseudonymous key. Raises NotFound once they are erased."""
        if person not in self._keys:
            rows = await self._database.read(lambda reading: _KEY.rows(reading, {"person": person}))
            if not rows:
                raise NotFound("person")
            self._keys[person] = rows[0][0]
        return self._keys[person]

    async def export(self, person: str) -> Mapping[str, Any]:
        """Return everything that is kept of a person, in plain values."""
        return await self._database.read(lambda reading: exported(reading, self._cipher, person))

    async def erase(self, person: str, at: datetime) -> None:
        """Delete names, accounts, texts and the way from ledger key to person; counts stay."""
        await self._database.write(lambda writing: erased(writing, person, at))
        self._keys.pop(person, None)
        await vacated(self._database)

    def _holder(self, connection: Connection, where: Mapping[str, str], account: str) -> Row | None:
        prints = self._cipher.fingerprints(account)
        query = (
            select(persons)
            .join(accounts, accounts.c.person == persons.c.id)
            .filter(*(accounts.c[name] == value for name, value in where.items()))
            .where(accounts.c.print.in_(prints))
        )
        return connection.execute(query).mappings().first()

    def _addressee(self, connection: Connection, organisation: str, email: str) -> Row | None:
        prints = self._cipher.fingerprints(compared(email))
        query = select(persons).where(
            persons.c.organisation == organisation, persons.c.email_print.in_(prints)
        )
        return connection.execute(query).mappings().first()

    def _create(
        self,
        connection: Connection,
        organisation: str,
        name: str,
        email: str | None,
        language: Language,
        at: datetime,
    ) -> Row:
        person = uuid4().hex
        if connection.scalar(select(organisations.c.id).where(organisations.c.id == organisation)) is None:
            raise NotFound("organisation")
        created = insert_new(
            connection,
            persons,
            id=person,
            organisation=organisation,
            name_sealed=self._cipher.seal(name, place("persons", person, "name")),
            email_sealed=self._cipher.seal(email, place("persons", person, "email")),
            email_print=self._cipher.fingerprint(compared(email)) if email else None,
            roles=Role.STAFF.value,
            language=language,
            created_at=micros(at),
        )
        if not created:
            raise Conflict("enrolled")
        connection.execute(insert(ledger_keys).values(person=person, key=uuid4().hex))
        return _row(connection, person)

    def _link(
        self, connection: Connection, person: str, where: Mapping[str, str], account: str, at: datetime
    ) -> None:
        mark = self._cipher.fingerprint(account)
        linked = insert_new(
            connection,
            accounts,
            **where,
            print=mark,
            account_sealed=self._cipher.seal(account, place("accounts", mark, "account")),
            person=person,
            linked_at=micros(at),
        )
        if not linked:
            raise Conflict("enrolled")

    async def _change(self, person: str, values: Mapping[str, Any]) -> None:
        if not values:
            return
        change = update(persons).where(persons.c.id == person, _HERE).values(**values)

        def unit(connection: Connection) -> None:
            if connection.execute(change).rowcount == 0:
                raise NotFound("person")

        await self._database.write(unit)


def compared(email: str) -> str:
    """Return an address as it is compared: whatever its case."""
    return email.strip().casefold()


def _row(connection: Connection, person: str) -> Row:
    rows = _BY_ID.rows(connection, {"person": person})
    if not rows:
        raise NotFound("person")
    return dict(zip(_NAMES, rows[0], strict=True))
