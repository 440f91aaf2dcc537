"""What happens to each thing Slack sends, once: who is it, may they, what do they want, where to answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from bot import dispatch
from bot.adapters.arrivals import Account, Roster, admitted, once, pressed_once, refreshed
from bot.adapters.drafts import PAUSES, brought
from bot.adapters.running import Running
from bot.adapters.slack import modals, requests
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.files import attached
from bot.adapters.slack.mail import Address, Parcel, conversation, deliver
from bot.adapters.slack.members import Workspace
from bot.adapters.slack.mrkdwn import mentioned, plain
from bot.adapters.slack.outlet import SlackOutlet
from bot.adapters.slack.requests import Payload
from bot.adapters.slack.settings import SlackSettings
from bot.core.ask import Turn
from bot.core.call import Call
from bot.core.person import Language, Person
from bot.core.reply import Attachment, Form, Message
from bot.errors import NotAllowed, SobriaError, StoreError, Undeliverable, where
from bot.ports import Ports
from bot.usecases.sharing import share
from bot.wording import chat as wording
from bot.wording import faults

HOME = ("charte", "leçons", "demandes", "empreinte", "prompts")
"""What the App Home shows, by the commands that say it."""

log = logging.getLogger(__name__)


class Door:
    """One workspace's entrance."""

    def __init__(self, ports: Ports, settings: SlackSettings, api: SlackApi) -> None:
        self.ports = ports
        self.settings = settings
        self.api = api
        self.workspace = Workspace(api, settings, ports.clock)
        self.roster = Roster(ports.clock, self.workspace.governing())
        self.running = Running()

    def start(self, attend: Callable[[Payload], Awaitable[None]], body: Payload, fallback: str) -> None:
        """Attend to `body` in its own task, unless it was received before."""
        self.running.start_alone(self._once(attend, body, fallback))

    async def _once(self, attend: Callable[[Payload], Awaitable[None]], body: Payload, fallback: str) -> None:
        try:
            if await once(self.ports, requests.receipt(body, fallback), self.ports.clock.now()):
                await attend(body)
        except StoreError as fault:
            log.warning("request not written: %s", where(fault))
            address = requests.somewhere(body)
            if address is not None:
                await self._tell(await self._somewhere(address), faults.told(fault, "fr"), "fr")

    async def command(self, body: Payload) -> None:
        """Attend to `/ia …`."""
        direct = await self._is_ours(str(body["channel_id"]), str(body["user_id"]))
        address = requests.command(body, self.ports.clock.seconds(), direct=direct)
        await self._attend(address, plain(str(body.get("text") or "")))

    async def mentioned(self, body: Payload) -> None:
        """Attend to a mention in a channel or a thread."""
        event = body["event"]
        if requests.said_by_person(event) and not str(event["channel"]).startswith("D"):
            await self._spoken_to(event, direct=False)

    async def said(self, body: Payload) -> None:
        """Attend to a direct message; what is said elsewhere without naming the bot is not for it."""
        event = body["event"]
        if event.get("channel_type") == "im" and requests.said_by_person(event):
            await self._spoken_to(event, direct=True)

    async def pressed(self, body: Payload) -> None:
        """Attend to a button: its value is a command, or the number of an answer to share."""
        action = body["actions"][0]
        address = await self._somewhere(requests.pressed(body, self.ports.clock.seconds()))
        message = body.get("message") or body.get("container") or {}
        key = f"slack:press:{address.channel}:{message.get('ts') or message.get('message_ts')}"
        key = f"{key}:{address.user}:{action.get('action_id')}:{action['value']}"
        if not await pressed_once(self.ports, key, self.ports.clock.now()):
            return
        if action["action_id"] == "share":
            await self._share(address, int(action["value"]))
        else:
            await self._attend(address, str(action["value"]))

    async def submitted(self, body: Payload) -> None:
        """Attend to a form that was sent."""
        view = body["view"]
        origin = modals.origin(view)
        found = modals.question(origin.command, modals.values(view))
        now = self.ports.clock.seconds()
        address = requests.submitted(
            body, origin.channel, origin.thread, origin.direct, origin.response_url, now
        )
        await self._attend(await self._somewhere(address), origin.command, found)

    async def ask_about(self, body: Payload) -> None:
        """Open the form that makes an ask of a message."""
        await self._offer(body, wording.ask_form)

    async def hand_to_mentor(self, body: Payload) -> None:
        """Open the form that hands a message to a mentor."""
        await self._offer(body, wording.mentor_form)

    async def home_opened(self, body: Payload) -> None:
        """Fill the App Home by asking, in the person's name, what it shows."""
        event = body["event"]
        if event.get("tab", "home") != "home":
            return
        address = Address("", str(event["user"]), direct=True)
        person, refusal = await self._who(address, "")
        if person is None:
            view = modals.home("", [refusal], "fr")
        else:
            seen = Collected()
            for line in HOME:
                await dispatch.run(self.ports, await self._call(person, address, line), seen)
            shown = wording.home(dict(zip(HOME, seen.messages, strict=True)), person.language)
            hello = wording.home_hello(person.name, person.language)
            view = modals.home(hello, shown, person.language)
        publish = partial(self.api.call, "views.publish", user_id=address.user, view=view)
        await brought(publish, PAUSES)

    async def membership_changed(self, body: Payload) -> None:
        """Look roles up again, and give a known person theirs at once."""
        account = await brought(partial(self.workspace.account, str(body["event"]["user"])), PAUSES)
        await refreshed(self.ports, self.settings.organisation, account, self.roster)

    async def _attend(
        self,
        address: Address,
        line: str,
        values: Mapping[str, str] | None = None,
        attachments: tuple[Attachment, ...] = (),
        earlier: tuple[Turn, ...] = (),
    ) -> None:
        person = await self._person(address, line)
        if person is None:
            return
        call = await self._call(person, address, line)
        call = replace(call, values=values or {}, attachments=attachments, earlier=earlier)
        outlet = SlackOutlet(self.api, self.ports.clock, address, person.language)
        try:
            await dispatch.run(self.ports, call, outlet)
        except Undeliverable as fault:
            log.warning("answer not delivered yet: %s", fault)
        finally:
            await outlet.stop()

    async def _spoken_to(self, event: Payload, *, direct: bool) -> None:
        address = requests.spoken(event, direct=direct)
        person = await self._person(address, "")
        if person is None:
            return
        text = str(event.get("text") or "")
        bot = str((await self.api.identity()).get("user_id", ""))
        names = await self.workspace.names(tuple(user for user in mentioned(text) if user != bot))
        line = plain(text.replace(f"<@{bot}>", " "), lambda user: names.get(user, "@…")).strip()
        attachments = await self._files(event, address, person.language)
        if attachments is None:
            return
        if attachments and not line:
            await self._tell(address, wording.file_only(person.language), person.language)
            return
        await self._attend(address, line, None, attachments, await self._earlier(event, bot))

    async def _earlier(self, event: Payload, bot: str) -> tuple[Turn, ...]:
        if not event.get("thread_ts"):
            return ()
        try:
            where = {"channel": event["channel"], "ts": event["thread_ts"], "limit": 50}
            page = await brought(partial(self.api.call, "conversations.replies", **where), PAUSES)
        except Undeliverable as fault:
            log.warning("thread not read: %s", fault)
            return ()
        messages = page.get("messages", ())
        named = {user for message in messages for user in mentioned(str(message.get("text") or ""))}
        names = await self.workspace.names(tuple(sorted(named - {bot})))
        return requests.turns(messages, bot, str(event["ts"]), names)

    async def _files(
        self, event: Payload, address: Address, language: Language
    ) -> tuple[Attachment, ...] | None:
        """Return the words of the files sent along; None when one cannot be read and its person was told."""
        found = []
        for file in event.get("files") or ():
            try:
                fetch = partial(attached, self.api, file, self.settings.max_file_mb)
                found.append(await brought(fetch, PAUSES))
            except SobriaError as fault:
                name = str(file.get("name") or "?")
                refusal = wording.refused_file(fault, name, self.settings.max_file_mb, language)
                await self._tell(address, refusal, language)
                return None
        return tuple(found)

    async def _offer(self, body: Payload, form: Callable[[str, Language], Form]) -> None:
        address = requests.pressed(body, self.ports.clock.seconds())
        person = await self._person(address, "")
        if person is None:
            return
        words = plain(str((body.get("message") or {}).get("text") or ""))
        outlet = SlackOutlet(self.api, self.ports.clock, address, person.language)
        await outlet.show(Message("", form=form(words, person.language)))

    async def _share(self, address: Address, number: int) -> None:
        person = await self._person(address, "")
        if person is None:
            return
        message = await share(self.ports, person, number)
        if message.private:
            await self._tell(address, message, person.language)
            return
        told = wording.sharing_done(number, person.language)
        bring = partial(deliver, self.api, address, message, person.language, aloud=True, parcel=Parcel())
        try:
            await brought(bring, PAUSES)
        except Undeliverable as fault:
            log.warning("answer not shared: %s", fault)
            told = wording.cannot_post(person.language)
        await self._tell(address, told, person.language)

    async def _person(self, address: Address, line: str) -> Person | None:
        """Return who is there; None when they were refused, and told."""
        person, refusal = await self._who(address, line)
        if person is None:
            await self._tell(address, refusal, "fr")
        return person

    async def _who(self, address: Address, line: str) -> tuple[Person | None, Message]:
        """Return who is there, or what to tell somebody who may not come in. A cut network is waited for."""
        language: Language = "fr"
        try:
            account = await brought(partial(self.workspace.account, address.user), PAUSES)
            language = account.language
            return await self._admitted(account, line), Message("")
        except NotAllowed:
            return None, wording.guest(language)
        except Undeliverable as fault:
            log.warning("account not looked up: %s", fault)
            return None, wording.outage(language)
        except SobriaError as fault:
            return None, faults.told(fault, language)

    async def _admitted(self, account: Account, line: str) -> Person:
        now = self.ports.clock.now()
        return await admitted(self.ports, self.settings.organisation, account, self.roster, line, now)

    async def _is_ours(self, channel: str, user: str) -> bool:
        """Return whether `channel` is the bot's own conversation with `user`, and not one between two people."""
        try:
            return channel.startswith("D") and channel == await conversation(self.api, user)
        except Undeliverable as fault:
            log.info("conversation not looked up: %s", fault)
            return False

    async def _call(self, person: Person, address: Address, line: str) -> Call:
        workspace = str((await self.api.identity()).get("team_id", ""))
        return Call(person, requests.place(address, workspace), line, self.ports.clock.now())

    async def _tell(self, address: Address, message: Message, language: Language) -> None:
        bring = partial(deliver, self.api, address, message, language, aloud=address.direct, parcel=Parcel())
        try:
            await brought(bring, PAUSES)
        except Undeliverable as fault:
            log.warning("not told: %s", fault)

    async def _somewhere(self, address: Address) -> Address:
        """Return `address` with the person's own conversation where it names no channel."""
        if address.channel:
            return address
        return replace(address, channel=await conversation(self.api, address.user), direct=True)


class Collected:
    """An outlet that keeps what it is shown."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def write(self, piece: str) -> None:
        """Let the piece go: only whole messages are kept."""

    async def show(self, message: Message) -> None:
        """Keep the message."""
        self.messages.append(message)
