"""Signed requests over HTTP. Nothing is parsed, and no work done, before size and signature are right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from urllib.parse import parse_qs

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.bodies import whole
from bot.adapters.slack.listeners import RECEIPT

PATHS = ("/slack/events", "/slack/commands", "/slack/interactivity")


def routes(app: AsyncApp, signing_secret: str) -> list[Route]:
    """Return the routes to mount; none without a secret, with which anybody could sign."""
    if not signing_secret:
        return []
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: Request) -> Response:
        body = await whole(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not _signed(verifier, request, body):
            return PlainTextResponse("bad signature", 401)
        if not _readable(body, request.headers.get("content-type", "")):
            return PlainTextResponse("bad request", 400)
        return await _answered(app, request, body)

    return [Route(path, receive, methods=["POST"]) for path in PATHS]


async def _answered(app: AsyncApp, request: Request, body: bytes) -> Response:
    headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
    signature = request.headers["x-slack-signature"]
    receipt = hashlib.sha256(signature.encode() + body).hexdigest()
    answer = await app.async_dispatch(
        AsyncBoltRequest(body=body.decode(), headers=headers, context={RECEIPT: receipt})
    )
    kept = dict(answer.first_headers_without_set_cookie())
    return Response(answer.body, answer.status, kept)


def _signed(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or not signature.isascii():
        return False
    try:
        return verifier.is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        return False


def _readable(body: bytes, kind: str) -> bool:
    """Return whether the body is what Slack sends: JSON of an event, or a form with or without a payload."""
    try:
        text = body.decode()
        if kind.startswith("application/json") or text.startswith("{"):
            return isinstance(json.loads(text), dict)
        form = parse_qs(text, strict_parsing=True, max_num_fields=100)
        if "payload" in form:
            return isinstance(json.loads(form["payload"][0]), dict)
    except (ValueError, RecursionError):  # the latter: brackets in brackets, thousands deep
        return False
    return all(form.get(name, [""])[0] for name in ("command", "user_id", "channel_id"))
