"""Prompts that people propose for the library, and examples that mentors propose for the policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, and_, insert, select, update

from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.rows import Row
from bot.adapters.store.tables import organisations, proposals
from bot.core.person import Person
from bot.core.policy.teaching import Proposed
from bot.errors import Conflict, NotFound

_EXAMPLE = "\x1fexample:"
"""How the sealed title of a proposed example begins; nobody can type it."""


class StoredProposals:
    """Fills ports.Proposals."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def propose(self, person: Person, title: str, body: str, at: datetime) -> int:
        """Keep a proposed prompt and return its number."""
        proposal = uuid4().hex
        row = {
            "id": proposal,
            "organisation": person.organisation,
            "person": person.id,
            "at": micros(at),
            "title_sealed": self._cipher.seal(title, place("proposals", proposal, "title")),
            "body_sealed": self._cipher.seal(body, place("proposals", proposal, "body")),
        }
        counted = (
            update(organisations)
            .where(organisations.c.id == person.organisation)
            .values(proposals=organisations.c.proposals + 1)
            .returning(organisations.c.proposals)
        )

        def unit(connection: Connection) -> int:
            number = connection.scalar(counted)
            if number is None:
                raise NotFound("organisation")
            connection.execute(insert(proposals).values(**row, number=number))
            return int(number)

        return await self._database.write(unit)

    async def waiting(self, organisation: str) -> tuple[tuple[int, str, str], ...]:
        """Return (number, title, body) of proposed prompts that nobody has vetted."""
        rows = await self._kept(organisation)
        found = ((row["number"], self._text(row, "title"), self._text(row, "body")) for row in rows)
        return tuple(each for each in found if not each[1].startswith(_EXAMPLE))

    async def _kept(self, organisation: str) -> Sequence[Row]:
        query = (
            select(proposals)
            .where(
                proposals.c.organisation == organisation,
                proposals.c.vetted_at.is_(None),
                proposals.c.body_sealed.is_not(None),
            )
            .order_by(proposals.c.number)
        )
        return await self._database.read(lambda reading: reading.execute(query).mappings().all())

    async def teach(self, person: Person, label: str, text: str, at: datetime) -> int:
        """Keep a proposed example of the policy."""
        return await self.propose(person, _EXAMPLE + label, text, at)

    async def examples(self, organisation: str) -> tuple[Proposed, ...]:
        """Return the proposed examples, oldest first."""
        rows = await self._kept(organisation)
        found = ((row["number"], self._text(row, "title"), self._text(row, "body")) for row in rows)
        return tuple(
            Proposed(number, title.removeprefix(_EXAMPLE), body)
            for number, title, body in found
            if title.startswith(_EXAMPLE)
        )

    async def vet(self, organisation: str, number: int, mentor: str, accepted: bool, at: datetime) -> None:
        """Keep what a mentor decides on a proposal. Raises Conflict when somebody was first."""
        this = and_(proposals.c.organisation == organisation, proposals.c.number == number)
        values = {"vetted_by": mentor, "vetted_at": micros(at), "accepted": int(accepted)}

        def unit(connection: Connection) -> None:
            vetted = update(proposals).where(this, proposals.c.vetted_at.is_(None)).values(**values)
            if connection.execute(vetted).rowcount == 1:
                return
            known = connection.scalar(select(proposals.c.id).where(this))
            raise NotFound("proposal") if known is None else Conflict("decided")

        await self._database.write(unit)

    def _text(self, row: Row, column: str) -> str:
        sealed = row[f"{column}_sealed"]
        return str(self._cipher.open(sealed, place("proposals", row["id"], column)))
