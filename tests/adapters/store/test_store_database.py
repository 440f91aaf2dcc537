"""Writing in groups: one unit's failure is its own, nothing is half-written, the outside world may fail."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.adapters.store import Store, open_store
from bot.adapters.store.database import Database
from bot.adapters.store.migrate import LATEST
from bot.core.ask import AskState
from bot.errors import Conflict, StoreError, StoreUnavailable
from tests.adapters.store.conftest import KEY, ORGANISATION
from tests.adapters.store.samples import accepted, enrolled, settled


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Open a database with one table of numbers."""
    opened = await Database.open(url, patience=0.2)
    await opened.write(
        lambda writing: writing.execute(text("CREATE TABLE n (n INTEGER PRIMARY KEY)")) and None
    )
    yield opened
    await opened.close()


def inserting(number: int, *, then: BaseException | None = None) -> Callable[[Connection], int]:
    """Return a unit of work that inserts a number and may fail afterwards."""

    def unit(writing: Connection) -> int:
        writing.execute(text("INSERT INTO n VALUES (:n)"), {"n": number})
        if then is not None:
            raise then
        return number

    return unit


async def numbers(database: Database) -> list[int]:
    """Return the numbers that were kept."""
    return await database.read(lambda reading: list(reading.scalars(text("SELECT n FROM n ORDER BY n"))))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.sampled_from(["keeps", "raises", "repeats"]), min_size=1, max_size=40))
async def test_a_failing_unit_takes_nothing_with_it(database: Database, plan: list[str]) -> None:
    """Expected: whatever the mixture, those that succeed are kept and each caller gets its own outcome."""
    await database.write(lambda writing: writing.execute(text("DELETE FROM n")) and None)
    await database.write(inserting(-1))
    units = [
        inserting(-1 if kind == "repeats" else turn, then=Conflict(str(turn)) if kind == "raises" else None)
        for turn, kind in enumerate(plan)
    ]
    outcomes = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
    for turn, (kind, outcome) in enumerate(zip(plan, outcomes, strict=True)):
        match kind:
            case "keeps":
                assert outcome == turn
            case "raises":
                assert isinstance(outcome, Conflict)
                assert str(outcome) == str(turn)
            case _:
                assert isinstance(outcome, StoreError)
                assert not isinstance(outcome, StoreUnavailable)
    assert await numbers(database) == [-1, *(turn for turn, kind in enumerate(plan) if kind == "keeps")]


async def test_a_reader_sees_what_was_committed_and_cannot_write(database: Database) -> None:
    await database.write(inserting(1))
    assert await numbers(database) == [1]
    if database.embedded:
        with pytest.raises(StoreUnavailable):
            await database.read(lambda reading: reading.execute(text("INSERT INTO n VALUES (2)")))


async def test_a_closed_database_says_so_and_what_waited_was_written(url: str) -> None:
    """Expected: everything accepted before `close` is there afterwards."""
    database = await Database.open(url)
    await database.write(
        lambda writing: writing.execute(text("CREATE TABLE n (n INTEGER PRIMARY KEY)")) and None
    )
    waiting = [asyncio.create_task(database.write(inserting(turn))) for turn in range(50)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == list(range(50))
    with pytest.raises(StoreUnavailable):
        await database.write(inserting(99))
    with pytest.raises(StoreUnavailable):
        await numbers(database)
    again = await Database.open(url)
    assert await numbers(again) == list(range(50))
    await again.close()


async def test_a_database_newer_than_the_program_is_refused(url: str) -> None:
    database = await Database.open(url)
    await database.write(
        lambda writing: writing.execute(text("UPDATE alembic_version SET version_num = '9999'")) and None
    )
    await database.close()
    with pytest.raises(StoreError, match="newer Sobria") as fault:
        await Database.open(url)
    assert LATEST in str(fault.value)


async def test_replicas_that_start_together_make_the_tables_once(url: str) -> None:
    databases = await asyncio.gather(*(Database.open(url) for _ in range(4)))
    made = text("SELECT version_num FROM alembic_version")
    for database in databases:
        assert await database.read(lambda reading: reading.execute(made).scalars().all()) == [LATEST]
    await asyncio.gather(*(database.close() for database in databases))


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", ""])
async def test_an_address_that_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="url"):
        await Database.open(url)


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        await Database.open("postgresql://nobody@127.0.0.1:1/nothing")


async def test_a_missing_folder_a_folder_and_a_damaged_file_are_said_in_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database" * 500)
    for path in (tmp_path / "nowhere" / "store.db", tmp_path, damaged):
        with pytest.raises(StoreUnavailable):
            await Database.open(f"sqlite:///{path}")


async def test_a_locked_database_is_unavailable_then_well_again(tmp_path: Path, blank: Path) -> None:
    """Expected: a clear error while another program holds it, nothing half-written, no restart needed."""
    file = tmp_path / "store.db"
    shutil.copy(blank, file)
    database = await Database.open(f"sqlite:///{file}", patience=0.05)
    await database.write(
        lambda writing: writing.execute(text("CREATE TABLE n (n INTEGER PRIMARY KEY)")) and None
    )
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcomes = await asyncio.gather(*(database.write(inserting(n)) for n in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 5
    assert "locked" in str(outcomes[0])
    other.execute("COMMIT")
    other.close()
    assert await database.write(inserting(7)) == 7
    assert await numbers(database) == [7]
    await database.close()


@pytest.mark.slow
async def test_a_full_disk_is_unavailable_and_nothing_is_half_written(tmp_path: Path, blank: Path) -> None:
    """Expected: asks refused with a sentence; what was there is whole; room again, it goes on."""
    file = tmp_path / "store.db"
    shutil.copy(blank, file)
    store = await open_store(f"sqlite:///{file}", [KEY])
    await store.setup.organisation(ORGANISATION)
    person = await enrolled(store)
    before = await accepted(store, person)
    await _pages(store, most=0)
    asked = (accepted(store, person, "texte " * 4000) for _ in range(300))
    faults = [
        one for one in await asyncio.gather(*asked, return_exceptions=True) if isinstance(one, Exception)
    ]
    assert faults
    assert all(isinstance(fault, StoreUnavailable) and "full" in str(fault) for fault in faults)
    kept = len(await store.asks.recent(person.id, 1000))
    assert (await store.asks.recent(person.id, 1))[0].number == kept
    await _pages(store, most=1_000_000)
    assert (await accepted(store, person)).number == kept + 1
    done = await store.asks.settle(before.ask.id, AskState.ANSWERED, settled(before.entry), answer="oui")
    assert done.answer == "oui"
    assert await store.check()
    await store.close()


async def _pages(store: Store, most: int) -> None:
    """Limit the file to `most` pages, or to those it has: what a full disk does."""
    await store.database.write(
        lambda writing: writing.exec_driver_sql(f"PRAGMA max_page_count = {most or 1}").close()
    )
