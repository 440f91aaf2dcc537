"""A group of writes sent ahead of its results: faults find their own unit, and the chain stays whole."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine, select, text

from bot.adapters.store import Store
from bot.adapters.store.bulk import filled
from bot.adapters.store.chain import verify
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.sums import rollup_row, tally_rows
from bot.adapters.store.tables_ledger import SUMS, TALLIED, activity, assessment, rollup, tally
from bot.errors import Conflict
from tests.adapters.store.ledger_samples import NOW, opening, settlement


async def test_an_entry_opened_twice_in_a_group_fails_alone(store: Store) -> None:
    await store.database.write(lambda c: open_entry(c, opening("twice")), "asbl")
    wanted = ["a", "twice", "b", "c", "twice", "d"]
    outcomes = await asyncio.gather(
        *(store.database.write(partial(open_entry, opening=opening(one)), "asbl") for one in wanted),
        return_exceptions=True,
    )
    conflicts = [isinstance(one, Conflict) for one in outcomes]
    assert conflicts == [one == "twice" for one in wanted]
    assert await store.database.read(verify) == 5


async def test_an_entry_opened_twice_by_one_alone_is_a_conflict(store: Store) -> None:
    await store.database.write(lambda c: open_entry(c, opening("twice")), "asbl")
    outcome = await asyncio.gather(
        store.database.write(lambda c: open_entry(c, opening("twice")), "asbl"), return_exceptions=True
    )
    assert isinstance(outcome[0], Conflict)


async def test_a_unit_sees_what_it_sent_ahead(store: Store) -> None:
    def unit(connection: Connection) -> int:
        open_entry(connection, opening("one"))
        close_entry(connection, settlement("one"))
        found = connection.execute(select(activity.c.seq)).scalars().all()
        open_entry(connection, opening("two"))
        return len(found)

    assert await store.database.write(unit, "asbl") == 2
    assert await store.database.read(verify) == 3


async def test_a_footprint_belongs_to_the_closing_it_was_written_with(store: Store) -> None:
    names = [f"e{number}" for number in range(8)]

    async def both(name: str) -> None:
        await store.database.write(partial(open_entry, opening=opening(name)), "asbl")
        await store.database.write(partial(close_entry, settlement=settlement(name)), "asbl")

    await asyncio.gather(*map(both, names))
    joined = select(activity.c.entry, activity.c.phase).join(
        assessment, assessment.c.activity == activity.c.seq
    )
    rows = await store.database.read(lambda c: sorted(map(tuple, c.execute(joined))))
    assert rows == [(name, 1) for name in names]


def test_a_made_up_history_verifies_and_adds_up(tmp_path: Path) -> None:
    """What the bench measures on is what the store would have written."""
    url = f"sqlite:///{tmp_path}/made.db"
    filled(url, 2500, 3, NOW, lambda _done, _all: None)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert verify(connection) == 5000
        _sums_match(connection)
    engine.dispose()


def _sums_match(connection: Connection) -> None:
    closed = connection.execute(
        text(
            "SELECT c.seq, c.organisation, c.day, c.kind, c.reason, c.provider, c.model, c.hosting, c.zone, "
            "c.zone_basis, c.token_source, c.tokens_in, c.tokens_cached, c.tokens_cache_write, c.tokens_out, "
            "c.cost_neur, c.latency_us, o.person, o.team, o.area, o.template, o.purpose, o.sample "
            "FROM activity c JOIN activity o ON o.entry = c.entry AND o.phase = 0 WHERE c.phase = 1"
        )
    ).mappings()
    footprints = {row["activity"]: dict(row) for row in connection.execute(select(assessment)).mappings()}
    wanted = {name: dict.fromkeys(names, 0) for name, names in (("rollup", SUMS), ("tally", TALLIED))}
    for row in map(dict, closed):
        opened = {name: row[name] for name in ("organisation", *_OPENED)}
        for sums, added in (
            ("rollup", [rollup_row(opened, row, footprints[row["seq"]])]),
            ("tally", tally_rows(opened, row, footprints[row["seq"]])),
        ):
            for one in added:
                wanted[sums] = {name: value + one[name] for name, value in wanted[sums].items()}
    for table in (rollup, tally):
        for name, value in wanted[table.name].items():
            found = connection.execute(text(f"SELECT sum({name}) FROM {table.name}")).scalar_one()
            assert found == value, (table.name, name)


_OPENED = ("person", "team", "area", "template", "purpose", "sample")
