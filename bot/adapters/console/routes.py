"""What each address of the console does."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot import dispatch
from bot.adapters.console.entrance import Entrance, samples
from bot.adapters.console.frame import COOKIE as COOKIE
from bot.adapters.console.frame import Frame, csrf, from_us
from bot.adapters.console.outlet import ConsoleOutlet, Shown
from bot.adapters.console.render import PICTURES, STATIC
from bot.adapters.console.safety import HEADERS, guarded
from bot.adapters.running import Running
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.command import Command, Name, parse
from bot.core.person import Person, Role
from bot.core.reply import File
from bot.errors import where
from bot.gateway import LONGEST_ASK
from bot.ports import Line
from bot.wording import console as wording

log = logging.getLogger(__name__)

VALUE = "v_"
"""Prefix of a form's fields, so that they cannot be taken for ours."""

LINES, MOST_LINES = 50, 1_000
"""How many lines of the conversation a page shows at first, and at most."""

STREAM = "application/x-ndjson"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class Pages:
    """The console's addresses."""

    def __init__(self, frame: Frame, running: Running) -> None:
        self._frame = frame
        self._ports = frame.ports
        self._running = running

    def routes(self) -> list[BaseRoute]:
        """Return every route; those of the demonstration only where it is one."""
        fault, entrance = self._frame.fault, Entrance(self._frame)
        own: list[BaseRoute] = [
            Route("/", guarded(self.conversation, fault)),
            Route("/dire", guarded(self.say, fault), methods=["POST"]),
            Route("/suite", guarded(self.news, fault)),
            Route("/fichier/{number:int}/{index:int}", guarded(self.file, fault)),
            Route("/entrer/{token}", guarded(entrance.door, fault)),
            Route("/entrer/{token}", guarded(entrance.enter, fault), methods=["POST"]),
            Route("/sortir", guarded(entrance.leave, fault), methods=["POST"]),
            Mount("/statique", _Static(directory=STATIC)),
        ]
        if self._frame.demo:
            own.append(Route("/demo", guarded(entrance.people, fault)))
            own.append(Route("/demo", guarded(entrance.become, fault), methods=["POST"]))
        return own

    async def conversation(self, request: Request) -> Response:
        """Show the conversation, or the way in."""
        person = await self._frame.who(request)
        if person is None:
            return RedirectResponse("/demo", 303) if self._frame.demo else self._frame.closed(request, 200)
        wanted = request.query_params.get("lignes", "")
        shown = min(int(wanted), MOST_LINES) if wanted.isdecimal() and len(wanted) < 6 else LINES
        lines = await self._ports.transcript.since(person.id, 0, shown + 1)
        more = len(lines) > shown and shown < MOST_LINES
        return self._frame.page(
            "conversation.html",
            person.language,
            lines=lines[-shown:],
            more=shown + 2 * LINES if more else 0,
            last=lines[-1].number if lines else 0,
            csrf=csrf(request),
            **await self._surroundings(person),
        )

    async def _surroundings(self, person: Person) -> dict[str, Any]:
        """Return what stands around the conversation."""
        return {
            "person": person,
            "mentor": person.has(Role.MENTOR),
            "admin": person.has(Role.ADMIN),
            "waiting": await self._waiting(person),
            "suggested": self._suggested(person),
            "longest": LONGEST_ASK,
            "trial": any(card.trial for card in self._ports.models.cards()),
            "samples": await samples(self._frame, person) if self._frame.demo else (),
        }

    async def _waiting(self, person: Person) -> int:
        """Return how many reviews wait that this person may decide."""
        if not person.has(Role.MENTOR):
            return 0
        queue = await self._ports.reviews.queue(person.organisation)
        return sum(review.ask.ask.person.id != person.id for review in queue)

    def _suggested(self, person: Person) -> tuple[tuple[str, str], ...]:
        """Return the commands and prompts to propose while the person types."""
        commands = (name for name, entry in dispatch.TABLE.items() if person.has(entry.role))
        return wording.suggested(commands, self._ports.prompts.search("", person.language), person.language)

    async def say(self, request: Request) -> Response:
        """Do what the person typed, pressed or filled in; stream it to a page that can take it."""
        form = await self._frame.form(request)
        person = await self._frame.who(request)
        if person is None or not from_us(request, form):
            return self._frame.closed(request, 403)
        if not await self._first(person, form):
            return self._seen(request)
        line, values = _said(form)
        outlet = ConsoleOutlet(self._ports, person, self._shown(request, person))
        task = self._running.start(self._run(person, line, values, outlet))
        if _streams(request):
            return StreamingResponse(_until_end(outlet), media_type=STREAM)
        await task
        return RedirectResponse("/#fin", 303)

    async def _first(self, person: Person, form: FormData) -> bool:
        """Return whether a sending is new: a double click or a second try is done once."""
        sending = str(form.get("envoi", ""))[:64]
        if not sending:
            return True
        return await self._ports.receipts.first(f"console {person.id} {sending}", self._ports.clock.now())

    def _seen(self, request: Request) -> Response:
        """Send the page to what the first sending brought."""
        return Response(status_code=204) if _streams(request) else RedirectResponse("/#fin", 303)

    async def _run(self, person: Person, line: str, values: Mapping[str, str], outlet: ConsoleOutlet) -> None:
        try:
            at = self._ports.clock.now()
            words = _words(line, values)
            number = await self._ports.transcript.typed(person.id, words, at)
            outlet.typed(Line(number, at, words, None))
            place = Place(Platform.CONSOLE, person.id)
            await dispatch.run(self._ports, Call(person, place, line, at, values), outlet)
        except Exception as fault:
            log.error("console: %s", where(fault))  # noqa: TRY400  a traceback may hold the text
            outlet.fail(wording.fault(500, person.language))
            raise
        finally:
            outlet.end()

    async def news(self, request: Request) -> Response:
        """Give what came since the last line that the page shows."""
        person = await self._frame.who(request)
        if person is None:
            return JSONResponse({"lines": [], "waiting": 0}, 403)
        after = request.query_params.get("apres", "")
        known = int(after) if after.isdecimal() and len(after) < 16 else 0
        lines = await self._ports.transcript.since(person.id, known)
        shown = self._shown(request, person)
        new = [{"number": line.number, "html": shown(line)} for line in lines]
        return JSONResponse({"lines": new, "waiting": await self._waiting(person)})

    async def file(self, request: Request) -> Response:
        """Hand over a file of a message that the person has read."""
        file = await self._file(request)
        if file is None:
            return self._frame.fault(request, 404)
        kind = "inline" if file.media_type in PICTURES else "attachment"
        headers = {"Content-Disposition": f'{kind}; filename="{_ascii(file.name)}"'}
        return Response(file.content, media_type=file.media_type, headers=headers)

    async def _file(self, request: Request) -> File | None:
        person = await self._frame.who(request)
        number, index = request.path_params["number"], request.path_params["index"]
        if person is None or number >= 1 << 31:
            return None
        lines = await self._ports.transcript.since(person.id, number - 1, 10_000)
        message = next((line.message for line in lines if line.number == number), None)
        return message.files[index] if message is not None and index < len(message.files) else None

    def _shown(self, request: Request, person: Person) -> Shown:
        token = csrf(request)
        return lambda line: self._frame.renderer.line(line, person.language, token)


class _Static(StaticFiles):
    """Static files, kept by browsers for as long as their address stays; a missing one raises 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update({**HEADERS, "Cache-Control": FOR_A_YEAR})
        return response


async def _until_end(outlet: ConsoleOutlet) -> AsyncIterator[str]:
    async for line in outlet.lines():
        yield line


def _streams(request: Request) -> bool:
    return STREAM in request.headers.get("accept", "")


def _said(form: FormData) -> tuple[str, dict[str, str]]:
    """Return the line and the values of a form of ours."""
    line = str(form.get("ligne", "")).strip()
    values = {name.removeprefix(VALUE): str(value) for name, value in form.items() if name.startswith(VALUE)}
    return line, values


def _words(line: str, values: Mapping[str, str]) -> str:
    """Return what the conversation shows of a call: the question itself, or the command and its values."""
    if "question" in values:
        return values["question"]
    command = parse(line)
    free = isinstance(command, Command) and command.name is Name.ASK
    shown = line if free or line.startswith("/") else f"/ia {line}"
    given = [f"{name} : {value}" for name, value in values.items() if value.strip()]
    return "\n".join([shown, *given])


def _ascii(name: str) -> str:
    return "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_"
        for letter in name
    )
