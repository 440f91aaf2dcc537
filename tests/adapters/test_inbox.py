"""What was acknowledged is kept until it is done: through a kill, a cut network and a store that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot import dispatch, lease
from bot.adapters.inbox import Inbox
from bot.adapters.running import Running
from bot.core.ask import Place, Platform
from bot.core.call import Arrival, Call
from bot.errors import NotFound, StoreUnavailable, Undeliverable
from tests.world import Screen, World

DOOR = "slack/senne"
BODY: Mapping[str, Any] = {"text": "Propose un ordre du jour.", "token": "legacy"}


class Desk:
    """One run of the program: attends as the test says, and keeps what it began with."""

    def __init__(self, world: World) -> None:
        self.began: list[Arrival] = []
        self.fault: BaseException | None = None
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.running = Running()
        self.inbox = Inbox(world.ports, DOOR, self.running, {"command": self._attend})

    async def _attend(self, arrival: Arrival) -> None:
        self.began.append(arrival)
        await self.goes_on.wait()
        if self.fault is not None:
            raise self.fault

    async def take(self, key: str = "slack:1") -> bool:
        return await self.inbox.take("command", key, BODY)

    async def ends(self) -> None:
        """Wait until nothing is being attended to."""
        await self.running.close()

    async def killed(self) -> None:
        """End as a kill does: nothing is tidied up."""
        await self.running.close(patience=0)


async def waiting(world: World) -> int:
    """Return how much a program would find that starts in an hour."""
    far = world.clock.now()
    return len(await world.store.arrivals.claim(DOOR, far, far, 99))


async def test_what_came_in_is_attended_to_once_and_then_forgotten(world: World) -> None:
    desk = Desk(world)
    assert await desk.take()
    assert not await desk.take()
    await desk.ends()
    assert not await desk.take(), "its receipt stays"
    assert [dict(one.body) for one in desk.began] == [{"text": BODY["text"]}], "no token is kept"
    world.clock.forward(hours=1)
    assert await waiting(world) == 0


async def test_a_kill_behind_the_acknowledgement_loses_nothing(world: World) -> None:
    first, second = Desk(world), Desk(world)
    first.goes_on.clear()
    await first.take()
    await asyncio.sleep(0)
    await first.killed()
    await second.inbox.take_up()
    assert not second.began, "somebody else might still be at it"
    world.clock.forward(minutes=3)
    for _ in range(2):
        await second.inbox.take_up()
        await second.ends()
    assert [one.id for one in second.began] == [one.id for one in first.began]


async def test_an_arrival_whose_ask_was_accepted_is_not_attended_to_again(world: World) -> None:
    first, second = Desk(world), Desk(world)
    first.goes_on.clear()
    await first.take()
    await asyncio.sleep(0)
    person = world.people["staff"]
    place = Place(Platform.SLACK, "C1:U1")
    call = Call(person, place, "Propose un ordre du jour.", world.clock.now(), arrival=first.began[0].id)
    await dispatch.run(world.ports, call, Screen())
    await first.killed()
    world.clock.forward(minutes=3)
    await second.inbox.take_up()
    await second.ends()
    assert not second.began
    assert len(await world.ports.asks.recent(person.id)) == 1
    world.clock.forward(hours=1)
    assert await waiting(world) == 0


async def test_who_cannot_be_reached_is_tried_again_until_the_network_is_back(world: World) -> None:
    desk = Desk(world)
    cut = Undeliverable("cut")
    cut.passing = True
    desk.fault = cut
    await desk.take()
    await desk.ends()
    for _ in range(20):
        world.clock.forward(seconds=5)
        await desk.inbox.take_up()
        await desk.ends()
    desk.fault = None
    world.clock.forward(seconds=5)
    await desk.inbox.take_up()
    await desk.ends()
    assert len(desk.began) == 22
    world.clock.forward(hours=1)
    assert await waiting(world) == 0


@pytest.mark.parametrize(
    "fault", [Undeliverable("gone"), KeyError("user"), NotFound("x"), RuntimeError("bug")]
)
async def test_what_would_go_wrong_again_is_dropped_without_its_words(
    world: World, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(world)
    desk.fault = fault
    await desk.take()
    await desk.ends()
    world.clock.forward(hours=1)
    assert await waiting(world) == 0
    assert "ordre du jour" not in caplog.text


async def test_a_store_that_is_away_in_between_leaves_the_arrival(world: World) -> None:
    desk = Desk(world)
    desk.fault = StoreUnavailable("away")
    await desk.take()
    await desk.ends()
    world.clock.forward(minutes=3)
    desk.fault = None
    await desk.inbox.take_up()
    await desk.ends()
    assert len(desk.began) == 2


async def test_nothing_that_is_being_attended_to_is_taken_up_beside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: an hour of work, a replica looking each minute, and one attendant."""
    monkeypatch.setattr(lease, "RENEWED_EVERY", 0)
    renewed: asyncio.Queue[bool] = asyncio.Queue()
    renew = world.store.arrivals.renew

    async def telling(*arguments: Any) -> bool:
        renewed.put_nowait(await renew(*arguments))
        return True

    monkeypatch.setattr(world.store.arrivals, "renew", telling)
    first, second = Desk(world), Desk(world)
    first.goes_on.clear()
    await first.take()
    for _ in range(60):
        world.clock.forward(minutes=1)
        while not renewed.empty():
            renewed.get_nowait()
        assert await renewed.get()
        assert await renewed.get()
        await second.inbox.take_up()
    first.goes_on.set()
    await first.ends()
    assert not second.began
