"""What waits is brought to its end: soon when it can be, side by side, and never twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import dispatch
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.person import Person
from bot.core.reply import Message, Tone
from bot.errors import Undeliverable
from bot.usecases import pursuit
from tests.world import Screen, World

RANK = "Classe ces candidats par ordre de mérite."


class Cut(Undeliverable):
    """A network that is cut."""

    passing = True


async def _answered_by_a_mentor(world: World) -> None:
    held = await world.says("staff", RANK)
    await world.says("mentor", f"revue {held.ask} repondre", text="Voyons cela ensemble.")


async def test_a_message_is_brought_within_seconds_of_the_networks_return(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: an hour of attempts while the network is cut; six seconds after it is back, one delivery."""
    await _answered_by_a_mentor(world)
    attempts = 0

    async def cut(place: Place, person: Person, message: Message) -> None:
        nonlocal attempts
        attempts += 1
        raise Cut("no answer")

    with monkeypatch.context() as network:
        network.setattr(world.mailbox, "deliver", cut)
        for _ in range(3):
            await pursuit.pursue(world.ports)
            world.clock.at += timedelta(minutes=20)
        await pursuit.pursue(world.ports)
    assert attempts == 4
    world.clock.at += timedelta(seconds=6)
    await pursuit.pursue(world.ports)
    await pursuit.pursue(world.ports)
    assert len(world.mailbox.delivered) == 1


async def test_a_platform_that_refuses_is_asked_ever_more_rarely(world: World) -> None:
    """Expected: a channel that is gone is tried some dozen times in a day, not every few seconds."""
    await _answered_by_a_mentor(world)
    world.mailbox.closed = True
    tries = 0
    for _ in range(360):
        tries += await pursuit.pursue(world.ports)
        world.clock.at += timedelta(seconds=10)
    assert 4 <= tries <= 20


async def test_interrupted_asks_are_finished_side_by_side(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: nobody waits for everybody else's delivery in turn."""
    for _ in range(3):
        await _answered_by_a_mentor(world)
    under_way = most = 0

    async def slow(place: Place, person: Person, message: Message) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        under_way -= 1

    monkeypatch.setattr(world.mailbox, "deliver", slow)
    assert await pursuit.pursue(world.ports) == 3
    assert most == 3


async def test_an_answer_that_its_screen_could_not_take_is_not_called_a_fault_of_ours(world: World) -> None:
    """Expected: nothing else is shown meanwhile; seconds later the answer itself is brought, once."""

    class Dark(Screen):
        async def show(self, message: Message) -> None:
            await super().show(message)
            raise Cut("no answer")

    person, screen = world.people["staff"], Dark()
    place = Place(Platform.MATTERMOST, person.id)
    with pytest.raises(Undeliverable):
        await dispatch.run(world.ports, Call(person, place, "Dis bonjour.", world.clock.now()), screen)
    assert [message.tone for message in screen.messages] == [Tone.ANSWER]
    world.clock.at += timedelta(seconds=6)
    await pursuit.pursue(world.ports)
    await pursuit.pursue(world.ports)
    assert [message.tone for _, message in world.mailbox.delivered] == [Tone.ANSWER]


async def test_mentors_hear_of_a_review_within_seconds_of_the_networks_return(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: nothing while the network is cut; six seconds after it is back, one alert."""

    async def cut(*_: object) -> None:
        raise Cut("no answer")

    with monkeypatch.context() as network:
        network.setattr(world.mailbox, "post", cut)
        await world.says("staff", RANK)
    await pursuit.pursue(world.ports)
    assert not world.mailbox.posted
    world.clock.at += timedelta(seconds=6)
    await pursuit.pursue(world.ports)
    await pursuit.pursue(world.ports)
    assert len(world.mailbox.posted) == 1
