"""What came in stays until it is done, sealed, and is taken up by one replica at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.adapters.store import Store
from bot.adapters.store.arrivals import MOST_TRIES
from bot.adapters.store.tables import arrivals

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = NOW + timedelta(minutes=2)
BODY = {"text": "Une question très privée", "user_id": "U1"}


async def test_what_came_in_is_taken_up_after_its_lease_as_it_was(store: Store) -> None:
    kept = await store.arrivals.keep("slack:1", "slack/asbl", "command", BODY, NOW, LEASE)
    assert kept is not None
    assert await store.arrivals.claim("slack/asbl", NOW, LEASE, 9) == ()
    assert await store.arrivals.claim("mattermost/asbl", LEASE, LEASE, 9) == (), "somebody else's door"
    assert await store.arrivals.claim("slack/asbl", LEASE, LEASE + timedelta(minutes=2), 9) == (kept,)
    assert kept.body == BODY


async def test_the_same_key_is_kept_once_also_after_it_was_done(store: Store) -> None:
    kept = await asyncio.gather(
        *(store.arrivals.keep("slack:1", "slack/asbl", "command", BODY, NOW, LEASE) for _ in range(9))
    )
    (first,) = [one for one in kept if one is not None]
    assert await store.receipts.known("slack:1")
    await store.arrivals.done(first.id)
    assert await store.arrivals.keep("slack:1", "slack/asbl", "command", BODY, NOW, LEASE) is None
    assert await store.arrivals.claim("slack/asbl", LEASE, LEASE, 9) == ()


async def test_a_lease_is_renewed_by_who_holds_it_and_let_go_by_a_start(store: Store) -> None:
    kept = await store.arrivals.keep("k", "d", "command", BODY, NOW, LEASE)
    assert kept is not None
    later = LEASE + timedelta(minutes=2)
    assert await store.arrivals.renew(kept.id, LEASE, later)
    assert not await store.arrivals.renew(kept.id, LEASE, later)
    assert await store.arrivals.claim("d", LEASE, later, 9) == ()
    await store.asks.release()
    assert len(await store.arrivals.claim("d", NOW, later, 9)) == (1 if store.database.embedded else 0)


async def test_what_ends_the_program_each_time_is_given_up_and_a_cut_network_does_not_count(
    store: Store,
) -> None:
    kept = await store.arrivals.keep("k", "d", "command", BODY, NOW, NOW)
    assert kept is not None
    for _ in range(MOST_TRIES * 2):
        assert await store.arrivals.claim("d", NOW, NOW, 9)
        await store.arrivals.postpone(kept.id, NOW)
    taken = [len(await store.arrivals.claim("d", NOW, NOW, 9)) for _ in range(MOST_TRIES + 2)]
    assert taken == [1] * MOST_TRIES + [0, 0]


async def test_what_is_a_day_old_is_given_up(store: Store) -> None:
    await store.arrivals.keep("k", "d", "command", BODY, NOW, NOW)
    assert await store.arrivals.claim("d", NOW + timedelta(hours=25), NOW, 9) == ()
    rows = await store.database.read(lambda reading: reading.execute(select(arrivals)).all())
    assert rows == []


async def test_the_words_are_sealed(store: Store) -> None:
    await store.arrivals.keep("k", "d", "command", BODY, NOW, NOW)
    sealed = await store.database.read(lambda reading: reading.scalar(select(arrivals.c.body_sealed)))
    assert sealed
    assert b"question" not in bytes(sealed)


async def test_how_far_a_door_was_heard_never_goes_back(store: Store) -> None:
    assert await store.arrivals.heard("d") is None
    for at in (NOW, LEASE, NOW):
        await store.arrivals.hear("d", at)
    assert await store.arrivals.heard("d") == LEASE
