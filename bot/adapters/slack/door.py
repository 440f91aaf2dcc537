"""What happens to each thing Slack sends, once: is it for us, who is it, what do they want, where to answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot import dispatch
from bot.adapters.arrivals import once, pressed_once
from bot.adapters.drafts import PAUSES, brought
from bot.adapters.inbox import Inbox
from bot.adapters.running import Running
from bot.adapters.slack import modals, requests
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.callers import Callers
from bot.adapters.slack.files import attached
from bot.adapters.slack.mail import Address, Parcel, deliver
from bot.adapters.slack.members import Workspace
from bot.adapters.slack.mrkdwn import mentioned, plain
from bot.adapters.slack.outlet import SlackOutlet
from bot.adapters.slack.requests import Kind, Payload
from bot.adapters.slack.settings import SlackSettings
from bot.core.ask import Turn
from bot.core.call import Arrival, Call
from bot.core.person import Language, Person
from bot.core.reply import Attachment, Form, Message
from bot.errors import SobriaError, StoreError, Undeliverable, where
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
        self.running = Running()
        self._callers = Callers(ports, settings, api, self.workspace)
        self.inbox = Inbox(
            ports,
            f"slack/{settings.organisation}",
            self.running,
            {
                "command": self._command,
                "mention": self._mentioned,
                "message": self._said,
                "press": self._pressed,
                "form": self._submitted,
                "ask_about": partial(self._offer, form=wording.ask_form),
                "hand_on": partial(self._offer, form=wording.mentor_form),
            },
        )
        self._passing = {"home": self._home_opened, "membership": self._membership_changed}

    async def receive(self, kind: Kind, body: Payload, fallback: str) -> None:
        """Keep what came in and begin to attend to it: once this returns, it may be acknowledged.

        What nobody typed is not kept: the next one like it makes up for it.
        """
        try:
            if not requests.for_us(kind, body):
                return
            if kind in self._passing:
                await self._begun(kind, body, fallback)
            elif kind != "press" or await self._first_press(body):
                await self.inbox.take(kind, requests.receipt(body, fallback), body)
        except StoreError as fault:
            log.warning("request not written: %s", where(fault))
            self.running.start_alone(self._not_taken(body, fault))
        except (KeyError, TypeError, ValueError, IndexError) as fault:
            log.warning("request dropped: %s", where(fault))

    async def _begun(self, kind: Kind, body: Payload, fallback: str) -> None:
        if await once(self.ports, requests.receipt(body, fallback), self.ports.clock.now()):
            self.running.start_alone(self._passing[kind](body["event"]))

    async def _first_press(self, body: Payload) -> bool:
        """Return whether this is no double click."""
        return await pressed_once(self.ports, requests.press(body), self.ports.clock.now())

    async def _not_taken(self, body: Payload, fault: StoreError) -> None:
        """Tell whoever waits that nothing was kept."""
        address = requests.somewhere(body)
        if address is not None:
            await self._callers.tell(await self._callers.somewhere(address), faults.told(fault, "fr"), "fr")

    async def _command(self, arrival: Arrival) -> None:
        body = arrival.body
        direct = await self._callers.is_ours(str(body["channel_id"]), str(body["user_id"]))
        address = requests.command(body, self.ports.clock.seconds(), direct=direct)
        await self._attend(arrival, address, plain(str(body.get("text") or "")))

    async def _mentioned(self, arrival: Arrival) -> None:
        await self._spoken_to(arrival, direct=False)

    async def _said(self, arrival: Arrival) -> None:
        await self._spoken_to(arrival, direct=True)

    async def _pressed(self, arrival: Arrival) -> None:
        """Attend to a button: its value is a command, or the number of an answer to share."""
        action = arrival.body["actions"][0]
        here = requests.pressed(arrival.body, self.ports.clock.seconds())
        address = await self._callers.somewhere(here)
        if action["action_id"] == "share":
            await self._share(address, int(action["value"]))
        else:
            await self._attend(arrival, address, str(action["value"]))

    async def _submitted(self, arrival: Arrival) -> None:
        """Attend to a form that was sent."""
        view = arrival.body["view"]
        origin = modals.origin(view)
        found = modals.question(origin.command, modals.values(view))
        here = requests.submitted(arrival.body, origin, self.ports.clock.seconds())
        await self._attend(arrival, await self._callers.somewhere(here), origin.command, found)

    async def _home_opened(self, event: Payload) -> None:
        """Fill the App Home by asking, in the person's name, what it shows."""
        address = Address("", str(event["user"]), direct=True)
        person = await self._callers.who(address, "")
        if isinstance(person, Message):
            view = modals.home("", [person], "fr")
        else:
            seen = Collected()
            for line in HOME:
                await dispatch.run(self.ports, await self._call(person, address, line), seen)
            shown = wording.home(dict(zip(HOME, seen.messages, strict=True)), person.language)
            hello = wording.home_hello(person.name, person.language)
            view = modals.home(hello, shown, person.language)
        publish = partial(self.api.call, "views.publish", user_id=address.user, view=view)
        await brought(publish, PAUSES)

    async def _membership_changed(self, event: Payload) -> None:
        await self._callers.changed(str(event["user"]))

    async def _attend(
        self,
        arrival: Arrival,
        address: Address,
        line: str,
        values: Mapping[str, str] | None = None,
        attachments: tuple[Attachment, ...] = (),
        earlier: tuple[Turn, ...] = (),
    ) -> None:
        person = await self._callers.person(address, line)
        if person is None:
            return
        call = await self._call(person, address, line)
        call = replace(
            call, values=values or {}, attachments=attachments, earlier=earlier, arrival=arrival.id
        )
        outlet = SlackOutlet(self.api, self.ports.clock, address, person.language)
        try:
            await dispatch.run(self.ports, call, outlet)
        except Undeliverable as fault:
            log.warning("answer not delivered yet: %s", fault)
        finally:
            await outlet.stop()

    async def _spoken_to(self, arrival: Arrival, *, direct: bool) -> None:
        event = arrival.body["event"]
        address = requests.spoken(event, direct=direct)
        person = await self._callers.person(address, "")
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
            await self._callers.tell(address, wording.file_only(person.language), person.language)
            return
        await self._attend(arrival, address, line, None, attachments, await self._earlier(event, bot))

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
                await self._callers.tell(address, refusal, language)
                return None
        return tuple(found)

    async def _offer(self, arrival: Arrival, form: Callable[[str, Language], Form]) -> None:
        """Open the form that makes an ask of a message, or hands it to a mentor."""
        body = arrival.body
        address = requests.pressed(body, self.ports.clock.seconds())
        person = await self._callers.person(address, "")
        if person is None:
            return
        words = plain(str((body.get("message") or {}).get("text") or ""))
        outlet = SlackOutlet(self.api, self.ports.clock, address, person.language)
        await outlet.show(Message("", form=form(words, person.language)))

    async def _share(self, address: Address, number: int) -> None:
        person = await self._callers.person(address, "")
        if person is None:
            return
        message = await share(self.ports, person, number)
        if message.private:
            await self._callers.tell(address, message, person.language)
            return
        told = wording.sharing_done(number, person.language)
        bring = partial(deliver, self.api, address, message, person.language, aloud=True, parcel=Parcel())
        try:
            await brought(bring, PAUSES)
        except Undeliverable as fault:
            log.warning("answer not shared: %s", fault)
            told = wording.cannot_post(person.language)
        await self._callers.tell(address, told, person.language)

    async def _call(self, person: Person, address: Address, line: str) -> Call:
        workspace = str((await self.api.identity()).get("team_id", ""))
        return Call(person, requests.place(address, workspace), line, self.ports.clock.now())


class Collected:
    """An outlet that keeps what it is shown."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def write(self, piece: str) -> None:
        """Let the piece go: only whole messages are kept."""

    async def show(self, message: Message) -> None:
        """Keep the message."""
        self.messages.append(message)
