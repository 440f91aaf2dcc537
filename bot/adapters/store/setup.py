"""Organisations, teams and first people: what wiring, `sobria invite` and the demonstration set up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select, update

from bot.adapters.store.database import Database
from bot.adapters.store.known import forget
from bot.adapters.store.people import StoredPeople
from bot.adapters.store.rows import insert_new
from bot.adapters.store.tables import organisations, teams
from bot.core.person import Organisation


class Setup:
    """Creates what is missing and mends what has changed; doing it again changes nothing."""

    def __init__(self, database: Database, people: StoredPeople) -> None:
        self._database = database
        self._people = people

    async def organisation(self, organisation: Organisation) -> None:
        """Create or update an organisation."""
        values: dict[str, Any] = {
            "name": organisation.name,
            "timezone": organisation.timezone,
            "language": organisation.language,
            "country": organisation.country,
            "zone": organisation.zone,
        }
        await self._put(organisations, organisation.id, values)
        self._people.forget(organisation.id)

    async def team(self, organisation: str, team: str, name: str) -> None:
        """Create or rename a team."""
        await self._put(teams, team, {"organisation": organisation, "name": name})

    async def teams(self, organisation: str) -> dict[str, str]:
        """Return the names of an organisation's teams by their identifier."""
        query = select(teams.c.id, teams.c.name).where(teams.c.organisation == organisation)
        rows = await self._database.read(lambda c: c.execute(query).all())
        return {row[0]: row[1] for row in rows}

    async def _put(self, table: Table, identifier: str, values: dict[str, Any]) -> None:
        changed = update(table).where(table.c.id == identifier).values(**values)

        def unit(connection: Connection) -> None:
            if not insert_new(connection, table, id=identifier, **values):
                connection.execute(changed)
            forget(connection)  # of an organisation its time zone is remembered

        await self._database.write(unit)
