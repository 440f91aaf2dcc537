"""Migrations make exactly the tables that the code knows."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text

from bot.adapters.store.database import Database
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.migrate import LATEST, revision
from bot.adapters.store.migrations import versions
from bot.adapters.store.tables_ledger import KEPT, tally
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


async def test_sums_are_kept_when_the_day_comes_first_in_their_key(url: str) -> None:
    """Expected: a database of revision 0005 opens with the same sums, by another key."""
    sums = [
        {"organisation": name, "scope": "person", "subject": "cle", "day": day, "sample": 0, "tokens": day}
        for name in ("asbl", "club")
        for day in (20261130, 20261201)
    ]

    def turned_back(writing: Connection) -> None:
        for statement in _earlier_tally(embedded=database.embedded):
            writing.exec_driver_sql(statement)
        writing.execute(insert(tally), sums)
        writing.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")

    def kept(reading: Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
        rows = select(tally.c.organisation, tally.c.day, tally.c.tokens).order_by(tally.c.day)
        found = [tuple(row) for row in reading.execute(rows)]
        return inspect(reading).get_pk_constraint("tally")["constrained_columns"], sorted(found)

    database = await Database.open(url)
    await database.write(turned_back)
    await database.close()
    database = await Database.open(url)
    key, rows = await database.read(kept)
    await database.close()
    assert key == ["day", "organisation", "scope", "subject", "sample"]
    assert rows == sorted((one["organisation"], one["day"], one["tokens"]) for one in sums)


def _earlier_tally(*, embedded: bool) -> list[str]:
    """Return what puts `tally` back as the first migration made it."""
    dialect = "sqlite" if embedded else "postgresql"
    first = (Path(versions.__path__[0]) / f"0001_first.{dialect}.sql").read_text(encoding="utf-8")
    made = next(one for one in first.split(";\n\n") if one.startswith("CREATE TABLE tally "))
    return ["DROP TABLE tally", made]
