"""Migrations make exactly the tables that the code knows."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.adapters.store.database import Database
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.migrate import LATEST, revision
from bot.adapters.store.tables_ledger import KEPT
from bot.errors import StoreError


async def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    """Expected: no difference; when there is one, write the next migration in migrations/versions."""

    def differences(reading: Connection) -> list[Any]:
        context = MigrationContext.configure(reading, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    database = await Database.open(url)
    assert await database.read(differences) == []
    assert await database.read(revision) == LATEST
    await database.close()


@pytest.mark.parametrize("table", KEPT)
async def test_the_ledger_can_be_neither_changed_nor_emptied(url: str, table: str) -> None:
    database = await Database.open(url)

    def defended(reading: Connection) -> int:
        query = (
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            if database.embedded
            else "SELECT count(*) FROM pg_trigger WHERE tgrelid = cast(:table AS regclass)"
        )
        return int(reading.execute(text(query), {"table": table}).scalar_one())

    assert await database.read(defended) >= 1
    if not database.embedded:  # SQLite's run for each row, and there is none yet
        with pytest.raises(StoreError, match="refused"):
            await database.read(lambda reading: reading.execute(text(f"DELETE FROM {table}")))
    await database.close()


async def test_an_open_of_an_up_to_date_database_changes_nothing(blank: Path) -> None:
    """Expected: the same tables and rows after many opens."""
    before = dump(blank)
    for _ in range(3):
        await (await Database.open(f"sqlite:///{blank}")).close()
    assert dump(blank) == before


def dump(file: Path) -> list[str]:
    """Return a database file as SQL."""
    connection = sqlite3.connect(file)
    lines = list(connection.iterdump())
    connection.close()
    return lines
