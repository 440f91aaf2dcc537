"""Totals equal the sum of entries: in any order, written at once, restated, with a person gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import Connection, func, select

from bot.adapters.store import Store
from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.ledger_reading import daily, of_person, slices
from bot.adapters.store.ledger_rows import microseconds
from bot.adapters.store.restatement import restate
from bot.adapters.store.tables_ledger import activity, assessment
from bot.core.calendar import around
from bot.core.digest import digest
from bot.core.footprint import Footprint, Range
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.model import ModelCard, Usage
from bot.core.sums import total
from tests.adapters.store.ledger_samples import FOOTPRINT, NOW, opening, settlement, written

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def truth(connection: Connection) -> tuple[int, int, int, int]:
    """Return entries, tokens written, money and gwp as the rows themselves add up."""
    closed = activity.c.phase > 0
    rows = select(func.sum(activity.c.tokens_out), func.sum(activity.c.cost_neur)).where(closed)
    tokens, cost = connection.execute(rows).one()
    entries = connection.execute(select(func.count()).where(activity.c.phase == 1)).scalar_one()
    latest = (
        select(assessment.c.activity, func.max(assessment.c.revision).label("revision"))
        .group_by(assessment.c.activity)
        .subquery()
    )
    current = select(func.sum(assessment.c.gwp_mid)).join(
        latest,
        (latest.c.activity == assessment.c.activity) & (latest.c.revision == assessment.c.revision),
    )
    return int(entries), int(tokens or 0), int(cost or 0), int(connection.execute(current).scalar_one() or 0)


def summed(connection: Connection) -> tuple[int, int, int, int]:
    """Return the same from the sums by day."""
    whole = total(part.sums for part in slices(connection, "asbl", FIRST, LAST))
    by_day = total(sums for _, sums in daily(connection, "asbl", FIRST, LAST))
    assert (by_day.entries, by_day.cost_neur, by_day.gwp) == (whole.entries, whole.cost_neur, whole.gwp)
    return whole.entries, whole.tokens_out, whole.cost_neur, whole.gwp[1]


def varied(number: int, chance: Random) -> tuple[Opening, Settlement]:
    days = chance.randrange(20)
    opened = replace(
        opening(f"e{number}", days=days, team=chance.choice(["a", "b", None])), person=f"k{number % 3}"
    )
    closed = settlement(f"e{number}", days=days, tokens=chance.randrange(1, 9999))
    kind = chance.choice([Closing.SETTLED, Closing.SETTLED, Closing.FAILED, Closing.AVOIDED])
    if kind is Closing.AVOIDED:
        return opened, Settlement(opened.entry, kind, closed.at, reason="blocked")
    bound = chance.random() * 1e-3
    assessed = replace(FOOTPRINT, gwp=Range(bound / 2, bound, bound * 3))
    return opened, replace(closed, closing=kind, footprint=chance.choice([assessed, None]))


@pytest.mark.parametrize("seed", range(3))
async def test_totals_are_the_sum_of_entries_written_at_once_in_any_order(store: Store, seed: int) -> None:
    chance = Random(seed)
    pairs = [varied(number, chance) for number in range(40)]
    await asyncio.gather(*(store.database.write(partial(open_entry, opening=one)) for one, _ in pairs))
    chance.shuffle(pairs)
    await asyncio.gather(*(store.database.write(partial(close_entry, settlement=one)) for _, one in pairs))
    assert await store.database.read(summed) == await store.database.read(truth)
    people = [
        await store.database.read(
            partial(of_person, organisation="asbl", key=f"k{n}", first=FIRST, last=LAST)
        )
        for n in range(3)
    ]
    assert sum(one.entries for one in people) == 40


def heavier(_card: ModelCard, usage: Usage, _latency: float, _measured: float | None) -> Footprint:
    each = usage.output * 1e-6
    return replace(FOOTPRINT, gwp=Range(each, 2 * each, 3 * each), factors="2027", zone="BEL")


async def test_a_restatement_adds_up_and_keeps_the_old_figures(store: Store) -> None:
    chance = Random(1)
    for number in range(20):
        opened, closed = varied(number, chance)
        await store.database.write(partial(open_entry, opening=opened))
        await store.database.write(partial(close_entry, settlement=closed))
    before = await store.database.read(lambda c: c.execute(select(func.count(assessment.c.at))).scalar_one())
    work = partial(
        restate, organisation="asbl", after=0, assess=heavier, factors="2027", at=microseconds(NOW)
    )
    changed, after = await store.database.write(work)
    assert changed > 0
    assert after == 0
    assert await store.database.read(summed) == await store.database.read(truth)
    now = await store.database.read(lambda c: c.execute(select(func.count(assessment.c.at))).scalar_one())
    assert now == before + changed
    assert await store.database.write(work) == (0, 0)


async def test_a_digest_says_the_same_when_asked_again_until_it_is_restated(store: Store) -> None:
    span, today = around("week", NOW.date()), NOW.date() + timedelta(days=14)
    await store.database.write(lambda c: written(c, "e1", "e2"))
    first = digest(await store.ledger.figures("asbl", span, today), today)
    assert await store.ledger.keep(first, NOW) == first
    await store.database.write(lambda c: written(c, "e3"))
    assert await store.ledger.kept("asbl", span.name) == first
    again = digest(await store.ledger.figures("asbl", span, today), today)
    assert again.total != first.total
    assert await store.ledger.keep(again, NOW) == first
    await store.database.write(
        partial(restate, organisation="asbl", after=0, assess=heavier, factors="2027", at=microseconds(NOW))
    )
    assert await store.ledger.kept("asbl", span.name) is None
    told = digest(await store.ledger.figures("asbl", span, today), today)
    assert told.restated == "2027"
    assert (await store.ledger.keep(told, NOW)).total.gwp != first.total.gwp


async def test_what_is_not_known_lowers_the_coverage_and_is_never_zero(store: Store) -> None:
    await store.database.write(lambda c: open_entry(c, opening("e1")))
    await store.database.write(lambda c: close_entry(c, settlement("e1", footprint=None)))
    whole = total(part.sums for part in await store.ledger.slices("asbl", FIRST, LAST))
    assert whole.coverage == 0
    assert whole.range("gwp") is None


async def test_sample_entries_are_told_apart(store: Store) -> None:
    await store.database.write(lambda c: written(c, "e1"))
    await store.database.write(lambda c: open_entry(c, replace(opening("e2"), sample=True)))
    await store.database.write(lambda c: close_entry(c, settlement("e2")))
    parts = await store.ledger.slices("asbl", FIRST, LAST)
    assert sorted((part.sample, part.sums.entries) for part in parts) == [(False, 1), (True, 1)]
