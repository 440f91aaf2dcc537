"""Who waits where, for which answer of ours, and how far a message to them has come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Literal

from bot.adapters.mattermost.posts import Post
from bot.core.person import Language
from bot.wording.catalogue import say

TRIGGER_LIVES = 2.5
"""Seconds of the three that a trigger opens a dialog."""


AS_IT_IS = {"skip_slack_parsing": True}
"""Without it the server takes an answer for Slack's markup, and makes a link of `Promise<string|null>`."""


class Reply:
    """The answer that the server is waiting for: to a slash command, a press, or a form that was sent.

    `command` is what a form stands for, `language` that of whoever waits, as soon as it is known.
    """

    def __init__(self, kind: Literal["command", "press", "form"], command: str = "") -> None:
        self.kind = kind
        self.command = command
        self.language: Language = "fr"
        self.nothing = {"response_type": "ephemeral", "text": ""} if kind == "command" else {}
        self._given: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()

    def give(self, body: Mapping[str, Any]) -> bool:
        """Answer the server; return False when it was answered already."""
        if self._given.done():
            return False
        self._given.set_result(body)
        return True

    async def within(self, seconds: float) -> Mapping[str, Any]:
        """Return the answer; after `seconds`, that a command was received, and then nothing more can be given."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self._given), seconds)
        received = say(self.language, "chat.received") if self.kind == "command" else ""
        self.give({**self.nothing, "text": received} if received else self.nothing)
        return self._given.result()

    def takes(self, post: Post, *, alone: bool) -> bool:
        """Give `post` as the answer; a press takes only plain words that are all there is, a form takes none."""
        if self.kind == "command":
            shown = {"text": post.text, "attachments": list(post.attachments)}
            return self.give({"response_type": "ephemeral", **AS_IT_IS, **shown})
        plain = self.kind == "press" and alone and not post.attachments
        return plain and self.give({"ephemeral_text": post.text, **AS_IT_IS})


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody waits.

    `aloud` means that they asked where others read; `direct`, in the bot's own conversation with them.
    `trigger` opens a dialog until `trigger_until` of the stopwatch.
    """

    channel: str
    user: str
    root: str = ""
    direct: bool = False
    aloud: bool = False
    response_url: str = ""
    trigger: str = ""
    trigger_until: float = 0.0


@dataclass(slots=True)
class Parcel:
    """How far a message has come, so that what came through before a network was cut does not come again.

    Beyond what this knows, the server itself makes two posts with the same pending id into one; and `again` has
    the place looked at first, for what came through without our hearing so.
    """

    key: str = field(default_factory=lambda: token_hex(12))
    brought: int = 0
    again: bool = False
