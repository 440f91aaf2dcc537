"""Budgets: what is left is counted to the last token, also when many ask at once."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial

import pytest

from bot.adapters.store import Store
from bot.adapters.store.ledger import close_entry, open_entry
from bot.core.budget import Budget, Measure, Scope
from bot.core.ledger import Reserve
from bot.errors import BudgetExhausted, NotFound
from tests.adapters.store.ledger_samples import NOW, opening, settlement, written

TODAY = date(2026, 11, 24)  # in Brussels it is past midnight


def budget(
    amount: int, *, scope: Scope = "organisation", subject: str = "", measure: Measure = "tokens"
) -> Budget:
    return Budget(0, scope, subject, measure, "month", amount, hard=True)


async def test_concurrent_asks_cannot_overshoot_a_hard_budget(store: Store) -> None:
    await store.ledger.set_budget("asbl", budget(1000), "k9", NOW)
    asked = [opening(f"e{number}", reserve=Reserve(300)) for number in range(12)]
    opened = await asyncio.gather(
        *(store.database.write(partial(open_entry, opening=one)) for one in asked), return_exceptions=True
    )
    assert sum(isinstance(one, BudgetExhausted) for one in opened) == 9
    (room,) = await store.ledger.rooms("asbl", None, "k1", TODAY)
    assert (room.used, room.held, room.left) == (0, 900, 100)


async def test_closing_gives_back_what_was_not_used(store: Store) -> None:
    await store.ledger.set_budget("asbl", budget(1000), "k9", NOW)
    await store.database.write(lambda c: open_entry(c, opening("e1", reserve=Reserve(900))))
    with pytest.raises(BudgetExhausted):
        await store.database.write(lambda c: open_entry(c, opening("e2", reserve=Reserve(900))))
    await store.database.write(lambda c: close_entry(c, settlement("e1", tokens=20)))
    (room,) = await store.ledger.rooms("asbl", None, "k1", TODAY)
    assert (room.used, room.held) == (60, 0)
    await store.database.write(lambda c: open_entry(c, opening("e2", reserve=Reserve(900))))


async def test_an_ask_that_calls_no_model_needs_no_budget(store: Store) -> None:
    await store.ledger.set_budget("asbl", budget(0), "k9", NOW)
    await store.database.write(lambda c: open_entry(c, opening("e1")))
    (room,) = await store.ledger.rooms("asbl", None, "k1", TODAY)
    assert (room.used, room.held) == (0, 0)


@pytest.mark.parametrize(
    ("scope", "subject", "stopped"),
    [("team", "accueil", True), ("team", "projets", False), ("person", "k1", True), ("person", "*", True)],
)
async def test_a_budget_holds_for_its_own(store: Store, scope: Scope, subject: str, stopped: bool) -> None:
    await store.ledger.set_budget("asbl", budget(10, scope=scope, subject=subject), "k9", NOW)
    attempt = store.database.write(lambda c: open_entry(c, opening("e1", reserve=Reserve(11))))
    if stopped:
        with pytest.raises(BudgetExhausted, match=scope):
            await attempt
    else:
        await attempt


async def test_a_mentors_grant_holds_for_the_present_period_only(store: Store) -> None:
    number = await store.ledger.set_budget("asbl", budget(100), "k9", NOW)
    await store.database.write(lambda c: written(c, "e1"))
    await store.ledger.grant("asbl", number, 500, TODAY, "k9", NOW)
    (room,) = await store.ledger.rooms("asbl", None, "k1", TODAY)
    assert (room.limit, room.used) == (600, 300)
    (later,) = await store.ledger.rooms("asbl", None, "k1", date(2026, 12, 1))
    assert (later.limit, later.used) == (100, 0)
    with pytest.raises(NotFound):
        await store.ledger.grant("autre", number, 500, TODAY, "k9", NOW)


async def test_money_and_carbon_count_as_well(store: Store) -> None:
    await store.ledger.set_budget("asbl", budget(10**9, measure="euros"), "k9", NOW)
    await store.ledger.set_budget("asbl", budget(10**9, measure="gco2e"), "k9", NOW)
    await store.database.write(lambda c: written(c, "e1"))
    euros, grams = await store.ledger.rooms("asbl", None, "k1", TODAY)
    assert euros.used == 300_000
    assert grams.used == 20_000_000


async def test_a_new_budget_takes_the_place_of_the_one_before_and_can_end(store: Store) -> None:
    await store.ledger.set_budget("asbl", budget(10), "k9", NOW)
    number = await store.ledger.set_budget("asbl", budget(20), "k9", NOW)
    assert [room.limit for room in await store.ledger.rooms("asbl", None, "k1", TODAY)] == [20]
    await store.ledger.end_budget("asbl", number, NOW)
    assert await store.ledger.rooms("asbl", None, "k1", TODAY) == ()
