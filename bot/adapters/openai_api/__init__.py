"""The door for programs: OpenAI's chat protocol, so that its clients work under the association's policy.

The bearer token belongs to a person, and a request is an ask of theirs on the same road as any other:
checked, pseudonymised, counted, and held for a mentor when a rule says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.requests import ClientDisconnect

from bot import dispatch
from bot.adapters.openai_api import wire
from bot.adapters.openai_api.waiting import Waiting
from bot.adapters.openai_api.wire import Answered, BadRequest, Chunks, Wanted
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.command import Name
from bot.core.person import Person
from bot.core.reply import Message, Tone
from bot.errors import SobriaError
from bot.gateway import LONGEST_ASK
from bot.ports import Ports

Authenticate = Callable[[str], Awaitable[Person | None]]
"""Whose token this is."""

LARGEST = 1_000_000
"""Bytes of a request; the longest ask fits in several times."""

SILENCE = 5.0
"""Seconds before a stream begins without a word, so that nobody in between hangs up."""


def router(ports: Ports, authenticate: Authenticate) -> APIRouter:
    """Return the routes of the API."""
    door = _Door(ports, authenticate)
    routes = APIRouter(prefix="/v1", include_in_schema=False)
    routes.add_api_route("/chat/completions", door.chat, methods=["POST"])
    routes.add_api_route("/models", door.models, methods=["GET"])
    routes.add_api_route("/models/{name}", door.model, methods=["GET"])
    return routes


class _Door:
    def __init__(self, ports: Ports, authenticate: Authenticate) -> None:
        self._ports = ports
        self._authenticate = authenticate
        self._running: set[asyncio.Task[None]] = set()

    async def chat(self, request: Request) -> Response:
        """Answer one request; every fault goes back as OpenAI's clients read it."""
        try:
            person = await self._person(request)
            wanted = wire.read(await _body(request))
            _not_too_long(wanted)
            return await self._answer(person, wanted)
        except BadRequest as fault:
            return wire.refused(fault)

    async def models(self, request: Request) -> Response:
        """List what may be asked for."""
        try:
            await self._person(request)
        except BadRequest as fault:
            return wire.refused(fault)
        return JSONResponse(wire.models(self._now()))

    async def model(self, request: Request, name: str) -> Response:
        """Describe the one model."""
        try:
            await self._person(request)
            return JSONResponse(wire.model(name, self._now()))
        except BadRequest as fault:
            return wire.refused(fault)

    async def _person(self, request: Request) -> Person:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        person = (
            await self._authenticate(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
        )
        if person is None:
            raise BadRequest("The key is unknown or too old.", status=401, code="invalid_api_key")
        return person

    async def _answer(self, person: Person, wanted: Wanted) -> Response:
        waiting = self._asked(person, wanted)
        identifier, created = f"chatcmpl-{uuid4().hex}", self._now()
        if not wanted.stream:
            async for _ in waiting.pieces():
                pass  # the message has the whole text
            answered = await self._answered(person, await waiting.message())
            return JSONResponse(wire.whole(answered, identifier, created))
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENCE):
                await waiting.begun()
        if waiting.ended and not waiting.said:
            await self._answered(person, await waiting.message())  # a fault still has its own status
        events = self._events(person, wanted, waiting, Chunks(identifier, created))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    def _asked(self, person: Person, wanted: Wanted) -> Waiting:
        """Set the ask on its road. It goes on to its end even when the client hangs up: it was accepted."""
        waiting = Waiting()
        place = Place(Platform.API, person.id)
        call = Call(
            person,
            place,
            Name.ASK.value,
            self._ports.clock.now(),
            values={"question": wanted.text},
            earlier=wanted.earlier,
        )
        task = asyncio.create_task(waiting.through(dispatch.run(self._ports, call, waiting)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return waiting

    async def _events(
        self, person: Person, wanted: Wanted, waiting: Waiting, chunks: Chunks
    ) -> AsyncIterator[bytes]:
        yield chunks.start()
        async for piece in waiting.pieces():
            yield chunks.piece(piece)
        try:
            answered = await self._answered(person, await waiting.message())
        except BadRequest as fault:
            yield wire.event(wire.error(fault)) + wire.DONE
            return
        if not waiting.said:
            yield chunks.piece(answered.text)
        yield chunks.end(answered, with_usage=wanted.with_usage)

    async def _answered(self, person: Person, message: Message) -> Answered:
        """Return what goes back for the message a person would read. Raises BadRequest for a fault."""
        if message.tone is Tone.FAULT:
            raise BadRequest(message.text, status=503, code="unavailable")
        if message.ask is None:
            raise _not_yet(message)
        try:
            record = await self._ports.asks.by_number(person.organisation, message.ask)
        except SobriaError:
            raise BadRequest("The store cannot be read.", status=503, code="unavailable") from None
        answered = message.tone is Tone.ANSWER
        return Answered(
            text=message.text if answered else _explained(message),
            finish="stop" if answered else "content_filter",
            model=(record.model if record else None) or wire.MODEL,
            ask=message.ask,
            state=record.state.value if record else "",
            tokens_in=(record.tokens_in if record else None) or 0,
            tokens_out=(record.tokens_out if record else None) or 0,
        )

    def _now(self) -> int:
        return int(self._ports.clock.now().timestamp())


def _not_too_long(wanted: Wanted) -> None:
    if len(wanted.text) + sum(len(turn.text) for turn in wanted.earlier) > LONGEST_ASK:
        limit = f"The text is longer than {LONGEST_ASK} characters."
        raise BadRequest(limit, code="context_length_exceeded", param="messages")


def _not_yet(message: Message) -> BadRequest:
    """Return what an ask that was not even accepted is told: the charter first, or no budget left."""
    if message.tone is Tone.STOPPED:
        return BadRequest(_explained(message), status=429, code="insufficient_quota")
    return BadRequest(_explained(message), status=403, code="not_yet_allowed")


def _explained(message: Message) -> str:
    """Return a message that is no answer as one text."""
    facts = "\n".join(f"{fact.label} : {fact.value}" for fact in message.facts)
    return "\n\n".join(part for part in (message.title, message.text, facts) if part)


async def _body(request: Request) -> bytes:
    """Read the body, and no more of it than may be."""
    body = bytearray()
    try:
        async for stretch in request.stream():
            body += stretch
            if len(body) > LARGEST:
                raise BadRequest(f"The request is larger than {LARGEST} bytes.", status=413)
    except ClientDisconnect:
        raise BadRequest("The client hung up.") from None
    return bytes(body)
