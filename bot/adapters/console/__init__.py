"""The web console: a page where people type `/ia …`, served by the same program.

Read `routes.py` first (what each address does), then `outlet.py` (how an answer reaches the page),
`render.py` (how a message becomes HTML), `entrance.py` (sign-in) and `safety.py` (what guards every page).
The page works without JavaScript; `static/console.js` streams.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from bot.adapters.console.frame import Frame
from bot.adapters.console.render import Renderer
from bot.adapters.console.routes import Pages
from bot.adapters.console.safety import guarded
from bot.adapters.running import Running
from bot.core.ask import Place
from bot.core.person import Organisation, Person, Role
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Audience, Ports

_HOLDERS: dict[Audience, Role] = {"review": Role.MENTOR, "admin": Role.ADMIN}


PATIENCE = 8.0
"""Seconds that a stop waits for calls under way. What is cut off then is taken up at the next start."""


class Console:
    """The console's routes, and its carrier for messages to people who are not waiting."""

    def __init__(self, ports: Ports, organisation: Organisation, *, demo: bool) -> None:
        self._ports = ports
        self._running = Running()
        self._frame = Frame(ports, organisation, Renderer(), demo=demo)
        self.routes: list[BaseRoute] = Pages(self._frame, self._running).routes()

    async def deliver(self, place: Place, person: Person, message: Message) -> None:  # noqa: ARG002  one each
        """Write the message into the person's conversation, where the page finds it."""
        await self._ports.transcript.read(person.id, message, self._ports.clock.now())

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Write the message for everybody who holds the role. Raises Undeliverable when nobody does."""
        holders = await self._ports.people.holders(organisation, _HOLDERS[audience].value)
        if not holders:
            raise Undeliverable(f"nobody holds the role {_HOLDERS[audience].value}")
        for person in holders:
            await self._ports.transcript.read(person.id, message, self._ports.clock.now())

    async def missing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application, for an address that nobody serves."""
        response = await guarded(self._nothing, self._frame.fault)(Request(scope, receive))
        await response(scope, receive, send)

    async def _nothing(self, request: Request) -> Response:
        return self._frame.fault(request, 404)

    async def close(self) -> None:
        """Let running asks come to their end, but not for long."""
        await self._running.close(PATIENCE)


def build(ports: Ports, *, organisation: Organisation, demo: bool = False) -> Console:
    """Return the console; `demo` opens its door to sample people, which `serve` never does."""
    return Console(ports, organisation, demo=demo)
