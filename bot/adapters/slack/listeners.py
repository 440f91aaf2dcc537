"""Bolt's listeners: the door keeps what came in, then it is acknowledged; it is attended to meanwhile."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
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
    app.use(_only_our_workspace(door))
    app.command(door.settings.command)(_leading(door, "command"))
    app.shortcut({"type": "message_action", "callback_id": ASK_SHORTCUT})(_leading(door, "ask_about"))
    app.shortcut({"type": "message_action", "callback_id": MENTOR_SHORTCUT})(_leading(door, "hand_on"))
    app.view(CALLBACK)(_leading(door, "form"))
    app.action(re.compile(r"(command:.*|share)"))(_leading(door, "press"))
    app.event("app_mention")(_leading(door, "mention"))
    app.event("message")(_leading(door, "message"))
    app.event("app_home_opened")(_leading(door, "home"))
    app.event("member_joined_channel")(_leading(door, "membership"))
    app.event("member_left_channel")(_leading(door, "membership"))
    app.error(_failed)


def _leading(door: Door, kind: Kind) -> Callable[..., Awaitable[None]]:
    """Return a listener that acknowledges what is kept, however often Slack sends it."""

    async def listener(ack: Ack, body: dict[str, Any], context: AsyncBoltContext) -> None:
        context[HEARD] = True
        await door.receive(kind, body, str(context.get(RECEIPT) or ""))
        await ack()

    return listener


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
