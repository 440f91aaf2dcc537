"""Ledger entries: opened, closed exactly once, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Connection, String, Table, create_engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.adapters.store.ledger import close_entry, counter_entry, open_entry
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.tables_ledger import activity, assessment, rollup, tally
from bot.core.footprint import Footprint, Range
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.model import ModelCard, Usage
from bot.errors import Conflict, NotFound

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
CARD = ModelCard("mini", "mistralai", "mistral-small-latest")
SOME = Range(1e-5, 2e-5, 3e-5)
FOOTPRINT = Footprint(SOME, SOME, method="sobria-1", factors="abc", tier="model", zone="BEL", matched="exact")


@pytest.fixture
def connection() -> Iterator[Connection]:
    if "organisations" not in METADATA.tables:
        Table("organisations", METADATA, Column("id", String, primary_key=True), Column("timezone", String))
    engine = create_engine("sqlite://")
    names = (
        "organisations",
        "activity",
        "assessment",
        "rollup",
        "tally",
        "budget",
        "budget_grant",
        "reservation",
    )
    METADATA.create_all(engine, tables=[METADATA.tables[name] for name in names])
    with engine.begin() as made:
        made.execute(text("PRAGMA foreign_keys=off"))
        yield made
    engine.dispose()


@pytest.fixture(autouse=True)
def organisation(connection: Connection) -> None:
    known = {"id": "asbl", "name": "ASBL", "timezone": "Europe/Brussels"}
    columns = METADATA.tables["organisations"].c.keys()
    connection.execute(
        METADATA.tables["organisations"].insert().values({k: v for k, v in known.items() if k in columns})
    )


def opening(entry: str = "e1") -> Opening:
    return Opening(entry, "asbl", "accueil", "k1", NOW, ask="a1", area="dons", template="merci")


def settlement(entry: str = "e1") -> Settlement:
    usage = Usage(100, 200)
    return Settlement(
        entry, Closing.SETTLED, NOW, CARD, "small-2506", usage, 1.5, 0.3, 0.0001, None, FOOTPRINT
    )


def test_an_entry_is_two_rows_dated_in_the_organisations_zone(connection: Connection) -> None:
    open_entry(connection, opening())
    close_entry(connection, settlement())
    rows = connection.execute(select(activity).order_by(activity.c.seq)).mappings().all()
    assert [(row["kind"], row["position"], row["day"]) for row in rows] == [
        ("opened", 1, 20261124),
        ("settled", 2, 20261124),
    ]
    assert rows[1]["cost_neur"] == 100_000
    assert connection.execute(select(assessment.c.gwp_mid)).scalar_one() == 20_000_000


def test_an_entry_closes_once(connection: Connection) -> None:
    open_entry(connection, opening())
    close_entry(connection, settlement())
    with pytest.raises(Conflict):
        close_entry(connection, settlement())
    assert connection.execute(select(rollup.c.entries)).scalar_one() == 1


def test_an_entry_opens_once_and_closes_only_when_open(connection: Connection) -> None:
    open_entry(connection, opening())
    with pytest.raises(Conflict):
        open_entry(connection, opening())
    with pytest.raises(NotFound):
        close_entry(connection, settlement("never"))


def test_an_avoided_entry_has_no_model_and_no_tokens(connection: Connection) -> None:
    open_entry(connection, opening())
    close_entry(connection, Settlement("e1", Closing.AVOIDED, NOW, reason="blocked"))
    row = connection.execute(select(tally).where(tally.c.scope == "organisation")).mappings().one()
    assert (row["entries"], row["avoided"], row["tokens"]) == (1, 1, 0)


@pytest.mark.parametrize("table", [activity, assessment], ids=lambda table: table.name)
def test_what_was_written_can_be_neither_changed_nor_deleted(connection: Connection, table: Table) -> None:
    open_entry(connection, opening())
    close_entry(connection, settlement())
    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(update(table).values(at=0))
    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(delete(table))


def test_a_counter_entry_takes_the_amounts_back_and_leaves_the_rows(connection: Connection) -> None:
    open_entry(connection, opening())
    close_entry(connection, settlement())
    counter_entry(connection, "e1", NOW, "wrong_price")
    sums = connection.execute(select(rollup)).mappings().one()
    assert (sums["entries"], sums["cost_neur"], sums["tokens_out"], sums["gwp_high"]) == (0, 0, 0, 0)
    assert connection.execute(select(activity.c.kind).order_by(activity.c.seq)).scalars().all() == [
        "opened",
        "settled",
        "countered",
    ]
    with pytest.raises(Conflict):
        counter_entry(connection, "e1", NOW, "again")


def test_no_column_can_hold_a_text() -> None:
    for name in ("activity", "assessment", "rollup", "tally"):
        for column in METADATA.tables[name].columns:
            assert not isinstance(column.type, String) or (column.type.length or 9999) <= 480
