"""Who is at the door in Mattermost, and telling them what does not come from a command."""

from __future__ import annotations

import logging
from functools import partial

from bot.adapters.arrivals import Roster, refreshed, who
from bot.adapters.mattermost.driver import Refused
from bot.adapters.mattermost.mail import Mail
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.waiting import Address, Reply
from bot.core.person import Language, Person
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Ports

log = logging.getLogger(__name__)


class Callers:
    """The people of one server as they come: their accounts, their roles now, and where they wait."""

    def __init__(self, ports: Ports, organisation: str, server: Server, mail: Mail) -> None:
        self._ports = ports
        self._organisation = organisation
        self._server = server
        self._mail = mail
        self._roster = Roster(ports.clock, server.governing())

    async def person(self, address: Address, line: str, reply: Reply | None = None) -> Person | None:
        """Return who is there; None when they were refused, and told.

        Raises Undeliverable when the network stays cut: what came in then waits for it.
        """
        account = partial(self._server.account, address.user)
        found = await who(self._ports, self._organisation, self._roster, line, account)
        if isinstance(found, Person):
            return found
        await self.tell(address, found, "fr", reply)
        return None

    async def changed(self, user: str) -> None:
        """Look roles up again, and give a known person theirs at once."""
        account = await self._server.account(user)
        await refreshed(self._ports, self._organisation, account, self._roster)

    async def is_direct(self, channel: str, user: str) -> bool:
        """Return whether `channel` is the bot's own conversation with `user`."""
        try:
            return await self._mail.conversation(user) == channel
        except Refused:
            return False

    async def tell(
        self, address: Address, message: Message, language: Language, reply: Reply | None = None
    ) -> None:
        """Tell somebody something that no use case said. Failing to do so is logged."""
        try:
            await self._mail.bring(address, message, language, aloud=address.direct, reply=reply)
        except Undeliverable as fault:
            log.warning("not told: %s", fault)
