"""Requests from the Mattermost server: the slash command, presses and dialogs.

Nothing is parsed before the size is right, and no work is done before the token of a command, the signed
context of a press or the signed state of a dialog is. A press and a dialog carry no token of the server's.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.bodies import whole
from bot.adapters.mattermost.door import Door
from bot.adapters.mattermost.driver import Refused

Attend = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


def routes(door: Door) -> list[Route]:
    """Return the routes to mount."""

    async def command(body: bytes) -> Response:
        form = _form(body)
        if not _known(str(form.get("token", "")), door.settings.command_tokens):
            return PlainTextResponse("unknown token", 401)
        if not all(form.get(name) for name in ("user_id", "channel_id", "team_id")):
            return PlainTextResponse("bad request", 400)
        try:
            team = await door.server.team()
        except Refused:
            return PlainTextResponse("server not reachable", 503)
        if team and form["team_id"] != team:
            return PlainTextResponse("unknown team", 403)
        return JSONResponse(dict(await door.command(form)))

    async def action(posted: bytes) -> Response:
        return await _answered(posted, door.pressed, ("user_id", "channel_id", "context"))

    async def dialog(posted: bytes) -> Response:
        return await _answered(posted, door.submitted, ("user_id", "state"))

    return [
        Route("/mattermost/command", _limited(command), methods=["POST"]),
        Route("/mattermost/action", _limited(action), methods=["POST"]),
        Route("/mattermost/dialog", _limited(dialog), methods=["POST"]),
    ]


def _limited(receive: Callable[[bytes], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        body = await whole(request)
        return PlainTextResponse("too large", 413) if body is None else await receive(body)

    return guarded


async def _answered(posted: bytes, attend: Attend, needed: Sequence[str]) -> Response:
    body = _json(posted)
    if not all(body.get(name) for name in needed) or not isinstance(body.get("context", {}), dict):
        return PlainTextResponse("bad request", 400)
    if not isinstance(body.get("submission") or {}, dict):
        return PlainTextResponse("bad request", 400)
    return JSONResponse(dict(await attend(body)))


def _known(token: str, tokens: Sequence[str]) -> bool:
    """Compare with every token, in a time that tells nothing of them."""
    matches = [hmac.compare_digest(token.encode(), known.encode()) for known in tokens if known]
    return any(matches)


def _form(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return {}


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
