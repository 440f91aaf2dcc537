"""The way to people who are not waiting: what a cut network kept from one platform reaches it later, once."""

from __future__ import annotations

import pytest

from bot.adapters.courier import Courier
from bot.core.ask import Place, Platform
from bot.core.person import Person
from bot.core.reply import File, Message
from bot.errors import Undeliverable
from bot.ports import Audience

ALERT = Message("Une demande attend")


class Channel:
    """A platform's review channel; `fault` stands in the way."""

    def __init__(self, *, cut: bool = False, closed: bool = False) -> None:
        self.posts: list[Message] = []
        self.cut, self.closed = cut, closed

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        raise AssertionError("nothing is for one person here")

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        if self.cut or self.closed:
            fault = Undeliverable("no way")
            fault.passing = self.cut
            raise fault
        self.posts.append(message)


async def test_a_cut_platform_has_the_message_later_and_the_others_not_twice() -> None:
    """Expected: the console had it, Slack was cut: it is not called done, and then Slack alone gets it."""
    console, slack = Channel(), Channel(cut=True)
    courier = Courier({Platform.CONSOLE: console, Platform.SLACK: slack})
    with pytest.raises(Undeliverable) as raised:
        await courier.post("asbl", "review", ALERT)
    assert raised.value.passing
    slack.cut = False
    await courier.post("asbl", "review", Message(ALERT.text, files=(File("bilan.csv", "text/csv", b"a"),)))
    assert (len(console.posts), len(slack.posts)) == (1, 1)


async def test_one_platform_is_enough_where_the_others_refuse() -> None:
    """Expected: done, since mentors of the console have it; a channel that is closed stays closed."""
    console, slack = Channel(), Channel(closed=True)
    courier = Courier({Platform.CONSOLE: console, Platform.SLACK: slack})
    await courier.post("asbl", "review", ALERT)
    await courier.post("asbl", "review", ALERT)
    assert len(console.posts) == 2


async def test_a_message_that_nobody_took_is_undeliverable() -> None:
    """Expected: Undeliverable, and no network to wait for."""
    courier = Courier({Platform.SLACK: Channel(closed=True)})
    with pytest.raises(Undeliverable) as raised:
        await courier.post("asbl", "review", ALERT)
    assert not raised.value.passing
