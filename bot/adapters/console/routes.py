"""What each address of the console does."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot import dispatch
from bot.adapters.console.outlet import ConsoleOutlet, Running, Shown
from bot.adapters.console.render import PICTURES, Renderer
from bot.adapters.console.safety import LARGEST_BODY, guarded, language_of
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.command import Name
from bot.core.person import Language, Organisation, Person, Role
from bot.ports import Line, Ports

COOKIE = "sobria"
SESSION_LASTS = timedelta(days=14)

VALUE = "v_"
"""Prefix of a form's fields, so that they cannot be taken for ours."""


class Pages:
    """The console's addresses over one set of ports."""

    def __init__(
        self, ports: Ports, organisation: Organisation, renderer: Renderer, running: Running, *, demo: bool
    ) -> None:
        self._ports = ports
        self._organisation = organisation
        self._renderer = renderer
        self._running = running
        self._demo = demo

    def routes(self) -> list[BaseRoute]:
        """Return every route; those of the demonstration only where it is one."""
        static = StaticFiles(directory=Path(__file__).parent / "static")
        own: list[BaseRoute] = [
            Route("/", guarded(self.conversation, self.fault)),
            Route("/dire", guarded(self.say, self.fault), methods=["POST"]),
            Route("/suite", guarded(self.news, self.fault)),
            Route("/fichier/{number:int}/{index:int}", guarded(self.file, self.fault)),
            Route("/entrer/{token}", guarded(self.door, self.fault)),
            Route("/entrer/{token}", guarded(self.enter, self.fault), methods=["POST"]),
            Route("/sortir", guarded(self.leave, self.fault), methods=["POST"]),
            Mount("/statique", static),
        ]
        if self._demo:
            own.append(Route("/demo", guarded(self.samples, self.fault)))
            own.append(Route("/demo", guarded(self.become, self.fault), methods=["POST"]))
        return own

    async def conversation(self, request: Request) -> Response:
        """Show the conversation, or the way in."""
        person = await self._who(request)
        if person is None:
            return RedirectResponse("/demo", 303) if self._demo else self._closed(request, 200)
        lines = await self._ports.transcript.since(person.id, 0)
        waiting = 0
        if person.has(Role.MENTOR):
            queue = await self._ports.reviews.queue(person.organisation)
            waiting = sum(review.ask.ask.person.id != person.id for review in queue)
        return self._page(
            "conversation.html",
            person.language,
            person=person,
            mentor=person.has(Role.MENTOR),
            admin=person.has(Role.ADMIN),
            waiting=waiting,
            lines=lines,
            last=lines[-1].number if lines else 0,
            csrf=_csrf(request),
            commands=[name.value for name in Name],
            trial=any(card.trial for card in self._ports.models.cards()),
        )

    async def say(self, request: Request) -> Response:
        """Do what the person typed, pressed or filled in; stream it to a page that can take it."""
        form = await self._form(request)
        person = await self._who(request)
        if person is None or not _from_us(request, form):
            return self._closed(request, 403)
        line = str(form.get("ligne", "")).strip()
        values = {
            name.removeprefix(VALUE): str(value) for name, value in form.items() if name.startswith(VALUE)
        }
        outlet = ConsoleOutlet(self._ports, person, self._shown(request, person))
        task = self._running.start(self._run(person, line, values, outlet))
        if "application/x-ndjson" in request.headers.get("accept", ""):
            return StreamingResponse(
                _until_end(outlet), media_type="application/x-ndjson", headers={"Cache-Control": "no-store"}
            )
        await task
        return RedirectResponse("/#fin", 303)

    async def _run(self, person: Person, line: str, values: Mapping[str, str], outlet: ConsoleOutlet) -> None:
        try:
            at = self._ports.clock.now()
            words = _words(line, values)
            number = await self._ports.transcript.typed(person.id, words, at)
            outlet.typed(Line(number, at, words, None))
            place = Place(Platform.CONSOLE, person.id)
            await dispatch.run(self._ports, Call(person, place, line, at, values), outlet)
        finally:
            outlet.end()

    async def news(self, request: Request) -> Response:
        """Give what came since the last line that the page shows."""
        person = await self._who(request)
        if person is None:
            return JSONResponse({"lines": [], "closed": True}, 403)
        after = request.query_params.get("apres", "0")
        lines = await self._ports.transcript.since(person.id, int(after) if after.isdecimal() else 0)
        shown = self._shown(request, person)
        return JSONResponse({"lines": [{"number": line.number, "html": shown(line)} for line in lines]})

    async def file(self, request: Request) -> Response:
        """Hand over a file of a message that the person has read."""
        person = await self._who(request)
        number, index = request.path_params["number"], request.path_params["index"]
        lines = await self._ports.transcript.since(person.id, number - 1, 10_000) if person else ()
        message = next((line.message for line in lines if line.number == number), None)
        if message is None or index >= len(message.files):
            return self.fault(request, 404)
        file = message.files[index]
        kind = "inline" if file.media_type in PICTURES else "attachment"
        headers = {
            "Content-Disposition": f'{kind}; filename="{_ascii(file.name)}"',
            "Cache-Control": "private",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)

    async def door(self, request: Request) -> Response:
        """Show one button: a preview of the link must not use it up."""
        return self._page("door.html", language_of(request), token=request.path_params["token"])

    async def enter(self, request: Request) -> Response:
        """Use up the link and open a session."""
        now = self._ports.clock.now()
        session = await self._ports.doors.enter(request.path_params["token"], now, now + SESSION_LASTS)
        if session is None:
            return self._closed(request, 403, "closed_used")
        return self._opened(request, session)

    async def leave(self, request: Request) -> Response:
        """End the session."""
        form = await self._form(request)
        if _from_us(request, form):
            await self._ports.doors.leave(request.cookies[COOKIE])
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE)
        return response

    async def samples(self, request: Request) -> Response:
        """Show the sample people of the demonstration."""
        people = await self._ports.people.holders(self._organisation.id, Role.STAFF.value)
        ordered = sorted(people, key=lambda one: (-len(one.roles), one.name))
        return self._page("demo.html", language_of(request), people=ordered, organisation=self._organisation)

    async def become(self, request: Request) -> Response:
        """Open a session as a sample person."""
        form = await self._form(request)
        person = await self._ports.people.person(str(form.get("personne", "")))
        now = self._ports.clock.now()
        return self._opened(request, await self._ports.doors.open(person.id, now, now + SESSION_LASTS))

    def fault(self, request: Request, status: int) -> Response:
        """Say what went wrong, in plain words."""
        key = f"fault_{status}" if status in {403, 404, 413} else "fault_500"
        return self._page("fault.html", language_of(request), status=status, key=key)

    def _closed(self, request: Request, status: int, key: str = "closed") -> Response:
        return self._page("closed.html", language_of(request), status=status, key=key)

    def _page(self, name: str, language: Language, status: int = 200, **values: object) -> Response:
        html = self._renderer.page(name, language, demo=self._demo, **values)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})

    def _shown(self, request: Request, person: Person) -> Shown:
        csrf = _csrf(request)
        return lambda line: self._renderer.line(line, person.language, csrf)

    def _opened(self, request: Request, session: str) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE,
            session,
            max_age=int(SESSION_LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    async def _who(self, request: Request) -> Person | None:
        session = request.cookies.get(COOKIE)
        return await self._ports.doors.who(session, self._ports.clock.now()) if session else None

    async def _form(self, request: Request) -> FormData:
        return await request.form(max_fields=100, max_files=0, max_part_size=LARGEST_BODY)


async def _until_end(outlet: ConsoleOutlet) -> AsyncIterator[str]:
    async for line in outlet.lines():
        yield line


def _words(line: str, values: Mapping[str, str]) -> str:
    """Return what the conversation shows of a call: the question itself, or the command and its values."""
    if "question" in values:
        return values["question"]
    given = [f"{name} : {value}" for name, value in values.items() if value.strip()]
    return "\n".join([f"/ia {line}", *given]) if given or not line else line


def _csrf(request: Request) -> str:
    """Return the token of this session's forms: who cannot read the cookie cannot know it."""
    return sha256(f"csrf {request.cookies.get(COOKIE, '')}".encode()).hexdigest()


def _from_us(request: Request, form: FormData) -> bool:
    given = cast("str", form.get("jeton", ""))
    return COOKIE in request.cookies and hmac.compare_digest(str(given), _csrf(request))


def _ascii(name: str) -> str:
    return "".join(letter if letter.isascii() and letter not in '"\\\r\n' else "_" for letter in name)
