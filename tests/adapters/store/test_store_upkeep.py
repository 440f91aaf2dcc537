"""Looking after the embedded file: sound or not, copied while in use, made small again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.adapters.store import Store, open_store
from bot.adapters.store.upkeep import backup, faults
from bot.errors import StoreError, StoreUnavailable, WrongUse
from tests.adapters.store.conftest import KEY, ORGANISATION
from tests.adapters.store.samples import NOW, accepted, enrolled


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Store]:
    """Open an embedded store with one organisation."""
    store = await open_store(f"sqlite:///{tmp_path}/store.db", [KEY])
    await store.setup.organisation(ORGANISATION)
    yield store
    await store.close()


def beside(file: Path) -> list[str]:
    """Return the names of the files that begin like this one."""
    return sorted(path.name for path in file.parent.glob(f"{file.name}*"))


async def test_a_copy_made_while_people_ask_is_whole(embedded: Store, tmp_path: Path) -> None:
    """Expected: one sound file that opens with the same key and holds what was there when it began."""
    person = await enrolled(embedded)
    first = await accepted(embedded, person)
    copy = tmp_path / "copy.db"
    await asyncio.gather(embedded.backup(copy), *(accepted(embedded, person) for _ in range(20)))
    assert faults(copy) == ()
    assert beside(copy) == ["copy.db"]
    restored = await open_store(f"sqlite:///{copy}", [KEY])
    assert await restored.asks.by_number("asbl", 1) == first
    await restored.close()


async def test_a_copy_never_overwrites_and_never_stays_half_made(embedded: Store, tmp_path: Path) -> None:
    file = embedded.database.file
    assert file is not None
    taken = tmp_path / "taken.db"
    taken.touch()
    with pytest.raises(WrongUse):
        await embedded.backup(taken)
    with pytest.raises(StoreUnavailable):
        backup(file, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StoreError):
        backup(tmp_path / "missing.db", tmp_path / "copy.db")
    assert beside(tmp_path / "copy.db") == []


async def test_progress_reaches_the_end(embedded: Store, tmp_path: Path) -> None:
    file = embedded.database.file
    assert file is not None
    seen: list[tuple[int, int]] = []
    backup(file, tmp_path / "copy.db", lambda done, pages: seen.append((done, pages)))
    assert seen
    assert seen[-1][0] == seen[-1][1] > 0


async def test_a_damaged_file_is_found_out(embedded: Store, tmp_path: Path) -> None:
    assert await embedded.check()
    copy = tmp_path / "damaged.db"
    await embedded.backup(copy)
    page = bytearray(copy.read_bytes())
    page[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    copy.write_bytes(bytes(page))
    assert faults(copy)


async def test_compacting_gives_the_room_of_purged_texts_back(embedded: Store) -> None:
    person = await enrolled(embedded)
    for _ in range(20):
        await accepted(embedded, person, "mot " * 5000)
    await embedded.asks.purge(NOW + timedelta(days=1))
    assert await embedded.compact() > 300_000
    assert len(await embedded.asks.recent(person.id, 50)) == 20


async def test_a_person_gets_a_file_of_their_own(embedded: Store, tmp_path: Path) -> None:
    """Expected: their texts and accounts as tables that any tool opens; nobody else's."""
    person, other = await enrolled(embedded, "Sophie Lambert"), await enrolled(embedded, "Luc")
    await accepted(embedded, person, "Ma question")
    await accepted(embedded, other, "Sa question")
    file = tmp_path / "sophie.db"
    await embedded.hand_over(person.id, file)
    with pytest.raises(WrongUse):
        await embedded.hand_over(person.id, file)
    made = Database(file)
    assert [row["name"] for row in made.table("person").rows] == ["Sophie Lambert"]
    assert [row["text"] for row in made.table("asks").rows] == ["Ma question"]
    assert {"accounts", "ledger"} <= set(made.table_names())
    made.close()
