"""`/ia` in Mattermost: the slash command, buttons and dialogs over HTTP, messages by websocket.

Read `door.py` first: what happens to each thing the server sends. `posts.py` and `dialogs.py` turn messages
into Mattermost's shapes, `outlet.py` brings them to people, `signing.py` makes sure that what comes back is
ours, `driver.py` is the REST interface with its faults wrapped.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from starlette.routing import Route

from bot.adapters.mattermost.doctor import examine
from bot.adapters.mattermost.door import Door
from bot.adapters.mattermost.driver import Rest
from bot.adapters.mattermost.entrance import routes
from bot.adapters.mattermost.events import Events
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.requests import waiting_at
from bot.adapters.mattermost.settings import MattermostSettings
from bot.adapters.mattermost.waiting import Address, Parcel
from bot.core.ask import Place
from bot.core.person import Language, Person
from bot.core.reply import Message, Tone
from bot.errors import Undeliverable
from bot.ports import Audience, Clock, Ports

__all__ = ["Mattermost", "MattermostSettings", "build", "diagnose"]


def build(ports: Ports, settings: MattermostSettings) -> Mattermost:
    """Return the adapter of one server. Nothing is connected before `run` or the first request."""
    return Mattermost(ports, settings)


async def diagnose(settings: MattermostSettings, clock: Clock, language: Language = "fr") -> tuple[str, ...]:
    """Return one sentence for each thing that keeps the bot from working; none when all is well."""
    rest = Rest(settings.url, settings.bot_token, settings.time_limit)
    try:
        return await examine(Server(rest, settings, clock), settings, language)
    finally:
        rest.close()


class Mattermost:
    """One server: routes to mount, a websocket to run, a carrier for the courier."""

    def __init__(self, ports: Ports, settings: MattermostSettings) -> None:
        self._ports = ports
        self._settings = settings
        self._door = Door(ports, settings)
        self.events = Events(self._door)
        self.routes: list[Route] = routes(self._door)

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._door.inbox.run())
                group.create_task(self.events.run())
        finally:
            await self.close()

    async def close(self) -> None:
        """Let what runs come to its end."""
        await self._door.close()

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        """Bring a message to somebody who is not waiting. Raises Undeliverable.

        An answer goes to the thread where it was asked for aloud; everything else to the person alone.
        """
        to = waiting_at(place)
        mail = self._door.mail
        if not to.direct and not (to.aloud and message.tone is Tone.ANSWER):
            to = Address(await mail.conversation(to.user), to.user, direct=True)
        await mail.bring(to, message, person.language, aloud=True, parcel=Parcel(again=True))

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post to the review or admin channel. Raises Undeliverable."""
        wanted = self._settings.review_channel if audience == "review" else self._settings.admin_channel
        if organisation != self._settings.organisation or not wanted:
            raise Undeliverable(f"no {audience} channel")
        to = Address(await self._door.server.channel(wanted), "", aloud=True)
        language = (await self._ports.people.organisation(organisation)).language
        await self._door.mail.bring(to, replace(message, private=False), language, aloud=True)

    async def doctor(self, language: Language = "fr") -> tuple[str, ...]:
        """Return one sentence for each thing that is wrong."""
        return await examine(self._door.server, self._settings, language)
