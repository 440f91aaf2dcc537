"""Who is at the door in Slack, and telling them what does not come from a command."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from bot.adapters.arrivals import Roster, refreshed, who
from bot.adapters.drafts import PAUSES, brought
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.mail import Address, Parcel, conversation, deliver
from bot.adapters.slack.members import Workspace
from bot.adapters.slack.settings import SlackSettings
from bot.core.person import Language, Person
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Ports

log = logging.getLogger(__name__)


class Callers:
    """The people of one workspace as they come: their accounts, their roles now, and where they wait."""

    def __init__(self, ports: Ports, settings: SlackSettings, api: SlackApi, workspace: Workspace) -> None:
        self._ports = ports
        self._settings = settings
        self._api = api
        self._workspace = workspace
        self._roster = Roster(ports.clock, workspace.governing())

    async def person(self, address: Address, line: str) -> Person | None:
        """Return who is there; None when they were refused, and told."""
        found = await self.who(address, line)
        if isinstance(found, Person):
            return found
        await self.tell(address, found, "fr")
        return None

    async def who(self, address: Address, line: str) -> Person | Message:
        """Return who is there, or what to tell somebody who may not come in.

        Raises Undeliverable when the network stays cut: what came in then waits for it.
        """
        account = partial(self._workspace.account, address.user)
        return await who(self._ports, self._settings.organisation, self._roster, line, account)

    async def changed(self, user: str) -> None:
        """Look roles up again, and give a known person theirs at once."""
        account = await brought(partial(self._workspace.account, user), PAUSES)
        await refreshed(self._ports, self._settings.organisation, account, self._roster)

    async def tell(self, address: Address, message: Message, language: Language) -> None:
        """Tell somebody something that no use case said. Failing to do so is logged."""
        parcel = Parcel()
        bring = partial(deliver, self._api, address, message, language, aloud=address.direct, parcel=parcel)
        try:
            await brought(bring, PAUSES)
        except Undeliverable as fault:
            log.warning("not told: %s", fault)

    async def is_ours(self, channel: str, user: str) -> bool:
        """Return whether `channel` is the bot's own conversation with `user`, and not one between two people."""
        try:
            return channel.startswith("D") and channel == await conversation(self._api, user)
        except Undeliverable as fault:
            log.info("conversation not looked up: %s", fault)
            return False

    async def somewhere(self, address: Address) -> Address:
        """Return `address` with the person's own conversation where it names no channel."""
        if address.channel:
            return address
        return replace(address, channel=await conversation(self._api, address.user), direct=True)
