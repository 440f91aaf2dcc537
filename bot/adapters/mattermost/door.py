"""What happens to each thing Mattermost sends, once: who is it, what do they want, where to answer.

What the server waits for an answer to is kept first; while it waits, the answer may go back with the request
itself. Taken up after a crash, the same is attended to without it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bot import dispatch
from bot.adapters.arrivals import pressed_once
from bot.adapters.drafts import PAUSES, brought
from bot.adapters.inbox import Inbox
from bot.adapters.mattermost import dialogs, requests
from bot.adapters.mattermost.callers import Callers
from bot.adapters.mattermost.driver import Rest
from bot.adapters.mattermost.mail import Mail
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.outlet import MattermostOutlet
from bot.adapters.mattermost.requests import Payload
from bot.adapters.mattermost.settings import MattermostSettings
from bot.adapters.mattermost.signing import Note, Purpose, Signer
from bot.adapters.mattermost.surroundings import earlier, files
from bot.adapters.mattermost.waiting import Address, Reply
from bot.adapters.running import Running
from bot.core.ask import Turn
from bot.core.call import Arrival, Call
from bot.core.reply import Attachment, Message
from bot.errors import NotAllowed, StoreError, Undeliverable
from bot.ports import Ports
from bot.usecases.sharing import share
from bot.wording import chat as wording
from bot.wording import faults
from bot.wording.catalogue import say

ANSWER_WITHIN = 2.5
"""Seconds in which a quick answer goes back with the request itself; the server would wait thirty."""

CORRECTED_WITHIN = 1.0
"""Seconds that a form stays open to be told what is wrong with it."""

log = logging.getLogger(__name__)


class Door:
    """One server's entrance."""

    def __init__(self, ports: Ports, settings: MattermostSettings) -> None:
        self.ports = ports
        self.settings = settings
        self.rest = Rest(settings.url, settings.bot_token, settings.time_limit)
        self.server = Server(self.rest, settings, ports.clock)
        self.signer = Signer(settings.callback_secret)
        self.mail = Mail(self.rest, self.server, settings, self.signer, ports.clock)
        self.running = Running()
        self._callers = Callers(ports, settings.organisation, self.server, self.mail)
        kinds = {
            "command": self._command,
            "press": self._pressed,
            "form": self._submitted,
            "post": self._said,
        }
        self.inbox = Inbox(ports, f"mattermost/{settings.organisation}", self.running, kinds)

    async def close(self) -> None:
        """Let what runs come to its end."""
        await self.running.close()
        self.rest.close()

    async def command(self, form: Payload) -> Payload:
        """Take `/ia …`; return what the server shows."""
        reply = Reply("command")
        key = f"mattermost:{form.get('trigger_id') or _digest(form)}"
        try:
            if not await self.inbox.take("command", key, form, partial(self._command, reply=reply)):
                return reply.nothing
        except StoreError as fault:
            return {**reply.nothing, "text": faults.told(fault, "fr").text}
        return await reply.within(ANSWER_WITHIN)

    async def _command(self, arrival: Arrival, reply: Reply | None = None) -> None:
        address = requests.command(arrival.body, self.ports.clock.seconds())
        await self._attend(arrival, address, str(arrival.body.get("text") or ""), reply=reply)

    async def pressed(self, body: Payload) -> Payload:
        """Take a button or a menu; return what the server shows. The context says what it stands for."""
        reply = Reply("press")
        try:
            note, now = self._stands_for(body), self.ports.clock.now()
            key = f"mattermost:press:{body.get('post_id')}:{body['user_id']}:{note.purpose}:{note.command}"
            if not await pressed_once(self.ports, f"{key}:{note.part}", now):
                return {}
            receipt = f"mattermost:{body.get('trigger_id') or f'{key}:{now.timestamp()}'}"
            if not await self.inbox.take("press", receipt, body, partial(self._pressed, reply=reply)):
                return {}
        except NotAllowed as fault:
            log.warning("a press was refused: %s", fault)
            return {"ephemeral_text": wording.no_longer(fault, "fr")}
        except StoreError as fault:
            return {"ephemeral_text": faults.told(fault, "fr").text}
        return await reply.within(ANSWER_WITHIN)

    def _stands_for(self, body: Payload) -> Note:
        """Return what a press stands for. Raises NotAllowed."""
        context = body.get("context") or {}
        token = context.get("selected_option") if context.get("menu") else context.get("note")
        purposes: frozenset[Purpose] = frozenset({"press", "confirm", "share"})
        note = self.signer.read(token, purposes, str(body["user_id"]), self.ports.clock.now())
        if note.channel and note.channel != body["channel_id"]:
            raise NotAllowed("forged")
        return note

    async def _pressed(self, arrival: Arrival, reply: Reply | None = None) -> None:
        body, note = arrival.body, self._stands_for(arrival.body)
        direct = await self._callers.is_direct(str(body["channel_id"]), str(body["user_id"]))
        address = requests.pressed(body, note, self.ports.clock.seconds(), direct=direct)
        match note.purpose:
            case "share":
                await self._share(address, int(note.command), reply)
            case "confirm":
                await self._confirm(address, note, reply)
            case _:
                typed = dict(note.filled) if note.part == 0 else {}
                await self._attend(arrival, address, note.command, values=typed, reply=reply, note=note)

    async def submitted(self, body: Payload) -> Payload:
        """Take a dialog that was sent; the state says what it stands for and for whom it was opened."""
        try:
            note = self._sent_for(body)
            if body.get("cancelled"):
                return {}
            reply = Reply("form", note.command if note.parts == 1 else "")
            filled = sorted(_filled(note, body).items())
            receipt = f"mattermost:form:{self.signer.receipt(body['state'])}:{_digest(filled)}"
            if not await self.inbox.take("form", receipt, body, partial(self._submitted, reply=reply)):
                return {}
        except NotAllowed as fault:
            log.warning("a form was refused: %s", fault)
            return {"error": wording.no_longer(fault, "fr")}
        except StoreError as fault:
            return {"error": faults.told(fault, "fr").text}
        return await reply.within(CORRECTED_WITHIN)

    def _sent_for(self, body: Payload) -> Note:
        """Return what a dialog was opened for. Raises NotAllowed."""
        forms: frozenset[Purpose] = frozenset({"form"})
        return self.signer.read(body.get("state"), forms, str(body["user_id"]), self.ports.clock.now())

    async def _submitted(self, arrival: Arrival, reply: Reply | None = None) -> None:
        note = self._sent_for(arrival.body)
        address, filled = requests.submitted(arrival.body, note), _filled(note, arrival.body)
        if note.part < note.parts - 1:
            await self._next_part(address, note, filled)
        else:
            await self._attend(arrival, address, note.command, values=filled, reply=reply)
        if reply is not None:
            reply.give(reply.nothing)

    async def said(self, post: Payload, *, direct: bool) -> None:
        """Take a direct message or a mention, once. Raises StoreError when it could not be kept."""
        await self.inbox.take("post", f"mattermost:post:{post['id']}", {"post": post, "direct": direct})

    async def _said(self, arrival: Arrival) -> None:
        """Attend to what was written once all that belongs to it is read, however long that takes."""
        post = arrival.body["post"]
        address = requests.spoken(post, direct=arrival.body["direct"])
        person = await self._callers.person(address, "")
        if person is None:
            return
        me = await self.server.me()
        line = requests.without_bot(str(post.get("message") or ""), str(me["username"]))
        turns = await brought(partial(earlier, self.rest, post, me), PAUSES)
        read = partial(files, self.rest, post, self.settings.max_file_mb, person.language)
        attachments, refusal = await brought(read, PAUSES)
        if attachments and not line:
            refusal = wording.file_only(person.language)
        if refusal is not None:
            await self._callers.tell(address, refusal, person.language)
        else:
            await self._attend(arrival, address, line, attachments=attachments, earlier=turns)

    async def membership_changed(self, user: str) -> None:
        """Look roles up again, and give a known person theirs at once."""
        await self._callers.changed(user)

    async def _attend(
        self,
        arrival: Arrival,
        address: Address,
        line: str,
        *,
        values: Mapping[str, str] | None = None,
        attachments: tuple[Attachment, ...] = (),
        earlier: tuple[Turn, ...] = (),
        reply: Reply | None = None,
        note: Note | None = None,
    ) -> None:
        person = await self._callers.person(address, line, reply)
        if person is None:
            return
        if reply is not None:
            reply.language = person.language
        place, now = requests.place(address, self.settings.workspace), self.ports.clock.now()
        call = Call(person, place, line, now, values or {}, attachments, earlier, arrival.id)
        outlet = MattermostOutlet(self.mail, self.ports.clock, address, person.language, reply, note)
        try:
            await dispatch.run(self.ports, call, outlet)
        except Undeliverable as fault:
            log.warning("answer not delivered yet: %s", fault)
        finally:
            await outlet.stop()

    async def _next_part(self, address: Address, note: Note, filled: Mapping[str, str]) -> None:
        person = await self._callers.person(address, note.command)
        if person is None:
            return
        ahead = Note(
            "press",
            note.command,
            address.user,
            root=note.root,
            response_url=note.response_url,
            part=note.part + 1,
            filled=tuple(filled.items()),
        )
        label = say(person.language, "chat.next_part", part=note.part + 2, parts=note.parts)
        await self.mail.bring(
            address,
            wording.next_part(person.language),
            person.language,
            aloud=address.direct,
            more=((label, ahead),),
        )

    async def _confirm(self, address: Address, note: Note, reply: Reply | None) -> None:
        person = await self._callers.person(address, note.command, reply)
        if person is None:
            return
        state = Note(
            "form",
            note.command,
            address.user,
            address.channel,
            direct=address.direct,
            response_url=address.response_url,
        )
        question = dict(note.filled).get("confirm", "")
        label = say(person.language, "chat.confirm_title")
        view = dialogs.confirmation(label, question, self.mail.sign(state), person.language)
        if await self.mail.opened(address, view):
            if reply is not None:
                reply.give({})
        else:
            typed = say(person.language, "chat.type_it", label=question, command=note.command)
            await self._callers.tell(address, Message(typed), person.language, reply)

    async def _share(self, address: Address, number: int, reply: Reply | None) -> None:
        person = await self._callers.person(address, "", reply)
        if person is None:
            return
        message = await share(self.ports, person, number)
        if message.private:
            await self._callers.tell(address, message, person.language, reply)
            return
        told = wording.sharing_done(number, person.language)
        try:
            await self.mail.join(address.channel)
            await self.mail.bring(replace(address, direct=False), message, person.language, aloud=True)
        except Undeliverable as fault:
            log.warning("answer not shared: %s", fault)
            told = wording.cannot_post(person.language)
        await self._callers.tell(address, told, person.language, reply)


def _filled(note: Note, body: Payload) -> dict[str, str]:
    """Return what was filled in, in this part of a form and in those before it."""
    return dict(note.filled) | dialogs.values(body.get("submission") or {})


def _digest(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:32]
