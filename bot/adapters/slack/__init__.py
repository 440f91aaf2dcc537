"""`/ia` in Slack: by Socket Mode, or by signed requests over HTTP in the same program.

Read `door.py` first: what happens to each thing Slack sends. `blocks.py`, `modals.py` and `mrkdwn.py` turn
messages into Slack's shapes, `mail.py` brings them, `outlet.py` to who waits; `api.py` is the Web API.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.routing import Route

from bot.adapters.drafts import PAUSES, brought
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.doctor import examine
from bot.adapters.slack.door import Door
from bot.adapters.slack.entrance import routes
from bot.adapters.slack.listeners import application
from bot.adapters.slack.mail import Address, Parcel, deliver, deliver_late
from bot.adapters.slack.members import Workspace
from bot.adapters.slack.requests import waiting_at
from bot.adapters.slack.settings import SlackSettings
from bot.adapters.slack.socket import SocketMode
from bot.core.ask import Place
from bot.core.person import Language, Person
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Audience, Clock, Ports

__all__ = ["Slack", "SlackSettings", "build", "diagnose"]


def build(ports: Ports, settings: SlackSettings) -> Slack:
    """Return the adapter of one workspace. Nothing is connected before `run` or the first request."""
    return Slack(ports, settings)


async def diagnose(settings: SlackSettings, clock: Clock, language: Language = "fr") -> tuple[str, ...]:
    """Return one sentence for each thing that keeps the app from working; none when all is well."""
    api = SlackApi(settings)
    try:
        return await examine(api, settings, Workspace(api, settings, clock), language)
    finally:
        await api.close()


class Slack:
    """One workspace: routes to mount, a socket to run, a carrier for the courier."""

    def __init__(self, ports: Ports, settings: SlackSettings) -> None:
        self._ports = ports
        self._settings = settings
        self.api = SlackApi(settings)
        self._door = Door(ports, settings, self.api)
        self.app = application(self._door)
        self.socket = SocketMode(self.api, self.app, settings.app_token) if settings.app_token else None
        self.routes: list[Route] = routes(self.app, settings.signing_secret)

    async def run(self) -> None:
        """Listen until cancelled; without an app token there is only HTTP, and nothing to run."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._door.inbox.run())
                group.create_task(self._known() if self.socket is None else self.socket.run())
        finally:
            await self.close()

    async def _known(self) -> None:
        """Ask now who the bot is, so that no acknowledgement ever waits for it."""
        with suppress(Undeliverable):
            await brought(self.api.identity, PAUSES)

    async def close(self) -> None:
        """Let what runs come to its end and close the connections."""
        await self._door.running.close()
        await self.api.close()

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        """Bring a message to somebody who is not waiting. Raises Undeliverable.

        An answer goes to the thread where it was asked for aloud; everything else to the person alone.
        """
        await deliver_late(self.api, waiting_at(place), message, person.language)

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post to the review or admin channel. Raises Undeliverable."""
        wanted = self._settings.review_channel if audience == "review" else self._settings.admin_channel
        if organisation != self._settings.organisation or not wanted:
            raise Undeliverable(f"no {audience} channel")
        channel = await self._door.workspace.channel(wanted)
        language = (await self._ports.people.organisation(organisation)).language
        to = Address(channel, "", aloud=True)
        # A digest that a crash kept from being recorded is found again by its mark rather than said twice.
        again = Parcel(tries=1) if audience == "admin" else None
        await deliver(self.api, to, message, language, aloud=True, parcel=again)

    async def doctor(self, language: Language = "fr") -> tuple[str, ...]:
        """Return one sentence for each thing that is wrong."""
        return await examine(self.api, self._settings, self._door.workspace, language)
