"""The live way back to a person in Slack: a placeholder, edits about once a second, then the message.

Where the answer goes is decided here, once: a form opens as a modal while the click that asked for it is
fresh; what is private goes to the person alone; what a person asked aloud in a thread is answered there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from bot.adapters.drafts import PAUSES, Painting, brought
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.blocks import Block, Post, button, posts
from bot.adapters.slack.modals import Origin, modal
from bot.adapters.slack.mrkdwn import render
from bot.core.person import Language
from bot.core.reply import File, Message, Tone
from bot.errors import TooLarge, Undeliverable
from bot.ports import Clock
from bot.wording import chat as wording
from bot.wording.catalogue import say

FIRST_WORD_AFTER = 1.2
"""Seconds of silence before a placeholder; most commands are done by then."""

EDIT_EVERY = 1.1
"""Seconds between edits: Slack allows some fifty a minute in a channel."""

TRIGGER_LIVES = 2.5
SHOWN_WHILE_WRITING = 3_000
MOST_POSTS = 4
"""Posts for one message; a longer one comes as a file, whole."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody waits.

    `aloud` means that they asked where others read; `direct`, in the bot's own conversation with them.
    `trigger` opens a modal until `trigger_until` of the stopwatch.
    """

    channel: str
    user: str
    thread: str | None = None
    direct: bool = False
    aloud: bool = False
    response_url: str | None = None
    trigger: str | None = None
    trigger_until: float = 0.0


class SlackOutlet:
    """One answer on its way to one person."""

    def __init__(self, api: SlackApi, clock: Clock, address: Address, language: Language, line: str) -> None:
        self._api = api
        self._clock = clock
        self._to = address
        self._language = language
        self._line = line
        self._written = ""
        self._draft: str | None = None
        self._painting = Painting(self._paint())

    async def write(self, piece: str) -> None:
        """Take a piece of the answer; it is shown at the next edit."""
        self._written += piece

    async def show(self, message: Message) -> None:
        """Show the message in place of the draft. Raises Undeliverable."""
        await self.stop()
        if message.form is not None:
            try:
                if await self._opened(message):
                    return
                message = self._with_form_button(message)
            except TooLarge:
                message = wording.form_too_long(self._language)
        open_to_all = self._to.direct or not message.private or self._public(message)
        bring = partial(deliver, self._api, self._to, message, self._language, self._draft, aloud=open_to_all)
        await brought(bring, PAUSES)

    async def stop(self) -> None:
        """Stop editing the draft."""
        await self._painting.stop()

    def _public(self, message: Message) -> bool:
        return self._to.aloud and message.tone is Tone.ANSWER

    async def _opened(self, message: Message) -> bool:
        to = self._to
        if message.form is None or to.trigger is None or self._clock.seconds() > to.trigger_until:
            return False
        origin = Origin(message.form.command, to.channel, to.thread, to.direct, to.response_url)
        self._to = replace(to, trigger=None)
        try:
            view = modal(message.form, origin, self._language, message.text)
            await self._api.call("views.open", trigger_id=to.trigger, view=view)
        except Undeliverable as fault:
            log.info("form by button instead: %s", fault)
            return False
        return True

    def _with_form_button(self, message: Message) -> Message:
        if message.form is None:
            return message
        ahead = wording.form_ahead(message.form, message, self._language)
        return replace(message, text=ahead.text, title=ahead.title)

    async def _paint(self) -> None:
        """Show that work goes on, then the answer as far as it has come. Failing to do so costs nothing."""
        shown = ""
        if await self._painting.over(FIRST_WORD_AFTER):
            return
        try:
            if not (self._to.direct or self._to.aloud):
                await _ephemeral(self._api, self._to, Post(say(self._language, "chat.working"), ()))
                return
            while True:
                if self._draft is None or shown != self._written:
                    shown = self._written
                    await self._edit(shown)
                if await self._painting.over(EDIT_EVERY):
                    return
        except Undeliverable as fault:
            log.info("draft not shown: %s", fault)

    async def _edit(self, written: str) -> None:
        pages = render(written[:SHOWN_WHILE_WRITING], SHOWN_WHILE_WRITING) if written.strip() else ()
        text = f"{pages[0]} …" if pages else say(self._language, "chat.working")
        if self._draft is None:
            self._draft = await _said(self._api, self._to, Post(text, ()))
        else:
            await self._api.call("chat.update", channel=self._to.channel, ts=self._draft, text=text)


async def deliver(
    api: SlackApi,
    to: Address,
    message: Message,
    language: Language,
    draft: str | None = None,
    *,
    aloud: bool,
) -> None:
    """Bring `message` to `to`, for all to read when `aloud`. `draft` is a post that it replaces."""
    message, whole = _shortened(message, language)
    rendered = posts(message, language, _own_buttons(message, to, language, aloud))
    if draft is not None and not aloud:
        with suppress(Undeliverable):
            await api.call("chat.delete", channel=to.channel, ts=draft)
    for number, post in enumerate(rendered):
        if not aloud:
            await _ephemeral(api, to, post)
        elif number > 0 or draft is None or not await _replaced(api, to, draft, post):
            await _said(api, to, post)
    for file in (*whole, *message.files):
        await _handed(api, to, file, language, aloud=aloud)


def _own_buttons(message: Message, to: Address, language: Language, aloud: bool) -> Sequence[Block]:
    """Return the buttons only a chat platform has: fill in the form, share with the channel."""
    found = []
    if message.form is not None:
        label = message.form.submit if len(message.buttons) else say(language, "chat.fill_in")
        found.append(button(label, "command:form", message.form.command, "primary"))
    if message.tone is Tone.ANSWER and message.ask is not None and not aloud and not to.direct:
        found.append(button(say(language, "chat.share"), "share", str(message.ask)))
    return found


def _shortened(message: Message, language: Language) -> tuple[Message, tuple[File, ...]]:
    """Return a message of a few posts, and the whole of it as a file when it is longer than that."""
    if len(posts(message, language)) <= MOST_POSTS:
        return message, ()
    name = f"{say(language, 'chat.whole_answer')}-{message.ask or 'ia'}.md"
    whole = File(name, "text/markdown", message.text.encode())
    return replace(message, text=say(language, "chat.attached")), (whole,)


async def _ephemeral(api: SlackApi, to: Address, post: Post) -> None:
    """Show `post` to the person alone: by the response address, else as an ephemeral post, else directly."""
    if to.response_url is not None:
        with suppress(Undeliverable):
            body = {"response_type": "ephemeral", "replace_original": False, **_content(post)}
            await api.respond(to.response_url, body)
            return
    thread = {"thread_ts": to.thread} if to.thread else {}
    try:
        await api.call("chat.postEphemeral", channel=to.channel, user=to.user, **thread, **_content(post))
    except Undeliverable:
        await api.call("chat.postMessage", channel=to.user, **_content(post))


async def _said(api: SlackApi, to: Address, post: Post) -> str:
    thread = {"thread_ts": to.thread} if to.thread else {}
    answer = await api.call("chat.postMessage", channel=to.channel, **thread, **_content(post))
    return str(answer.get("ts", ""))


async def _replaced(api: SlackApi, to: Address, draft: str, post: Post) -> bool:
    """Put `post` in the draft's place; return False when the draft is gone."""
    try:
        await api.call("chat.update", channel=to.channel, ts=draft, **_content(post))
    except Undeliverable as fault:
        log.info("draft not replaced: %s", fault)
        return False
    return True


async def _handed(api: SlackApi, to: Address, file: File, language: Language, *, aloud: bool) -> None:
    """Upload a file where the message went; what is private goes to the person's own conversation."""
    try:
        channel, thread = (to.channel, to.thread) if aloud else (await conversation(api, to.user), None)
        await api.upload(file, channel, thread)
    except Undeliverable as fault:
        log.warning("file not uploaded: %s", fault)
        lost = Post(say(language, "chat.file_lost", name=file.name), ())
        await (_said(api, to, lost) if aloud else _ephemeral(api, to, lost))


async def conversation(api: SlackApi, user: str) -> str:
    """Return the channel of the bot's own conversation with `user`."""
    return str((await api.call("conversations.open", users=user))["channel"]["id"])


def _content(post: Post) -> dict[str, object]:
    """Return a post without previews: a link in an answer must not be fetched by anybody's machine."""
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return {"text": post.text, **({"blocks": list(post.blocks)} if post.blocks else {}), **quiet}
