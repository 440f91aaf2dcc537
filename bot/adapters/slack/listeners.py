"""Bolt's listeners: the door keeps what came in, then it is acknowledged; it is attended to meanwhile."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.api import quiet
from bot.adapters.slack.door import Door
from bot.adapters.slack.modals import CALLBACK
from bot.adapters.slack.requests import Kind, team
from bot.errors import where

Ack = Callable[..., Awaitable[BoltResponse]]

ASK_SHORTCUT = "ask_ai"
MENTOR_SHORTCUT = "ask_mentor"
_SHORTCUTS: Mapping[str, Kind] = {ASK_SHORTCUT: "ask_about", MENTOR_SHORTCUT: "hand_on"}
_EVENTS: Mapping[str, Kind] = {
    "app_mention": "mention",
    "message": "message",
    "app_home_opened": "home",
    "member_joined_channel": "membership",
    "member_left_channel": "membership",
}
RECEIPT, HEARD = "receipt", "heard"
"""What a request carries: the mark of its envelope, and whether a listener of ours began with it."""


def application(door: Door) -> AsyncApp:
    """Return the Bolt app whose listeners all lead to `door`.

    Signatures are checked by our own HTTP entrance, before Bolt parses anything; Socket Mode has none.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        identity = await door.api.identity()
        return AuthorizeResult(
            enterprise_id=identity.get("enterprise_id"),
            team_id=identity.get("team_id"),
            bot_id=identity.get("bot_id"),
            bot_user_id=identity.get("user_id"),
            bot_token=door.settings.bot_token,
        )

    app = AsyncApp(
        name="sobria",
        logger=quiet,
        client=AsyncWebClient(base_url=door.settings.api, logger=quiet),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )
    _register(app, door)
    return app


def _register(app: AsyncApp, door: Door) -> None:
    def leading(kind: Kind) -> dict[str, Any]:
        return {"middleware": [_keeping(door, kind)]}

    app.use(_only_our_workspace(door))
    app.command(door.settings.command, **leading("command"))(_acknowledge)
    for callback, kind in _SHORTCUTS.items():
        app.shortcut({"type": "message_action", "callback_id": callback}, **leading(kind))(_acknowledge)
    app.view(CALLBACK, **leading("form"))(_acknowledge)
    app.action(re.compile(r"(command:.*|share)"), **leading("press"))(_acknowledge)
    for event, kind in _EVENTS.items():
        app.event(event, **leading(kind))(_acknowledge)
    app.error(_failed)


async def _acknowledge(ack: Ack) -> None:
    await ack()


def _keeping(door: Door, kind: Kind) -> Callable[..., Awaitable[None]]:
    """Return what keeps a request, however often Slack sends it.

    It stands before the listener, because Bolt acknowledges events of its own accord before theirs.
    """

    async def middleware(
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  Bolt's name
    ) -> None:
        context[HEARD] = True
        await door.receive(kind, body, str(context.get(RECEIPT) or ""))
        await next()

    return middleware


def _only_our_workspace(door: Door) -> Callable[..., Awaitable[BoltResponse | None]]:
    async def middleware(
        body: dict[str, Any],
        next: Callable[[], Awaitable[None]],  # noqa: A002  Bolt's name
    ) -> BoltResponse | None:
        named = team(body)
        if named is not None and named != (await door.api.identity()).get("team_id"):
            quiet.warning("refused a request of an unknown workspace")
            return BoltResponse(status=403, body="unknown team")
        await next()
        return None

    return middleware


async def _failed(error: Exception) -> BoltResponse:
    quiet.error("request refused: %s", where(error))
    return BoltResponse(status=400, body="bad request")
