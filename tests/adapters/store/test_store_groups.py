"""A group of writes sent ahead of its results: faults find their own unit, and the chain stays whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.adapters.store import Store
from bot.adapters.store.bulk import filled
from bot.adapters.store.chain import verify
from bot.adapters.store.database import Database
from bot.adapters.store.known import begin, committed, known
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.prepared import Prepared, Values
from bot.adapters.store.reopening import avoid
from bot.adapters.store.sums import amounts_of, tallied_of, tally_keys
from bot.adapters.store.tables_ledger import SUMS, TALLIED, activity, assessment, rollup, tally
from bot.core.budget import Budget
from bot.core.ledger import Reserve
from bot.core.person import Organisation
from bot.errors import BudgetExhausted, Conflict, NotFound
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


async def test_another_program_may_write_to_the_same_ledger_meanwhile(store: Store, url: str) -> None:
    """What the writer remembers of a chain's end is not believed once somebody else wrote."""
    other = await Database.open(url)
    for name in ("a", "b", "c", "d"):
        for database, entry in ((store.database, name), (other, name * 2)):
            await database.write(partial(open_entry, opening=opening(entry)), "asbl")
    await other.close()
    assert await store.database.read(verify) == 8


async def test_what_was_undone_is_not_remembered(store: Store) -> None:
    def undone(connection: Connection) -> None:
        open_entry(connection, opening("undone"))
        raise Conflict("changed my mind")

    for name in ("a", "b"):
        await asyncio.gather(store.database.write(undone, "asbl"), return_exceptions=True)
        await store.database.write(partial(open_entry, opening=opening(name)), "asbl")
    assert await store.database.read(verify) == 2


async def test_an_opening_that_was_undone_cannot_be_closed(store: Store) -> None:
    """What the writer remembers of an opening does not outlive it, alone or beside others that stand."""

    def undone(connection: Connection) -> None:
        open_entry(connection, opening("undone"))
        raise Conflict("changed my mind")

    standing = [partial(open_entry, opening=opening(name)) for name in "abc"]
    for beside in ([], standing):
        units: list[Callable[[Connection], None]] = [undone, *beside, undone]
        await asyncio.gather(*(store.database.write(unit, "asbl") for unit in units), return_exceptions=True)
        with pytest.raises(NotFound):
            await store.database.write(partial(close_entry, settlement=settlement("undone")), "asbl")
    await asyncio.gather(
        *(store.database.write(partial(close_entry, settlement=settlement(name)), "asbl") for name in "abc")
    )
    assert await store.database.read(verify) == 6


async def test_an_entry_is_closed_once_whichever_program_does_it(store: Store, url: str) -> None:
    """What the writer remembers as open may have been closed by another program since."""
    names = ["a", "b", "c", "d"]
    for name in names:
        await store.database.write(partial(open_entry, opening=opening(name)), "asbl")
    await _closed_elsewhere(url, *names[:2])
    closings = [partial(close_entry, settlement=settlement(name)) for name in names]
    outcomes = await asyncio.gather(
        *(store.database.write(one, "asbl") for one in closings), return_exceptions=True
    )
    assert [isinstance(one, Conflict) for one in outcomes] == [True, True, False, False]
    assert await store.database.read(verify) == 8
    assert await store.database.read(_entries_summed) == 4


async def test_what_another_program_closed_stays_closed_without_a_fault(store: Store, url: str) -> None:
    """Whoever wants it closed in any case goes on with what else is to be written."""
    await store.database.write(partial(open_entry, opening=opening("a")), "asbl")
    await _closed_elsewhere(url, "a")

    def unit(connection: Connection) -> None:
        avoid(connection, "a", NOW, "withdrawn")
        open_entry(connection, opening("b"))

    await store.database.write(unit, "asbl")
    assert await store.database.read(verify) == 3


async def test_a_fault_that_another_unit_swallowed_finds_its_own(store: Store, url: str) -> None:
    """Rows of one unit may be written when another one asks something; it cannot take their fault away."""
    await store.database.write(partial(open_entry, opening=opening("a")), "asbl")
    await _closed_elsewhere(url, "a")

    def asking(connection: Connection) -> None:
        connection.execute(text("SELECT 1"))

    def swallowing(connection: Connection) -> None:
        with suppress(DBAPIError):
            asking(connection)

    closing = partial(close_entry, settlement=settlement("a"))
    first = partial(open_entry, opening=opening("b"))
    units: list[Callable[[Connection], None]] = [first, closing, swallowing, asking]
    outcomes = await asyncio.gather(
        *(store.database.write(unit, "asbl") for unit in units), return_exceptions=True
    )
    assert [isinstance(one, Conflict) for one in outcomes] == [False, True, False, False]
    assert await store.database.read(verify) == 3


async def test_two_closings_of_one_entry_in_a_group_are_one(store: Store) -> None:
    await store.database.write(partial(open_entry, opening=opening("a")), "asbl")
    outcomes = await asyncio.gather(
        *(store.database.write(partial(close_entry, settlement=settlement("a")), "asbl") for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in outcomes) == 4
    assert await store.database.read(_entries_summed) == 1


async def test_a_closing_does_not_read_what_the_same_program_wrote(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Prepared.rows

    def counted(self: Prepared, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        found = rows(self, connection, values)
        if found and len(found[0]) > 1:
            asked.append("the ledger")
        return found

    await store.database.write(partial(open_entry, opening=opening("first")), "asbl")
    monkeypatch.setattr(Prepared, "rows", counted)
    for name in "ab":
        await store.database.write(partial(open_entry, opening=opening(name)), "asbl")
    heads = len(asked)
    await store.database.write(partial(close_entry, settlement=settlement("a")), "asbl")
    assert len(asked) - heads == (0 if store.database.embedded else 1)


async def test_openings_that_are_never_closed_make_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.store.known.MOST_OPEN", 3)
    names = [f"e{number}" for number in range(9)]

    def unit(connection: Connection) -> int:
        for name in names:
            open_entry(connection, opening(name))
        return len(known(connection).openings)

    assert await store.database.write(unit, "asbl") == 3
    for name in names:
        await store.database.write(partial(close_entry, settlement=settlement(name)), "asbl")
    assert await store.database.read(verify) == 18


async def _closed_elsewhere(url: str, *names: str) -> None:
    """Close entries as another program does."""
    other = await Database.open(url)
    for name in names:
        await other.write(partial(close_entry, settlement=settlement(name)), "asbl")
    await other.close()


def _entries_summed(connection: Connection) -> int:
    return int(connection.execute(select(func.sum(rollup.c.entries))).scalar_one())


async def test_a_change_of_the_time_zone_holds_from_the_next_entry_on(store: Store) -> None:
    await store.database.write(partial(open_entry, opening=opening("brussels")), "asbl")
    await store.setup.organisation(Organisation("asbl", "Les Jardins ASBL", timezone="America/New_York"))
    await store.database.write(partial(open_entry, opening=opening("new york")), "asbl")
    days = select(activity.c.day).order_by(activity.c.position)
    assert await store.database.read(lambda c: c.execute(days).scalars().all()) == [20261124, 20261123]


async def test_a_unit_reads_the_sums_of_what_it_closed(store: Store) -> None:
    """Sums are written at the end of a group, but nobody decides on a budget without them."""
    month = Budget(0, "organisation", "", "tokens", "month", 1000, hard=True)
    await store.ledger.set_budget("asbl", month, "k9", NOW)

    def unit(connection: Connection) -> int:
        open_entry(connection, opening("one"))
        close_entry(connection, settlement("one", tokens=300))
        open_entry(connection, opening("two", reserve=Reserve(200)))
        return 0

    outcome = await asyncio.gather(store.database.write(unit, "asbl"), return_exceptions=True)
    assert isinstance(outcome[0], BudgetExhausted)


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


@pytest.mark.slow
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
        amounts = amounts_of(row, footprints[row["seq"]])
        tallied = tallied_of(amounts, row["kind"])
        added = [("rollup", SUMS, amounts)]
        added += [("tally", TALLIED, tallied) for _ in tally_keys(opened, row["day"])]
        for sums, names, values in added:
            for name, value in zip(names, values, strict=True):
                wanted[sums][name] += value
    for table in (rollup, tally):
        for name, value in wanted[table.name].items():
            found = connection.execute(text(f"SELECT sum({name}) FROM {table.name}")).scalar_one()
            assert found == value, (table.name, name)


_OPENED = ("person", "team", "area", "template", "purpose", "sample")


def test_with_care_nothing_is_taken_as_known(blank: Path) -> None:
    """A unit that is run again reads all it needs: another program may have closed what is known as open."""
    engine = create_engine(f"sqlite:///{blank}")
    with engine.connect() as connection:
        begin(connection, careful=False)
        known(connection).opened("a", {"organisation": "asbl"})
        committed(connection)
        begin(connection, careful=False)
        assert known(connection).openings
        committed(connection)
        begin(connection, careful=True)
        assert not known(connection).openings
    engine.dispose()
