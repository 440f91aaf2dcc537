"""The way to people who are not waiting: each message goes by the platform where its place is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.core.ask import Place, Platform
from bot.core.person import Person
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Audience

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """What each platform's adapter offers."""

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        """Bring a message to a person."""

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post to the platform's review or admin channel."""


_Posting = tuple[str, Audience, Message]


class Courier:
    """Fills ports.Courier with one carrier a platform."""

    def __init__(self, carriers: Mapping[Platform, Carrier]) -> None:
        self._carriers = dict(carriers)
        self._taken: dict[_Posting, set[Platform]] = {}

    def add(self, platform: Platform, carrier: Carrier) -> None:
        """Take another carrier on: adapters need the ports, and the ports the courier."""
        self._carriers[platform] = carrier

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        """Bring the message where the person asked; to the console when that platform is gone."""
        carrier = self._carriers.get(place.platform) or self._carriers.get(Platform.CONSOLE)
        if carrier is None:
            raise Undeliverable(f"no way to {place.platform.value}")
        await carrier.deliver(place, person, message)

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post everywhere: one platform that took it is enough, unless the network to another is only cut.

        Raises Undeliverable. The same message posted again goes only where it has not arrived.
        """
        key = (organisation, audience, replace(message, files=()))
        taken = self._taken.setdefault(key, set())
        faults = [
            fault
            for platform in self._carriers
            if platform not in taken
            and (fault := await self._posted(platform, organisation, audience, message, taken))
        ]
        passing = any(fault.passing for fault in faults)
        if not passing:
            self._taken.pop(key, None)
        if passing or not taken:
            raise _waiting("not every platform took the message", passing=passing)

    def platforms(self) -> tuple[Platform, ...]:
        """Return the platforms that messages go to."""
        return tuple(self._carriers)

    async def post_on(
        self, platform: Platform, organisation: str, audience: Audience, message: Message
    ) -> None:
        """Post on one platform only. Raises Undeliverable."""
        await self._carriers[platform].post(organisation, audience, message)

    async def _posted(
        self,
        platform: Platform,
        organisation: str,
        audience: Audience,
        message: Message,
        taken: set[Platform],
    ) -> Undeliverable | None:
        """Post on one platform; return what stood in the way."""
        try:
            await self._carriers[platform].post(organisation, audience, message)
        except Undeliverable as fault:
            log.warning("%s did not take a message: %s", platform.value, fault)
            return fault
        taken.add(platform)
        return None


def _waiting(why: str, *, passing: bool) -> Undeliverable:
    fault = Undeliverable(why)
    fault.passing = passing
    return fault
