"""The way to people who are not waiting: each message goes by the platform where its place is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
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


class Courier:
    """Fills ports.Courier with one carrier a platform."""

    def __init__(self, carriers: Mapping[Platform, Carrier]) -> None:
        self._carriers = dict(carriers)

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
        """Post everywhere. Raises Undeliverable when no platform took it: one that did is enough."""
        taken = 0
        for platform, carrier in self._carriers.items():
            try:
                await carrier.post(organisation, audience, message)
                taken += 1
            except Undeliverable as fault:
                log.warning("%s did not take a message: %s", platform.value, fault)
        if not taken:
            raise Undeliverable("no platform took the message")
