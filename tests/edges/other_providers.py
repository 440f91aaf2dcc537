"""Mistral, Anthropic and Ollama at the far end of the wire: one server, each provider's own protocol.

It says « Bonjour Sophie. » in two pieces, tells usage the way each provider does, and fails when `status` is
set.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

PIECES = ("Bonjour ", "Sophie.")


@dataclass
class Providers:
    """The running server, what it received, and the status that it fails with."""

    address: str = ""
    status: int = 200
    received: list[tuple[str, Mapping[str, str], Mapping[str, Any]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer in the protocol that the path belongs to."""
        body = await request.json()
        self.received.append((request.path, dict(request.headers), body))
        if self.status != 200:
            return web.json_response({"error": {"type": "scripted", "message": "no"}}, status=self.status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for line in _PROTOCOLS[request.path](str(body["model"])):
            await response.write(line.encode())
        return response


def _mistral(model: str) -> Sequence[str]:
    def chunk(delta: Mapping[str, str], finish: str | None = None, **more: Any) -> str:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return f"data: {json.dumps({'id': '1', 'model': model, 'choices': choices, **more})}\n\n"

    usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
    said = [chunk({"role": "assistant", "content": piece}) for piece in PIECES]
    return [*said, chunk({"content": ""}, "stop", usage=usage), "data: [DONE]\n\n"]


def _anthropic(model: str) -> Sequence[str]:
    def event(kind: str, **more: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n"

    read = {"input_tokens": 4, "cache_read_input_tokens": 8, "cache_creation_input_tokens": 0}
    message = {"id": "1", "type": "message", "role": "assistant", "model": model, "content": []}
    text = {"type": "text", "text": ""}
    said = [
        event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece}) for piece in PIECES
    ]
    return [
        event("message_start", message={**message, "usage": {**read, "output_tokens": 1}}),
        event("content_block_start", index=0, content_block=text),
        *said,
        event("content_block_stop", index=0),
        event("message_delta", delta={"stop_reason": "end_turn"}, usage={**read, "output_tokens": 5}),
        event("message_stop"),
    ]


def _ollama(model: str) -> Sequence[str]:
    def line(content: str, **more: Any) -> str:
        message = {"role": "assistant", "content": content}
        at = "2026-11-23T09:00:00Z"
        return (
            json.dumps({"model": model, "created_at": at, "message": message, "done": False, **more}) + "\n"
        )

    end = {"done": True, "done_reason": "stop", "prompt_eval_count": 12, "eval_count": 5}
    return [*(line(piece) for piece in PIECES), line("", **end)]


_PROTOCOLS = {"/v1/chat/completions": _mistral, "/v1/messages": _anthropic, "/api/chat": _ollama}


@asynccontextmanager
async def other_providers() -> AsyncIterator[Providers]:
    """Serve on a free port of this machine."""
    running = Providers()
    app = web.Application()
    for path in _PROTOCOLS:
        app.router.add_post(path, running.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    running.address = f"http://{host}:{port}"
    try:
        yield running
    finally:
        await runner.cleanup()
