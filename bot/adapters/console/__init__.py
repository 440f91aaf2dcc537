"""The web console: a page where people type `/ia …`, served by the same program.

Read `routes.py` first (what each address does), then `outlet.py` (how an answer reaches the page) and
`render.py` (how a message becomes HTML). The page works without JavaScript; `static/console.js` streams.
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.adapters.console.outlet import Running
from bot.adapters.console.render import Renderer
from bot.adapters.console.routes import Pages
from bot.core.ask import Place
from bot.core.person import Organisation, Person, Role
from bot.core.reply import Message
from bot.ports import Audience, Ports

_HOLDERS: dict[Audience, Role] = {"review": Role.MENTOR, "admin": Role.ADMIN}


class Console:
    """The console's routes, and its carrier for messages to people who are not waiting."""

    def __init__(self, ports: Ports, organisation: Organisation, *, demo: bool) -> None:
        self._ports = ports
        self._running = Running()
        pages = Pages(ports, organisation, Renderer(), self._running, demo=demo)
        self.routes: list[BaseRoute] = pages.routes()

    async def deliver(self, place: Place, person: Person, message: Message) -> None:  # noqa: ARG002  one each
        """Write the message into the person's conversation, where the page finds it."""
        await self._ports.transcript.read(person.id, message, self._ports.clock.now())

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Write the message into the conversation of everybody who holds the role."""
        for person in await self._ports.people.holders(organisation, _HOLDERS[audience].value):
            await self._ports.transcript.read(person.id, message, self._ports.clock.now())

    async def close(self) -> None:
        """Let running asks come to their end."""
        await self._running.close()


def build(ports: Ports, *, organisation: Organisation, demo: bool = False) -> Console:
    """Return the console; `demo` opens its door to sample people, which `serve` never does."""
    return Console(ports, organisation, demo=demo)
