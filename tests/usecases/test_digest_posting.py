"""A digest reaches each platform once: over a cut network, a crash halfway, and whatever number of replicas."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.courier import Courier
from bot.core.ask import Platform
from bot.core.digest import Digest
from bot.core.person import Language
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Audience, Ports
from bot.usecases import ledger
from tests.world import HandClock, Mailbox, World, opened

WEDNESDAY = datetime(2026, 11, 18, 10, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)


class NoPictures:
    """Draws nothing: a picture takes a second."""

    def picture(self, digest: Digest, language: Language, media: str) -> bytes:
        return b"picture"


class Cut(Mailbox):
    """A platform whose network is cut, or whose process dies, before the message is there."""

    fault: BaseException | None = None

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        if self.fault is not None:
            raise self.fault
        await super().post(organisation, audience, message)


def cut() -> Undeliverable:
    fault = Undeliverable("no network")
    fault.passing = True
    return fault


async def with_two(world: World, other: Mailbox) -> Ports:
    world.models.script(["Bonjour !"])
    await world.says("staff", "Écris un mot de bienvenue pour la fête du quartier")
    world.clock.at = MONDAY
    world.mailbox.posted.clear()
    courier = Courier({Platform.CONSOLE: world.mailbox, Platform.SLACK: other})
    return replace(world.ports, courier=courier, charts=NoPictures())


async def test_a_platform_that_was_cut_has_the_digest_later_and_the_other_not_twice(tmp_path: Path) -> None:
    async with opened(tmp_path, HandClock(WEDNESDAY)) as world:
        slack = Cut()
        slack.fault = cut()
        ports = await with_two(world, slack)
        assert await ledger.post_due(ports, MONDAY) == 0
        slack.fault = None
        assert await ledger.post_due(ports, MONDAY + timedelta(hours=7)) == 1
        assert len(world.mailbox.posted) == len(slack.posted) == 1
        assert "en retard" in slack.posted[0][1].text


async def test_a_crash_between_two_platforms_brings_neither_of_them_two(tmp_path: Path) -> None:
    async with opened(tmp_path, HandClock(WEDNESDAY)) as world:
        slack = Cut()
        slack.fault = asyncio.CancelledError()
        ports = await with_two(world, slack)
        with pytest.raises(asyncio.CancelledError):
            await ledger.post_due(ports, MONDAY)
        slack.fault = None
        await ledger.post_due(ports, MONDAY + timedelta(hours=1))
        await ledger.post_due(ports, MONDAY + timedelta(hours=2))
        assert len(world.mailbox.posted) == len(slack.posted) == 1


async def test_a_platform_without_an_admin_channel_keeps_the_others_from_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, HandClock(WEDNESDAY)) as world:
        slack = Cut()
        slack.fault = Undeliverable("no admin channel")
        ports = await with_two(world, slack)
        assert await ledger.post_due(ports, MONDAY) == 1
        assert await ledger.post_due(ports, MONDAY + timedelta(hours=1)) == 0
        assert len(world.mailbox.posted) == 1


async def test_replicas_that_look_together_post_one(tmp_path: Path) -> None:
    async with opened(tmp_path, HandClock(WEDNESDAY)) as world:
        ports = await with_two(world, slack := Cut())
        posted = await asyncio.gather(*(ledger.post_due(ports, MONDAY) for _ in range(4)))
        assert sum(posted) == 1
        assert len(world.mailbox.posted) == len(slack.posted) == 1
