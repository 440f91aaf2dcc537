"""What every page shares: the person behind the cookie, forms of our own, pages in their language."""

from __future__ import annotations

import hmac
from hashlib import sha256

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.adapters.console.render import Renderer
from bot.adapters.console.safety import LARGEST_BODY, language_of
from bot.core.person import Language, Organisation, Person
from bot.ports import Ports

COOKIE = "sobria"
EXPLAINED = frozenset({403, 404, 413})


class Frame:
    """The pages' surroundings over one set of ports."""

    def __init__(self, ports: Ports, organisation: Organisation, renderer: Renderer, *, demo: bool) -> None:
        self.ports = ports
        self.organisation = organisation
        self.renderer = renderer
        self.demo = demo

    async def who(self, request: Request) -> Person | None:
        """Return whose session the request belongs to."""
        session = request.cookies.get(COOKIE)
        return await self.ports.doors.who(session, self.ports.clock.now()) if session else None

    async def form(self, request: Request) -> FormData:
        """Return what was sent, within bounds."""
        return await request.form(max_fields=100, max_files=0, max_part_size=LARGEST_BODY)

    def page(self, name: str, language: Language, status: int = 200, **values: object) -> Response:
        """Return a whole page."""
        values = {"samples": (), "csrf": "", "demo": self.demo, **values}
        return HTMLResponse(self.renderer.page(name, language, **values), status)

    def fault(self, request: Request, status: int) -> Response:
        """Say what went wrong, in plain words."""
        key = f"fault_{status}" if status in EXPLAINED else "fault_500"
        return self.page("fault.html", language_of(request), status=status, key=key)

    def closed(self, request: Request, status: int, key: str = "closed") -> Response:
        """Say that the door is closed, and how to get in."""
        return self.page("closed.html", language_of(request), status=status, key=key)


def csrf(request: Request) -> str:
    """Return the token of this session's forms: who cannot read the cookie cannot know it."""
    return sha256(f"csrf {request.cookies.get(COOKIE, '')}".encode()).hexdigest()


def from_us(request: Request, form: FormData) -> bool:
    """Return whether a form was made by a page of this session."""
    given = str(form.get("jeton", "")).encode()
    return COOKIE in request.cookies and hmac.compare_digest(given, csrf(request).encode())
