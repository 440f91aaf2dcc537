"""Keys of programs in the store: shown once, kept as digests, over at their end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, select

from bot.adapters.store import Store, migrate
from bot.adapters.store.tables import api_keys
from bot.core.api_key import PREFIX, read
from bot.core.person import Organisation
from bot.errors import Conflict, NotFound
from tests.adapters.store.samples import LATER, NOW, enrolled


async def test_a_key_asks_in_its_persons_name_until_it_ends(store: Store) -> None:
    person = await enrolled(store)
    key = await store.keys.make(person.id, "site", NOW, LATER)
    assert await store.keys.holder(key, NOW) == person
    assert await store.keys.holder(key, LATER) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "",
        lambda key: PREFIX,
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key.upper(),
        lambda key: key.removeprefix(PREFIX),
        lambda key: key.rpartition("-")[0],
        lambda key: PREFIX + "000000000000-" + key.rpartition("-")[2],
        lambda key: key.rpartition("-")[0] + "-é\ud800",
    ],
)
async def test_another_key_is_nobodys(store: Store, change: object) -> None:
    person = await enrolled(store)
    key = await store.keys.make(person.id, "site", NOW, LATER)
    assert callable(change)
    assert await store.keys.holder(change(key), NOW) is None


async def test_the_secret_is_kept_nowhere(store: Store) -> None:
    person = await enrolled(store)
    parts = read(await store.keys.make(person.id, "le site", NOW, LATER))
    assert parts is not None
    rows = await store.database.read(lambda reading: reading.execute(select(api_keys)).all())
    assert parts[1] not in repr(rows)
    assert "le site" not in repr(rows)


async def test_a_revoked_key_is_refused_from_then_on_and_others_hold(store: Store) -> None:
    person = await enrolled(store)
    first, second = [await store.keys.make(person.id, "site", NOW, LATER) for _ in range(2)]
    parts = read(first)
    assert parts is not None
    await store.keys.revoke("asbl", parts[0], NOW)
    assert await store.keys.holder(first, NOW) is None
    assert await store.keys.holder(second, NOW) == person
    with pytest.raises(Conflict):
        await store.keys.revoke("asbl", parts[0], NOW)


async def test_another_organisations_key_can_be_neither_seen_nor_revoked(store: Store) -> None:
    await store.setup.organisation(Organisation("autre", "Autre ASBL"))
    person = await enrolled(store)
    await store.keys.make(person.id, "site", NOW, LATER)
    assert await store.keys.listed("autre") == ()
    (listed,) = await store.keys.listed("asbl")
    with pytest.raises(NotFound):
        await store.keys.revoke("autre", listed.id, NOW)
    assert listed.valid(NOW)


async def test_keys_are_listed_with_their_holder_and_forgotten_long_after_their_end(store: Store) -> None:
    person = await enrolled(store, "Sophie Lambert")
    await store.keys.make(person.id, "le site", NOW, LATER)
    (listed,) = await store.keys.listed("asbl")
    assert (listed.holder, listed.purpose, listed.until) == ("Sophie Lambert", "le site", LATER)
    much_later = LATER + timedelta(days=100)
    await store.keys.make(person.id, "le prochain", much_later, much_later + timedelta(days=1))
    assert [one.purpose for one in await store.keys.listed("asbl")] == ["le prochain"]


async def test_a_person_is_told_of_their_keys_and_erasing_them_ends_the_keys(store: Store) -> None:
    person = await enrolled(store)
    key = await store.keys.make(person.id, "le site", NOW, LATER)
    exported = await store.people.export(person.id)
    assert [one["purpose"] for one in exported["api_keys"]] == ["le site"]
    await store.people.erase(person.id, NOW)
    assert await store.keys.holder(key, NOW) is None
    assert await store.keys.listed("asbl") == ()


def test_a_database_of_the_first_release_gets_the_table(tmp_path: Path) -> None:
    """Expected: what an older program made is brought up to date at the start."""
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    configured = Config()
    configured.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with engine.begin() as connection:
        configured.attributes["connection"] = connection
        command.upgrade(configured, "0001")
    assert not inspect(engine).has_table("api_keys")
    migrate.migrate(engine)
    assert inspect(engine).has_table("api_keys")
    engine.dispose()
