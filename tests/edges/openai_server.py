"""A model provider at the far end of the wire: a real HTTP server that speaks OpenAI's chat protocol.

It says what the test scripts, one script a request, fails as the test scripts, and keeps what it received::

    async with scripted_model(Says("Bonjour ", "Sophie."), Fails(429)) as edge:
        ...  # point a provider at edge.url
        assert edge.received[0].last == "Dis bonjour"
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}


class Says:
    """An answer in pieces; "{sent}" in a piece becomes the last message received."""

    def __init__(
        self, *pieces: str, usage: Mapping[str, Any] | None = USAGE, finish: str | None = "stop"
    ) -> None:
        self.pieces = pieces
        self.usage = usage
        self.finish = finish


class Breaks(Says):
    """Says its pieces, then the connection is cut."""


class Stalls(Says):
    """Says its pieces, then nothing more, for as long as the client waits."""


@dataclass(frozen=True)
class Fails:
    """An answer with an HTTP status and an error such as OpenAI's."""

    status: int
    message: str = "The key sk-of-the-test does not fit the text « secret »"


Script = Says | Fails


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    authorization: str
    body: Mapping[str, Any]

    @property
    def last(self) -> str:
        """Return the last message."""
        return str(self.body["messages"][-1]["content"])


@dataclass
class Edge:
    """The running server. `url` is what a `base_url` setting takes."""

    url: str = ""
    key: str | None = None
    scripts: list[Script] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    abandoned: asyncio.Event = field(default_factory=asyncio.Event)

    def script(self, *scripts: Script) -> None:
        """Queue what the next requests get; after the last one an ordinary answer is given."""
        self.scripts += scripts

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        body = await request.json()
        authorization = request.headers.get("Authorization", "")
        self.received.append(Received(request.path, authorization, body))
        self.connections.add(request.transport)
        if self.key is not None and authorization != f"Bearer {self.key}":
            return _error(Fails(401))
        script = self.scripts.pop(0) if self.scripts else Says("Voici ", "une réponse.")
        if isinstance(script, Fails):
            return _error(script)
        if not body.get("stream"):
            return web.json_response(_whole(script, body))
        try:
            return await _streamed(script, body, request)
        except (asyncio.CancelledError, ConnectionError):
            self.abandoned.set()
            raise


def _error(fails: Fails) -> web.Response:
    error = {"message": fails.message, "type": "scripted", "code": fails.status}
    return web.json_response({"error": error}, status=fails.status)


def _filled(script: Says, body: Mapping[str, Any]) -> list[str]:
    sent = str(body["messages"][-1]["content"])
    return [piece.replace("{sent}", sent) for piece in script.pieces]


def _whole(script: Says, body: Mapping[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(_filled(script, body))}
    choice = {"index": 0, "message": message, "finish_reason": script.finish}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"]}
    return {**answer, "choices": [choice], **({"usage": script.usage} if script.usage else {})}


def _chunk(body: Mapping[str, Any], **content: Any) -> bytes:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    return f"data: {json.dumps({**head, **content})}\n\n".encode()


def _choice(delta: Mapping[str, Any], finish: str | None = None) -> list[Mapping[str, Any]]:
    return [{"index": 0, "delta": delta, "finish_reason": finish}]


async def _streamed(script: Says, body: Mapping[str, Any], request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(_chunk(body, choices=_choice({"role": "assistant", "content": ""})))
    for piece in _filled(script, body):
        await response.write(_chunk(body, choices=_choice({"content": piece})))
    if isinstance(script, Stalls):
        await asyncio.Event().wait()
    if isinstance(script, Breaks):
        assert request.transport is not None
        request.transport.abort()
        return response
    if script.finish:
        await response.write(_chunk(body, choices=_choice({}, script.finish)))
    if script.usage and (body.get("stream_options") or {}).get("include_usage"):
        await response.write(_chunk(body, choices=[], usage=script.usage))
    await response.write(b"data: [DONE]\n\n")
    return response


@asynccontextmanager
async def scripted_model(*scripts: Script, key: str | None = None) -> AsyncIterator[Edge]:
    """Serve on a free port of this machine; with `key`, any other key gets a 401."""
    edge = Edge(key=key, scripts=list(scripts))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", edge.chat)
    # A request whose client has gone is cancelled, so that a test can see it go.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    edge.url = f"http://{host}:{port}/v1"
    try:
        yield edge
    finally:
        await runner.cleanup()
