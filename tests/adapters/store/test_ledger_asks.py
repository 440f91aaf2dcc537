"""What a digest calls an ask: what a person asked, however many calls of a model it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.adapters.store import Store
from bot.adapters.store.ledger import close_entry, open_entry
from bot.core.calendar import named
from bot.core.digest import DayOfAsks, Digest, digest
from bot.core.ledger import Closing, Purpose
from tests.adapters.store.ledger_samples import opening, settlement
from tests.adapters.store.samples import NOW, accepted, enrolled

WEEK = named("2026-W48")


async def told(store: Store) -> Digest:
    today = WEEK.last + timedelta(days=1)
    return digest(await store.ledger.figures("asbl", WEEK, today), today)


async def answered(store: Store, *, days: int) -> None:
    """Have an ask answered at the second attempt, after a second opinion."""
    at = NOW + timedelta(days=days)
    record = await accepted(store, await enrolled(store), at=at)
    retried = replace(opening(f"{record.entry}-2"), ask=record.ask.id, at=at, parent=record.entry)
    failed = replace(settlement(record.entry), at=at, closing=Closing.FAILED)
    await store.asks.retry(record.ask.id, failed, retried)
    await store.database.write(lambda c: close_entry(c, replace(settlement(retried.entry), at=at)))
    second = replace(opening(f"{record.entry}-o"), at=at, purpose=Purpose.SECOND_OPINION)
    await store.database.write(lambda c: open_entry(c, second))
    await store.database.write(lambda c: close_entry(c, replace(settlement(second.entry), at=at)))


async def test_second_opinions_and_retries_are_no_asks(store: Store) -> None:
    for days in (-14, -7, -7, 0, 0, 0):
        await answered(store, days=days)
    made = await told(store)
    assert made.counts.asks == 3
    assert made.total.calls == 9
    assert (made.asks_before, made.mean[0], made.mean_over) == (2, 1.5, 2)
    assert made.asks_by_day == (DayOfAsks(NOW.date(), 3, 0),)


async def test_a_second_opinion_is_no_use_of_a_prompt(store: Store) -> None:
    for _ in range(3):
        await answered(store, days=0)
    assert [(use.name, use.uses) for use in (await told(store)).prompts] == [("merci", 3)]


async def test_the_sample_is_compared_with_the_sample(store: Store) -> None:
    for days, count in ((-7, 2), (0, 3)):
        for number in range(count):
            one = replace(opening(f"s{days}{number}"), sample=True, at=NOW + timedelta(days=days))
            await store.database.write(partial(open_entry, opening=one))
            closed = replace(settlement(one.entry), at=one.at)
            await store.database.write(partial(close_entry, settlement=closed))
    made = await told(store)
    assert (made.counts.asks, made.asks_before) == (3, 2)
