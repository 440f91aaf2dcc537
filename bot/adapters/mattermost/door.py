"""What happens to each thing Mattermost sends, once: who is it, what do they want, where to answer."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from bot import dispatch
from bot.adapters.arrivals import Roster, admitted, once, pressed_once, refreshed
from bot.adapters.mattermost import dialogs, requests
from bot.adapters.mattermost.driver import Refused, Rest
from bot.adapters.mattermost.mail import Mail
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.outlet import MattermostOutlet
from bot.adapters.mattermost.requests import Payload
from bot.adapters.mattermost.settings import MattermostSettings
from bot.adapters.mattermost.signing import Note, Purpose, Signer
from bot.adapters.mattermost.surroundings import attached, earlier
from bot.adapters.mattermost.waiting import Address, Reply
from bot.adapters.running import Running
from bot.core.ask import Turn
from bot.core.call import Call
from bot.core.person import Language, Person
from bot.core.reply import Attachment, Message
from bot.errors import NotAllowed, SobriaError, StoreError, Undeliverable
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
        self.roster = Roster(ports.clock, self.server.governing())
        self.signer = Signer(settings.callback_secret)
        self.mail = Mail(self.rest, self.server, settings, self.signer, ports.clock)
        self.running = Running()

    async def close(self) -> None:
        """Let what runs come to its end."""
        await self.running.close()
        self.rest.close()

    async def command(self, form: Payload) -> Payload:
        """Attend to `/ia …`; return what the server shows."""
        reply = Reply("command")
        self.running.start_alone(self._command(form, reply))
        working = {"response_type": "ephemeral", "text": say("fr", "chat.working")}
        return await reply.within(ANSWER_WITHIN, working)

    async def _command(self, form: Payload, reply: Reply) -> None:
        address = requests.command(form, self.ports.clock.seconds())
        key = f"mattermost:{form.get('trigger_id') or _digest(form)}"
        try:
            if not await once(self.ports, key, self.ports.clock.now()):
                reply.give(reply.nothing)
                return
        except StoreError as fault:
            reply.give({**reply.nothing, "text": faults.told(fault, "fr").text})
            raise
        await self._attend(address, str(form.get("text") or ""), reply=reply)

    async def pressed(self, body: Payload) -> Payload:
        """Attend to a button or a menu; return what the server shows. The context says what it stands for."""
        try:
            note = self._stands_for(body)
        except NotAllowed as fault:
            log.warning("a press was refused: %s", fault)
            return {"ephemeral_text": wording.no_longer(fault, "fr")}
        reply = Reply("press")
        self.running.start_alone(self._pressed(body, note, reply))
        return await reply.within(ANSWER_WITHIN, {})

    def _stands_for(self, body: Payload) -> Note:
        """Return what a press stands for. Raises NotAllowed."""
        context = body.get("context") or {}
        token = context.get("selected_option") if context.get("menu") else context.get("note")
        purposes: frozenset[Purpose] = frozenset({"press", "confirm", "share"})
        note = self.signer.read(token, purposes, str(body["user_id"]), self.ports.clock.now())
        if note.channel and note.channel != body["channel_id"]:
            raise NotAllowed("forged")
        return note

    async def _pressed(self, body: Payload, note: Note, reply: Reply) -> None:
        try:
            first = await self._first_press(body, note)
        except StoreError as fault:
            reply.give({"ephemeral_text": faults.told(fault, "fr").text})
            raise
        if not first:
            reply.give({})
            return
        direct = await self._is_direct(str(body["channel_id"]), str(body["user_id"]))
        address = requests.pressed(body, note, self.ports.clock.seconds(), direct=direct)
        match note.purpose:
            case "share":
                await self._share(address, int(note.command), reply)
            case "confirm":
                await self._confirm(address, note, reply)
            case _:
                typed = dict(note.filled) if note.part == 0 else {}
                await self._attend(address, note.command, values=typed, reply=reply, note=note)

    async def _first_press(self, body: Payload, note: Note) -> bool:
        """Return whether this is neither a double click nor the same request again."""
        key = f"mattermost:press:{body.get('post_id')}:{body['user_id']}:{note.purpose}:{note.command}"
        now = self.ports.clock.now()
        trigger = body.get("trigger_id")
        return await pressed_once(self.ports, f"{key}:{note.part}", now) and (
            not trigger or await once(self.ports, f"mattermost:{trigger}", now)
        )

    async def submitted(self, body: Payload) -> Payload:
        """Attend to a dialog that was sent; the state says what it stands for and for whom it was opened."""
        account = str(body["user_id"])
        try:
            now = self.ports.clock.now()
            note = self.signer.read(body.get("state"), frozenset({"form"}), account, now)
        except NotAllowed as fault:
            log.warning("a form was refused: %s", fault)
            return {"error": wording.no_longer(fault, "fr")}
        if body.get("cancelled"):
            return {}
        filled = dict(note.filled) | dialogs.values(body.get("submission") or {})
        receipt = f"mattermost:form:{self.signer.receipt(body['state'])}:{_digest(sorted(filled.items()))}"
        try:
            first = await once(self.ports, receipt, now)
        except StoreError as fault:
            return {"error": faults.told(fault, "fr").text}
        reply = Reply("form", note.command if note.parts == 1 else "")
        if first:
            self.running.start_alone(self._submitted(body, note, filled, reply))
            return await reply.within(CORRECTED_WITHIN, reply.nothing)
        return {}

    async def _submitted(self, body: Payload, note: Note, filled: Mapping[str, str], reply: Reply) -> None:
        address = requests.submitted(body, note)
        if note.part < note.parts - 1:
            await self._next_part(address, note, filled)
        else:
            await self._attend(address, note.command, values=filled, reply=reply)
        reply.give(reply.nothing)

    async def said(self, post: Payload, *, direct: bool) -> None:
        """Attend to a direct message or a mention, once. Raises Undeliverable while the network is cut.

        It counts as received only when all that belongs to it was read: a crash before that loses nothing.
        """
        key = f"mattermost:post:{post['id']}"
        if await self.ports.receipts.known(key):
            return
        address = requests.spoken(post, direct=direct)
        me = await self.server.me()
        line = requests.without_bot(str(post.get("message") or ""), str(me["username"]))
        person, refusal = await self._who(address, "", patient=True)
        attachments: tuple[Attachment, ...] = ()
        turns: tuple[Turn, ...] = ()
        if person is not None:
            turns = await earlier(self.rest, post, me)
            attachments, refusal = await self._files(post, person.language)
            if attachments and not line:
                refusal = wording.file_only(person.language)
        if not await once(self.ports, key, self.ports.clock.now()):
            return
        if refusal is not None:
            await self._tell(address, refusal, "fr" if person is None else person.language)
        else:
            await self._attend(address, line, attachments=attachments, earlier=turns)

    async def membership_changed(self, user: str) -> None:
        """Look roles up again, and give a known person theirs at once."""
        account = await self.server.account(user)
        await refreshed(self.ports, self.settings.organisation, account, self.roster)

    async def _attend(
        self,
        address: Address,
        line: str,
        *,
        values: Mapping[str, str] | None = None,
        attachments: tuple[Attachment, ...] = (),
        earlier: tuple[Turn, ...] = (),
        reply: Reply | None = None,
        note: Note | None = None,
    ) -> None:
        person = await self._person(address, line, reply)
        if person is None:
            return
        place = requests.place(address, self.settings.workspace)
        call = Call(person, place, line, self.ports.clock.now(), values or {}, attachments, earlier)
        outlet = MattermostOutlet(self.mail, self.ports.clock, address, person.language, reply, note)
        try:
            await dispatch.run(self.ports, call, outlet)
        except Undeliverable as fault:
            log.warning("answer not delivered yet: %s", fault)
        finally:
            await outlet.stop()

    async def _next_part(self, address: Address, note: Note, filled: Mapping[str, str]) -> None:
        person = await self._person(address, note.command)
        if person is None:
            return
        ahead = Note(
            "press",
            note.command,
            address.user,
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

    async def _confirm(self, address: Address, note: Note, reply: Reply) -> None:
        person = await self._person(address, note.command, reply)
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
            reply.give({})
        else:
            typed = say(person.language, "chat.type_it", label=question, command=note.command)
            reply.give({"ephemeral_text": typed})

    async def _share(self, address: Address, number: int, reply: Reply) -> None:
        person = await self._person(address, "", reply)
        if person is None:
            return
        message = await share(self.ports, person, number)
        if message.private:
            await self._tell(address, message, person.language, reply)
            return
        told = wording.sharing_done(number, person.language)
        try:
            await self.mail.join(address.channel)
            await self.mail.bring(replace(address, direct=False), message, person.language, aloud=True)
        except Undeliverable as fault:
            log.warning("answer not shared: %s", fault)
            told = wording.cannot_post(person.language)
        reply.give({"ephemeral_text": told.text})

    async def _files(
        self, post: Payload, language: Language
    ) -> tuple[tuple[Attachment, ...], Message | None]:
        """Return the words of the files sent along, or what to say when one cannot be read."""
        found = []
        for file in post.get("file_ids") or ():
            about: Payload = {}
            try:
                about = await self.rest.call(self.rest.driver.files.get_file_metadata, file)
                found.append(await attached(self.rest, about, self.settings.max_file_mb))
            except SobriaError as fault:
                if isinstance(fault, Undeliverable) and fault.passing:
                    raise
                name = str(about.get("name") or "?")
                return (), wording.refused_file(fault, name, self.settings.max_file_mb, language)
        return tuple(found), None

    async def _is_direct(self, channel: str, user: str) -> bool:
        """Return whether `channel` is the bot's own conversation with `user`."""
        try:
            return await self.mail.conversation(user) == channel
        except Refused:
            return False

    async def _person(self, address: Address, line: str, reply: Reply | None = None) -> Person | None:
        """Return who is there; None when they were refused, and told."""
        person, refusal = await self._who(address, line)
        if refusal is not None:
            await self._tell(address, refusal, "fr", reply)
        return person

    async def _who(
        self, address: Address, line: str, *, patient: bool = False
    ) -> tuple[Person | None, Message | None]:
        """Return who is there, or what to tell somebody who may not come in.

        Raises Undeliverable while the network is cut, when `patient`: whoever asks can wait.
        """
        language: Language = "fr"
        try:
            account = await self.server.account(address.user)
            language = account.language
            now = self.ports.clock.now()
            return await admitted(
                self.ports, self.settings.organisation, account, self.roster, line, now
            ), None
        except NotAllowed:
            return None, wording.guest(language)
        except Undeliverable as fault:
            if patient and fault.passing:
                raise
            log.warning("account not looked up: %s", fault)
            return None, wording.outage(language)
        except SobriaError as fault:
            return None, faults.told(fault, language)

    async def _tell(
        self, address: Address, message: Message, language: Language, reply: Reply | None = None
    ) -> None:
        try:
            await self.mail.bring(address, message, language, aloud=address.direct, reply=reply)
        except Undeliverable as fault:
            log.warning("not told: %s", fault)


def _digest(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:32]
