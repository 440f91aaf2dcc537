"""A model behind the gateways that are measured: it speaks OpenAI's chat protocol and answers at once.

Run: python bench/wire/peer.py --port 8901
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from aiohttp import web

PIECES = ("Voici ", "une ", "réponse ", "courte. ", "Bonne ", "journée.")
USAGE = {"prompt_tokens": 120, "completion_tokens": 12, "total_tokens": 132}
HEAD = {"id": "chatcmpl-peer", "created": 1_790_000_000, "model": "instant"}


def _chunk(**content: Any) -> bytes:
    return f"data: {json.dumps({**HEAD, 'object': 'chat.completion.chunk', **content})}\n\n".encode()


def _choice(delta: dict[str, str], finish: str | None = None) -> bytes:
    return _chunk(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


STREAM = b"".join(
    (
        _choice({"role": "assistant", "content": ""}),
        *(_choice({"content": piece}) for piece in PIECES),
        _choice({}, "stop"),
        _chunk(choices=[], usage=USAGE),
        b"data: [DONE]\n\n",
    )
)
MESSAGE = {"role": "assistant", "content": "".join(PIECES)}
WHOLE = json.dumps(
    {
        **HEAD,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}],
        "usage": USAGE,
    }
).encode()


async def answer(request: web.Request) -> web.Response:
    """Answer one request, in events when it asks for them."""
    asked = await request.json()
    if asked.get("stream"):
        return web.Response(body=STREAM, content_type="text/event-stream")
    return web.Response(body=WHOLE, content_type="application/json")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8901)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    web.run_app(app, host="127.0.0.1", port=options.parse_args().port, print=None, access_log=None)
