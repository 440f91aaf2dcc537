"""Whose an ask is: its replica's while that lives, anybody's two minutes after it died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot import dispatch, lease
from bot.core.ask import Place, Platform, Turn
from bot.core.call import Call
from bot.core.model import ModelCard, Spoken, Usage
from bot.core.reply import Tone
from bot.errors import StoreUnavailable
from bot.usecases import pursuit
from tests.world import Screen, World


@pytest.fixture
def renewed(world: World, monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[bool]:
    """Renew as soon as others have had their turn; tell of each renewal."""
    told: asyncio.Queue[bool] = asyncio.Queue()
    renew = world.ports.asks.renew

    async def telling(*arguments: Any) -> bool:
        told.put_nowait(await renew(*arguments))
        return True

    monkeypatch.setattr(lease, "RENEWED_EVERY", 0)
    monkeypatch.setattr(world.ports.asks, "renew", telling)
    return told


class Slow:
    """A model that ends when it is told to; `begun` is set once it was asked."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.ends, self.calls = asyncio.Event(), asyncio.Event(), 0
        monkeypatch.setattr(world.models, "stream", self._stream)

    async def _stream(
        self, card: ModelCard, _turns: Sequence[Turn], *, schema: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[str | Spoken, None]:
        self.calls += 1
        self.begun.set()
        await self.ends.wait()
        yield "Bonjour à tous."
        yield Spoken(Usage(10, 4), 1.0, 0.1, card.model)


async def asking(world: World) -> tuple[asyncio.Task[Any], Screen]:
    """Begin an ask that somebody waits for."""
    person, screen = world.people["staff"], Screen()
    place = Place(Platform.CONSOLE, person.id)
    call = Call(person, place, "Dis bonjour.", world.clock.now())
    return asyncio.create_task(dispatch.run(world.ports, call, screen)), screen


async def test_an_ask_that_takes_long_stays_with_its_replica(
    world: World, monkeypatch: pytest.MonkeyPatch, renewed: asyncio.Queue[bool]
) -> None:
    """Expected: an hour of thinking, another replica looking each minute, one call, one answer."""
    model = Slow(world, monkeypatch)
    task, screen = await asking(world)
    await model.begun.wait()
    for _ in range(60):
        world.clock.forward(minutes=1)
        while not renewed.empty():
            renewed.get_nowait()
        assert await renewed.get()
        assert await renewed.get()
        assert await pursuit.pursue(world.ports) == 0
    model.ends.set()
    await task
    assert (model.calls, screen.last.tone) == (1, Tone.ANSWER)
    assert await pursuit.pursue(world.ports) == 0


async def test_the_ask_of_a_replica_that_died_is_taken_up_after_two_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: nothing while the lease may still be renewed; then the answer is brought, once."""
    model = Slow(world, monkeypatch)
    task, _ = await asking(world)
    await model.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    model.ends.set()
    world.clock.at += lease.LEASE - timedelta(seconds=1)
    assert await pursuit.pursue(world.ports) == 0
    world.clock.forward(seconds=2)
    assert await pursuit.pursue(world.ports) == 1
    assert await pursuit.pursue(world.ports) == 0
    assert len(world.mailbox.delivered) == 1


async def test_a_lease_that_was_lost_is_not_taken_back(
    world: World, monkeypatch: pytest.MonkeyPatch, renewed: asyncio.Queue[bool]
) -> None:
    """Expected: another replica's date stands, however often the first one would renew its own."""
    monkeypatch.setattr(lease, "RENEWED_EVERY", 3600)
    model = Slow(world, monkeypatch)
    task, _ = await asking(world)
    await model.begun.wait()
    now = world.clock.now()
    stale = lease.until(world.ports)
    world.clock.forward(minutes=3)
    (taken,) = await world.ports.asks.claim(world.clock.now(), lease.until(world.ports), 1)
    await world.ports.asks.renew(taken.ask.id, stale, now + timedelta(days=1))
    assert not await renewed.get()
    await world.ports.asks.renew(taken.ask.id, lease.until(world.ports), now + timedelta(days=1))
    assert await renewed.get()
    model.ends.set()
    await task


async def test_a_store_that_is_away_for_a_moment_does_not_lose_the_ask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: the renewal after a failed one still knows the date that it holds."""
    monkeypatch.setattr(lease, "RENEWED_EVERY", 0)
    asked: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()

    async def away_once(*arguments: Any) -> bool:
        asked.put_nowait(arguments)
        if asked.qsize() == 1:
            raise StoreUnavailable("away")
        return False

    monkeypatch.setattr(world.ports.asks, "renew", away_once)
    held = lease.until(world.ports)
    async with lease.kept(world.ports, world.ports.asks.renew, "ask", held):
        while asked.qsize() < 2:
            await asyncio.sleep(0)
    assert [asked.get_nowait()[:2] for _ in range(2)] == [("ask", held), ("ask", held)]
