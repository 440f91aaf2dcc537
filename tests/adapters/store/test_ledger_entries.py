"""Ledger entries: opened, closed exactly once, never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import String, Table, delete, select, update
from sqlalchemy.exc import DBAPIError

from bot.adapters.store import Store
from bot.adapters.store.ledger import close_entry, counter_entry, open_entry
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.tables_ledger import activity, assessment, rollup, tally
from bot.core.ledger import Closing, Settlement
from bot.errors import Conflict, NotFound, StoreError
from tests.adapters.store.ledger_samples import NOW, opening, settlement, written


async def test_an_entry_is_two_rows_dated_in_the_organisations_zone(store: Store) -> None:
    await store.database.write(lambda c: written(c, "e1"))
    rows = await store.database.read(
        lambda c: c.execute(select(activity).order_by(activity.c.seq)).mappings().all()
    )
    assert [(row["kind"], row["position"], row["day"]) for row in rows] == [
        ("opened", 1, 20261124),
        ("settled", 2, 20261124),
    ]
    assert rows[1]["cost_neur"] == 300_000
    gwp = await store.database.read(lambda c: c.execute(select(assessment.c.gwp_mid)).scalar_one())
    assert gwp == 20_000_000


async def test_an_entry_closes_once(store: Store) -> None:
    await store.database.write(lambda c: written(c, "e1"))
    with pytest.raises(Conflict):
        await store.database.write(lambda c: close_entry(c, settlement("e1")))
    assert await store.database.read(lambda c: c.execute(select(rollup.c.entries)).scalar_one()) == 1


async def test_an_entry_opens_once_and_closes_only_when_open(store: Store) -> None:
    await store.database.write(lambda c: open_entry(c, opening("e1")))
    with pytest.raises(Conflict):
        await store.database.write(lambda c: open_entry(c, opening("e1")))
    with pytest.raises(NotFound):
        await store.database.write(lambda c: close_entry(c, settlement("never")))


async def test_an_avoided_entry_has_no_model_and_no_tokens(store: Store) -> None:
    await store.database.write(lambda c: open_entry(c, opening("e1")))
    avoided = Settlement("e1", Closing.AVOIDED, NOW, reason="blocked")
    await store.database.write(lambda c: close_entry(c, avoided))
    row = await store.database.read(
        lambda c: c.execute(select(tally).where(tally.c.scope == "organisation")).mappings().one()
    )
    assert (row["entries"], row["avoided"], row["tokens"]) == (1, 1, 0)


@pytest.mark.parametrize("table", [activity, assessment], ids=lambda table: table.name)
async def test_what_was_written_can_be_neither_changed_nor_deleted(store: Store, table: Table) -> None:
    await store.database.write(lambda c: written(c, "e1"))
    for statement in (update(table).values(at=0), delete(table)):
        with pytest.raises((DBAPIError, StoreError)):
            await store.database.write(lambda c, said=statement: c.execute(said) and None)  # type: ignore[misc]
    kept = await store.database.read(lambda c: c.execute(select(table.c.at)).scalars().all())
    assert kept
    assert 0 not in kept


async def test_a_counter_entry_takes_the_amounts_back_and_leaves_the_rows(store: Store) -> None:
    await store.database.write(lambda c: written(c, "e1"))
    await store.database.write(lambda c: counter_entry(c, "e1", NOW, "wrong_price"))
    sums = await store.database.read(lambda c: c.execute(select(rollup)).mappings().one())
    assert (sums["entries"], sums["cost_neur"], sums["tokens_out"], sums["gwp_high"]) == (0, 0, 0, 0)
    kinds = await store.database.read(
        lambda c: c.execute(select(activity.c.kind).order_by(activity.c.seq)).scalars().all()
    )
    assert kinds == ["opened", "settled", "countered"]
    with pytest.raises(Conflict):
        await store.database.write(lambda c: counter_entry(c, "e1", NOW, "again"))


def test_no_column_can_hold_a_text() -> None:
    for name in ("activity", "assessment", "rollup", "tally"):
        for column in METADATA.tables[name].columns:
            assert not isinstance(column.type, String) or (column.type.length or 9999) <= 480
