"""The live way back to a person in Slack: a placeholder, edits about once a second, then the message.

What only one person sees after a slash command cannot be edited, also not by the response address: there the
placeholder says what stays true, a long answer comes paragraph by paragraph, and the message brings the rest.

Where the answer goes is decided here, once: a form opens as a modal while the click that asked for it is
fresh; what is private goes to the person alone; what a person asked aloud in a thread is answered there.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from bot.adapters.drafts import PAUSES, Painting, brought
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.blocks import Post, posts
from bot.adapters.slack.mail import MOST_POSTS, Address, Parcel, deliver, sketch, whisper
from bot.adapters.slack.modals import Origin, modal
from bot.adapters.slack.mrkdwn import render
from bot.core.person import Language
from bot.core.reply import Message, Tone
from bot.errors import TooLarge, Undeliverable
from bot.ports import Clock
from bot.wording import chat as wording
from bot.wording.catalogue import say

FIRST_WORD_AFTER = 1.2
"""Seconds of silence before a placeholder; most commands are done by then."""

EDIT_EVERY = 1.1
"""Seconds between edits: Slack allows some fifty a minute in a channel."""

SHOWN_WHILE_WRITING = 2_900

PART_EVERY = 8.0
"""Seconds before the first part of an answer that cannot be edited; the next one waits twice as long."""

PARTS, PART_LENGTH = 2, 500
"""How many parts at most, a response address serving five times; and the characters that are worth one."""

log = logging.getLogger(__name__)


class SlackOutlet:
    """One answer on its way to one person."""

    def __init__(self, api: SlackApi, clock: Clock, address: Address, language: Language) -> None:
        self._api = api
        self._clock = clock
        self._to = address
        self._language = language
        self._written = self._shown = ""
        self._parts = 0
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
        message = self._rest(message)
        aloud = self._to.direct or not message.private or (self._to.aloud and message.tone is Tone.ANSWER)
        to, draft, parcel = self._to, self._draft, Parcel()
        bring = partial(deliver, self._api, to, message, self._language, draft, aloud=aloud, parcel=parcel)
        await brought(bring, PAUSES)

    async def stop(self) -> None:
        """Stop editing the draft."""
        await self._painting.stop()

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
        if await self._painting.over(FIRST_WORD_AFTER):
            return
        step = self._grown if self._to.direct or self._to.aloud else self._told
        try:
            while not await step():
                pass
        except Undeliverable as fault:
            log.info("draft not shown: %s", fault)

    async def _told(self) -> bool:
        """Tell the person alone that work goes on, later the paragraphs that are done."""
        ready = _paragraphs(self._written[len(self._shown) :])
        if not self._parts:
            await whisper(self._api, self._to, Post(say(self._language, "chat.received"), ()))
            self._parts = 1
        elif ready and self._parts <= PARTS:
            for page in render(ready, SHOWN_WHILE_WRITING):
                await whisper(self._api, self._to, Post(page, ()))
            self._parts, self._shown = self._parts + 1, self._shown + ready
        return await self._painting.over(PART_EVERY * self._parts)

    def _rest(self, message: Message) -> Message:
        """Return an answer without the parts that its person has read, unless it comes whole as a file."""
        read = self._shown if self._parts else ""
        fits = message.tone is Tone.ANSWER and message.text.startswith(read)
        if not read or not fits or len(posts(message, self._language)) > MOST_POSTS:
            return message
        return replace(message, text=message.text[len(read) :].lstrip("\n"), title="")

    async def _grown(self) -> bool:
        """Show what is new in one post; return whether the answer has come. A cut network is waited for."""
        if self._draft is None or self._shown != self._written:
            written = self._written
            pages = render(written[:SHOWN_WHILE_WRITING], SHOWN_WHILE_WRITING) if written.strip() else ()
            text = f"{pages[0]} …" if pages else say(self._language, "chat.working")
            try:
                self._draft = await sketch(self._api, self._to, text, self._draft)
                self._shown = written
            except Undeliverable as fault:
                if not fault.passing:
                    raise
        return await self._painting.over(EDIT_EVERY)


def _paragraphs(text: str) -> str:
    """Return the whole paragraphs at the beginning of `text`; none while they are few, or code is open."""
    ready = text[:SHOWN_WHILE_WRITING].rpartition("\n\n")[0]
    return ready if len(ready) >= PART_LENGTH and ready.count("```") % 2 == 0 else ""
