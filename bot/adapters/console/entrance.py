"""The ways in and out: a one-time link, the demonstration's open door, signing out."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.adapters.console.frame import COOKIE, Frame, from_us
from bot.adapters.console.safety import language_of
from bot.core.person import Person, Role

SESSION_LASTS = timedelta(days=14)


class Entrance:
    """The addresses by which people come in and go out."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._ports = frame.ports

    async def door(self, request: Request) -> Response:
        """Show one button: a preview of the link must not use it up."""
        return self._frame.page("door.html", language_of(request), token=request.path_params["token"])

    async def enter(self, request: Request) -> Response:
        """Use up the link and open a session."""
        now = self._ports.clock.now()
        session = await self._ports.doors.enter(request.path_params["token"], now, now + SESSION_LASTS)
        if session is None:
            return self._frame.closed(request, 403, "closed_used")
        return self._opened(request, session)

    async def leave(self, request: Request) -> Response:
        """End the session."""
        form = await self._frame.form(request)
        if not from_us(request, form):
            return self._frame.closed(request, 403)
        await self._ports.doors.leave(request.cookies[COOKIE])
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE)
        return response

    async def people(self, request: Request) -> Response:
        """Show the sample people of the demonstration."""
        everybody = await self._ports.people.holders(self._frame.organisation.id, Role.STAFF.value)
        people = sorted(everybody, key=lambda person: (-len(person.roles), person.name))
        return self._frame.page(
            "demo.html", language_of(request), people=people, organisation=self._frame.organisation
        )

    async def become(self, request: Request) -> Response:
        """Open a session as a sample person."""
        form = await self._frame.form(request)
        person = await self._ports.people.person(str(form.get("personne", "")))
        now = self._ports.clock.now()
        return self._opened(request, await self._ports.doors.open(person.id, now, now + SESSION_LASTS))

    def _opened(self, request: Request, session: str) -> Response:
        """Give the cookie; a proxy may speak https for us, so our public address decides too."""
        secure = request.url.scheme == "https" or self._ports.address.startswith("https:")
        response = RedirectResponse("/", 303)
        lasts = int(SESSION_LASTS.total_seconds())
        response.set_cookie(COOKIE, session, max_age=lasts, httponly=True, samesite="lax", secure=secure)
        return response


async def samples(frame: Frame, person: Person) -> tuple[tuple[str, Person], ...]:
    """Return one sample person a part, with its name, for the demonstration's banner; the present one too."""
    everybody = await frame.ports.people.holders(frame.organisation.id, Role.STAFF.value)
    found: dict[str, Person] = {}
    for one in (person, *sorted(everybody, key=lambda one: one.name)):
        found.setdefault(part(one), one)
    return tuple((name, found[name]) for name in ("staff", "mentor", "admin") if name in found)


def part(person: Person) -> str:
    """Return the part that a person plays first."""
    return next((role.value for role in (Role.ADMIN, Role.MENTOR) if person.has(role)), Role.STAFF.value)
