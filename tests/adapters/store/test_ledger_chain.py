"""The chain: whatever is changed behind the ledger's back is found, and the first broken entry named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from bot.adapters.store import Store, chain
from bot.adapters.store.chain import verify
from bot.adapters.store.ledger import open_entry
from bot.core.calendar import named
from bot.core.digest import digest
from bot.core.person import Organisation
from bot.errors import Tampered
from tests.adapters.store.ledger_samples import NOW, opening, written

ENTRIES = tuple(f"e{number}" for number in range(5))


def behind(connection: Connection, *statements: str) -> None:
    """Do what somebody with the database's password could do: take the triggers away, then write."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER activity_no_{verb}"))
    else:
        connection.execute(text("DROP TRIGGER activity_kept ON activity"))
    for statement in statements:
        connection.execute(text(statement))


async def test_an_untouched_ledger_holds(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    await store.database.write(lambda c: written(c, *ENTRIES))
    checked = await store.database.read(lambda c: verify(c, lambda done, whole: seen.append((done, whole))))
    assert checked == 10
    assert seen == [(10, 10)]


async def test_an_empty_ledger_holds(store: Store) -> None:
    assert await store.database.read(verify) == 0


@pytest.mark.parametrize(
    ("statements", "entry"),
    [
        (["UPDATE activity SET tokens_out = 1 WHERE seq = 4"], 4),
        (["UPDATE activity SET person = 'other' WHERE seq = 5"], 5),
        (["UPDATE activity SET cost_neur = NULL WHERE seq = 6"], 6),
        (["UPDATE activity SET tokens_in = 7 WHERE seq = 3"], 3),
        (["UPDATE activity SET person = 'other' WHERE seq = 8"], 8),
        (
            [
                "UPDATE activity SET provider = 'a\",\"b', model = model_served, model_served = host WHERE seq = 4"
            ],
            4,
        ),
        (["DELETE FROM activity WHERE seq = 3"], 4),
        (["DELETE FROM activity WHERE seq = 1"], 2),
        (
            [
                "UPDATE activity SET entry = 'x', position = -1 WHERE seq = 3",
                "UPDATE activity SET position = 3 WHERE seq = 5",
                "UPDATE activity SET position = 5 WHERE seq = 3",
            ],
            3,
        ),
    ],
    ids=[
        "amount",
        "person",
        "null",
        "tokens read by an opening",
        "person of a closing",
        "moved",
        "deleted",
        "first deleted",
        "swapped",
    ],
)
async def test_the_first_broken_entry_is_named(store: Store, statements: Sequence[str], entry: int) -> None:
    await store.database.write(lambda c: written(c, *ENTRIES))
    await store.database.write(lambda c: behind(c, *statements))
    with pytest.raises(Tampered) as fault:
        await store.database.read(verify)
    assert fault.value.entry == entry


async def test_a_row_put_in_is_named(store: Store) -> None:
    await store.database.write(lambda c: written(c, *ENTRIES))
    columns = "organisation, position, entry, phase, kind, at, day, digest"
    forged = (
        f"INSERT INTO activity ({columns}) SELECT organisation, 11, 'forged', 1, kind, at, day, digest "
        "FROM activity WHERE seq = 10"
    )
    await store.database.write(lambda c: behind(c, forged))
    with pytest.raises(Tampered) as fault:
        await store.database.read(verify)
    assert fault.value.entry == 11


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_bytes_where_a_name_belongs_are_named(store: Store) -> None:
    """SQLite alone takes anything into any column."""
    await store.database.write(lambda c: written(c, *ENTRIES))
    await store.database.write(lambda c: behind(c, "UPDATE activity SET model = x'00ff' WHERE seq = 4"))
    with pytest.raises(Tampered) as fault:
        await store.database.read(verify)
    assert fault.value.entry == 4


async def test_names_with_letters_of_every_script_hold(store: Store) -> None:
    strange = replace(opening("e1"), template="côté / 日本 😀", area="l’« ’ »")
    await store.database.write(lambda c: open_entry(c, strange))
    assert await store.database.read(verify) == 1


async def test_stretches_meet_without_a_gap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "STRETCH", 3)
    await store.database.write(lambda c: written(c, *ENTRIES))
    assert await store.database.read(verify) == 10
    await store.database.write(lambda c: behind(c, "UPDATE activity SET team = 'x' WHERE seq IN (7, 9)"))
    with pytest.raises(Tampered) as fault:
        await store.database.read(verify)
    assert fault.value.entry == 7


@pytest.mark.slow
async def test_several_processes_find_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "STRETCH", 4)
    monkeypatch.setattr(chain, "_ALONE", 0)
    await store.database.write(lambda c: written(c, *ENTRIES))
    assert await store.database.read(verify) == 10
    await store.database.write(lambda c: behind(c, "UPDATE activity SET at = 1 WHERE seq = 5"))
    with pytest.raises(Tampered) as fault:
        await store.database.read(verify)
    assert fault.value.entry == 5


async def test_cutting_off_the_end_is_found_by_a_digests_anchor(store: Store) -> None:
    await store.database.write(lambda c: written(c, *ENTRIES))
    span, today = named("2026-W48"), datetime(2026, 12, 1, tzinfo=UTC).date()
    made = digest(await store.ledger.figures("asbl", span, today), today)
    await store.ledger.keep(made, NOW)
    await store.database.write(lambda c: behind(c, "DELETE FROM activity WHERE seq > 8"))
    with pytest.raises(Tampered, match="2026-W48"):
        await store.database.read(verify)


async def test_each_organisation_has_a_chain_of_its_own(store: Store) -> None:
    await store.setup.organisation(Organisation("autre", "Une autre ASBL"))
    await store.database.write(lambda c: written(c, "e1"))
    await store.database.write(lambda c: open_entry(c, replace(opening("x1"), organisation="autre")))
    assert await store.database.read(verify) == 3
    anchor = (await store.ledger.figures("autre", named("2026-W48"), NOW.date())).anchor
    assert anchor.position == 1
