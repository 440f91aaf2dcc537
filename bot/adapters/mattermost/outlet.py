"""The live way back to a person who waits in Mattermost: a draft that is edited, then the message."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from bot.adapters.drafts import PAUSES, Painting, brought
from bot.adapters.mattermost.dialogs import dialog, parts
from bot.adapters.mattermost.mail import Mail
from bot.adapters.mattermost.signing import Note
from bot.adapters.mattermost.waiting import Address, Parcel, Reply
from bot.core.person import Language
from bot.core.reply import Form, Message, Tone
from bot.errors import TooLarge, Undeliverable
from bot.ports import Clock
from bot.wording import chat as wording
from bot.wording.catalogue import say

FIRST_WORD_AFTER = 1.0
EDIT_EVERY = 1.0
SHOWN_WHILE_WRITING = 12_000

log = logging.getLogger(__name__)


class MattermostOutlet:
    """One answer on its way to one person."""

    def __init__(
        self,
        mail: Mail,
        clock: Clock,
        address: Address,
        language: Language,
        reply: Reply | None = None,
        pressed: Note | None = None,
    ) -> None:
        self._pressed = pressed
        self._mail = mail
        self._clock = clock
        self._to = address
        self._language = language
        self._reply = reply
        self._written = ""
        self._draft = ""
        self._painting = Painting(self._paint())

    async def write(self, piece: str) -> None:
        """Take a piece of the answer; it is shown at the next edit."""
        self._written += piece
        if self._reply is not None and self._reply.kind == "form":
            self._reply.give(self._reply.nothing)

    async def show(self, message: Message) -> None:
        """Show the message in place of the draft. Raises Undeliverable."""
        await self.stop()
        if message.form is not None:
            if self._corrected(message, message.form):
                return
            try:
                if await self._opened(message, message.form):
                    return
            except TooLarge:
                message = wording.form_too_long(self._language)
        if message.form is not None:
            ahead = wording.form_ahead(message.form, message, self._language)
            message = replace(message, text=ahead.text, title=ahead.title)
        aloud = self._to.direct or not message.private or (self._to.aloud and message.tone is Tone.ANSWER)
        bring = partial(
            self._mail.bring,
            self._to,
            message,
            self._language,
            aloud=aloud,
            draft=self._draft,
            reply=self._reply,
            parcel=Parcel(),
        )
        try:
            await brought(bring, PAUSES)
        except Undeliverable:
            if self._draft:
                self._mail.leave(self._draft)
            raise

    async def stop(self) -> None:
        """Stop editing the draft."""
        await self._painting.stop()

    async def _opened(self, message: Message, form: Form) -> bool:
        to = self._to
        before = self._pressed
        part, filled = (before.part, before.filled) if before is not None and before.part else (0, ())
        count = len(parts(form))
        origin = Note(
            "form",
            form.command,
            to.user,
            to.channel,
            to.root,
            direct=to.direct,
            response_url=to.response_url,
            part=part,
            parts=count,
            filled=filled,
        )
        view = dialog(form, min(part, count - 1), self._mail.sign(origin), self._language, message.text)
        opened = await self._mail.opened(to, view)
        if opened and self._reply is not None:
            self._reply.give(self._reply.nothing)
        return opened

    def _corrected(self, message: Message, form: Form) -> bool:
        """Say what is wrong inside the form that was just sent: it stays open, with what was typed."""
        reply = self._reply
        if reply is None or reply.command != form.command:
            return False
        why = message.text.rpartition("\n\n")[2].replace("*", "") if message.tone is Tone.FAULT else ""
        return reply.give({"error": why or say(self._language, "chat.incomplete")})

    async def _paint(self) -> None:
        """Show the answer as far as it has come, where it can be edited. Failing to do so costs nothing."""
        if not (self._to.direct or self._to.aloud) or await self._painting.over(FIRST_WORD_AFTER):
            return
        shown = ""
        try:
            while True:
                if not self._draft or shown != self._written:
                    shown = self._written
                    text = f"{shown[:SHOWN_WHILE_WRITING]} …" if shown.strip() else ""
                    working = say(self._language, "chat.working")
                    self._draft = await self._mail.draft(self._to, text or working, self._draft)
                if await self._painting.over(EDIT_EVERY):
                    return
        except Undeliverable as fault:
            log.info("draft not shown: %s", fault)
