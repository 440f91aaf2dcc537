"""Persons, their accounts, and what they may have exported or erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.rows import ASKS, joined
from bot.adapters.store.tables import (
    accounts,
    asks,
    invitations,
    ledger_keys,
    lines,
    organisations,
    persons,
    proposals,
    reviews,
    sessions,
)
from bot.core.person import Language, Organisation, Person, Role
from bot.errors import NotFound


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
            row = await self._database.read(lambda c: c.execute(query).mappings().first())
            if row is None:
                raise NotFound("organisation")
            known = self._organisations[organisation] = codec.organisation(row)
        return known

    def forget(self, organisation: str) -> None:
        """Read the organisation anew next time."""
        self._organisations.pop(organisation, None)

    async def person(self, person: str) -> Person:
        """Return a person. Raises NotFound."""
        row = await self._database.read(lambda c: _person(c, person))
        return codec.person(row, self._cipher)

    async def by_account(self, platform: str, workspace: str, account: str) -> Person | None:
        """Return whose account it is."""
        query = (
            select(persons)
            .join(accounts, accounts.c.person == persons.c.id)
            .where(
                accounts.c.platform == platform,
                accounts.c.workspace == workspace,
                accounts.c.account == account,
            )
        )
        row = await self._database.read(lambda c: c.execute(query).mappings().first())
        return None if row is None else codec.person(row, self._cipher)

    async def by_email(self, organisation: str, email: str) -> Person | None:
        """Return the person of an organisation who has this address."""
        mark = self._cipher.fingerprint(email)
        person = await self._database.read(lambda c: self._by_mark(c, organisation, mark))
        return None if person is None else await self.person(person)

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
        mark = self._cipher.fingerprint(email) if email else None
        place = {"platform": platform, "workspace": workspace, "account": account}

        def unit(connection: Connection) -> str:
            held = select(accounts.c.person).filter_by(**place)
            known = connection.scalar(held) or self._by_mark(connection, organisation, mark)
            person = known or self._created(connection, organisation, name, email, mark, language, at)
            if connection.scalar(held) is None:
                connection.execute(insert(accounts).values(**place, person=person))
            return person

        return await self.person(await self._database.write(unit))

    def _by_mark(self, connection: Connection, organisation: str, mark: str | None) -> str | None:
        query = select(persons.c.id).where(
            persons.c.organisation == organisation, persons.c.email_print == mark
        )
        found: str | None = connection.scalar(query) if mark else None
        return found

    def _created(
        self,
        connection: Connection,
        organisation: str,
        name: str,
        email: str | None,
        mark: str | None,
        language: Language,
        at: datetime,
    ) -> str:
        person = token_hex(12)
        connection.execute(
            insert(persons).values(
                id=person,
                organisation=organisation,
                name_sealed=self._cipher.seal(name, f"persons:{person}:name"),
                email_sealed=self._cipher.seal(email, f"persons:{person}:email"),
                email_print=mark,
                roles=Role.STAFF.value,
                language=language,
                created_at=micros(at),
            )
        )
        connection.execute(insert(ledger_keys).values(person=person, key=token_hex(12)))
        return person

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

    async def _change(self, person: str, values: Mapping[str, Any]) -> None:
        if not values:
            return
        statement = update(persons).where(persons.c.id == person).values(**values)

        def unit(connection: Connection) -> None:
            if connection.execute(statement).rowcount == 0:
                raise NotFound("person")

        await self._database.write(unit)

    async def holders(self, organisation: str, role: str) -> tuple[Person, ...]:
        """Return who holds a role in an organisation."""
        query = select(persons).where(persons.c.organisation == organisation, persons.c.erased_at.is_(None))
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        people = (codec.person(row, self._cipher) for row in rows)
        return tuple(person for person in people if role in person.roles)

    async def team_size(self, organisation: str, team: str | None) -> int:
        """Return how many people a team has; the whole organisation without a team."""
        query = select(func.count()).where(
            persons.c.organisation == organisation, persons.c.erased_at.is_(None)
        )
        if team is not None:
            query = query.where(persons.c.team == team)
        return await self._database.read(lambda c: c.scalar(query) or 0)

    async def ledger_key(self, person: str) -> str:
        """Return the person's pseudonymous key. Raises NotFound once they are erased."""
        if person not in self._keys:
            query = select(ledger_keys.c.key).where(ledger_keys.c.person == person)
            key = await self._database.read(lambda c: c.scalar(query))
            if key is None:
                raise NotFound("person")
            self._keys[person] = key
        return self._keys[person]

    async def export(self, person: str) -> Mapping[str, Any]:
        """Return everything that is kept of a person, in plain values."""
        return await self._database.read(lambda c: self._exported(c, person))

    def _exported(self, connection: Connection, person: str) -> Mapping[str, Any]:
        row = _person(connection, person)
        own = connection.execute(joined().where(asks.c.person == person).order_by(asks.c.number)).mappings()
        held = connection.execute(select(accounts).where(accounts.c.person == person)).mappings().all()
        typed = connection.execute(
            select(lines).where(lines.c.person == person).order_by(lines.c.number)
        ).mappings()
        return {
            "person": {
                "name": self._cipher.open(row["name_sealed"], f"persons:{person}:name"),
                "email": self._cipher.open(row["email_sealed"], f"persons:{person}:email"),
                "roles": row["roles"].split(","),
                "language": row["language"],
                "level": row["level"],
                "charter": row["charter"],
                "since": codec.moment(row["created_at"]).isoformat(),
            },
            "ledger_key": connection.scalar(select(ledger_keys.c.key).where(ledger_keys.c.person == person)),
            "accounts": [{name: one[name] for name in ("platform", "workspace", "account")} for one in held],
            "asks": [_plain(codec.record(one, self._cipher)) for one in own],
            "conversation": [self._line(one) for one in typed],
        }

    def _line(self, row: RowMapping) -> Mapping[str, Any]:
        place = f"lines:{row['person']}:{row['number']}"
        message = self._cipher.open(row["message_sealed"], f"{place}:message")
        return {
            "at": codec.moment(row["at"]).isoformat(),
            "typed": self._cipher.open(row["typed_sealed"], f"{place}:typed"),
            "read": message["text"] if message else None,
        }

    async def erase(self, person: str, at: datetime) -> None:
        """Delete names, accounts, texts and the way from ledger key to person; counts stay."""

        def unit(connection: Connection) -> None:
            _person(connection, person)
            for table in (accounts, sessions, invitations, lines, ledger_keys):
                connection.execute(delete(table).where(table.c.person == person))
            emptied = dict.fromkeys(ASKS)
            own = select(asks.c.id).where(asks.c.person == person)
            connection.execute(update(reviews).where(reviews.c.ask.in_(own)).values(words_sealed=None))
            connection.execute(update(asks).where(asks.c.person == person).values(**emptied, purged=1))
            connection.execute(
                update(proposals)
                .where(proposals.c.person == person)
                .values(title_sealed=None, body_sealed=None)
            )
            gone = {"name_sealed": None, "email_sealed": None, "email_print": None, "roles": ""}
            connection.execute(
                update(persons).where(persons.c.id == person).values(**gone, erased_at=micros(at))
            )

        await self._database.write(unit)
        self._keys.pop(person, None)


def _person(connection: Connection, person: str) -> RowMapping:
    row = connection.execute(select(persons).where(persons.c.id == person)).mappings().first()
    if row is None:
        raise NotFound("person")
    return row


def _plain(record: Any) -> Mapping[str, Any]:
    return {
        "number": record.number,
        "at": record.ask.at.isoformat(),
        "platform": record.ask.place.platform.value,
        "template": record.ask.template,
        "text": record.ask.text,
        "values": dict(record.ask.values),
        "state": record.state.value,
        "category": record.verdict.category,
        "rules": [hit.rule for hit in record.verdict.hits],
        "sent": record.sent,
        "answer": record.answer,
        "edited": record.edited,
        "note": record.note,
        "decision": record.decision,
        "model": record.model,
        "tokens": [record.tokens_in, record.tokens_out],
        "feedback": record.feedback,
    }
