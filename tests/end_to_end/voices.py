"""The same people in three places: each voice drives one platform by its real protocol, and hears in words.

What is heard is reduced to the words and buttons a person reads, so that transcripts can be compared.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol

import httpx

from bot.adapters.console.routes import COOKIE, VALUE
from bot.adapters.slack.mrkdwn import plain
from bot.core.person import Person
from bot.core.reply import Message
from bot.wiring import House
from tests.edges import mattermost_server, slack_server
from tests.edges.mattermost_server import MattermostServer
from tests.edges.slack_server import SlackServer

ON_ITS_WAY = ("C’est noté. La réponse arrive", "Bien reçu : la réponse suit")
APART = "À télécharger dans notre conversation privée."
"""Where files are that Mattermost cannot put beside what one person sees."""

SEAL = re.compile(r"\b[0-9a-f]{16}\b")
"""The ledger's state on a digest: no two ledgers have the same."""

DELAY = re.compile(r"\b\d+\s(?:s|min)(?=\s(?:en médiane|au plus)\b)")
"""How long reviews took on a digest: no two lives take as long."""

OWN_BUTTONS = {"Partager dans le canal", "Remplir le formulaire", "Choisir…"}


@dataclass(frozen=True)
class Heard:
    """What a person read: words without markup, labels of buttons, names of fields when it is a form."""

    words: str
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    raw: Any = field(default=None, compare=False, repr=False)

    def __contains__(self, text: str) -> bool:
        return words(text) in self.words


def words(text: str) -> str:
    """Return the words of `text` and nothing of its dress."""
    plain = DELAY.sub("", SEAL.sub("", text.lower()))
    return " ".join(re.findall(r"[\w€%@+'’.,-]*\w", plain.replace("_", " ")))


class Voice(Protocol):
    """One person after another acting on one platform."""

    async def types(self, who: str, line: str) -> Heard: ...
    async def presses(self, who: str, heard: Heard, label: str) -> Heard: ...
    async def fills(self, who: str, heard: Heard, **values: str) -> Heard: ...
    async def later(self, who: str, text: str) -> Heard: ...
    async def alert(self, who: str, text: str) -> Heard: ...


class SlackVoice:
    """Slash commands, presses and modals over Socket Mode."""

    def __init__(self, server: SlackServer, accounts: Mapping[str, str], channel: str) -> None:
        self._server = server
        self._accounts = accounts
        self._channel = channel

    async def types(self, who: str, line: str) -> Heard:
        user = self._accounts[who]
        return await self._after(who, self._server.slash(user, self._channel, line))

    async def presses(self, who: str, heard: Heard, label: str) -> Heard:
        return await self._after(who, self._server.press(self._accounts[who], heard.raw, label))

    async def fills(self, who: str, heard: Heard, **values: str) -> Heard:
        return await self._after(who, self._server.submit(self._accounts[who], heard.raw, values))

    async def later(self, who: str, text: str) -> Heard:
        return self._heard(await self._server.reads(self._accounts[who], text, by="post"))

    alert = later

    async def _after(self, who: str, act: Any) -> Heard:
        mark = len(self._server.seen)
        await act
        new: list[slack_server.Seen] = []

        def answered() -> bool:
            seen = self._server.seen[mark:]
            new[:] = [one for one in seen if one.user in {"", self._accounts[who]} and one.by != "file"]
            new[:] = [
                one for one in new if not one.words.startswith(ON_ITS_WAY) and "Bien reçu" not in one.text
            ]
            return bool(new)

        await self._server.until(answered)
        return self._heard(new[0])

    def _heard(self, seen: slack_server.Seen) -> Heard:
        if seen.by == "view":
            boxes = [block for block in seen.view["blocks"] if block["type"] == "input"]
            return Heard("", (), tuple(box["block_id"] for box in boxes), seen)
        texts = [text for block in seen.blocks for text in _texts(block)]
        labels = tuple(label for label in seen.buttons if label not in OWN_BUTTONS)
        return Heard(words(plain("\n".join(texts))), labels, (), seen)


class MattermostVoice:
    """Slash commands, presses and dialogs over HTTP; what comes later in the bot's own conversation."""

    def __init__(self, server: MattermostServer, accounts: Mapping[str, str], channel: str) -> None:
        self._server = server
        self._accounts = accounts
        self._channel = channel

    async def types(self, who: str, line: str) -> Heard:
        return await self._after(who, self._server.slash(self._accounts[who], self._channel, line))

    async def presses(self, who: str, heard: Heard, label: str) -> Heard:
        return await self._after(who, self._server.press(self._accounts[who], heard.raw, label))

    async def fills(self, who: str, heard: Heard, **values: str) -> Heard:
        return await self._after(who, self._server.submit(self._accounts[who], heard.raw, values))

    async def later(self, who: str, text: str) -> Heard:
        return self._heard(await self._server.reads(self._accounts[who], text, by="post"))

    alert = later

    async def _after(self, who: str, act: Any) -> Heard:
        mark = len(self._server.seen)
        await act
        user = self._accounts[who]
        new: list[mattermost_server.Seen] = []

        def answered() -> bool:
            seen = self._server.seen[mark:]
            new[:] = [one for one in seen if one.by == "dialog" or one.user == user or self._to(one, user)]
            new[:] = [one for one in new if not one.files and not one.text.startswith(ON_ITS_WAY)]
            return bool(new)

        await self._server.until(answered)
        return self._heard(new[0])

    def _to(self, seen: mattermost_server.Seen, user: str) -> bool:
        return seen.by == "post" and seen.channel == self._server.direct(user) and seen.user != user

    def _heard(self, seen: mattermost_server.Seen) -> Heard:
        if seen.by == "dialog":
            return Heard("", (), tuple(element["name"] for element in seen.dialog["elements"]), seen)
        texts, labels = [seen.text], []
        for row in seen.attachments:
            texts += [f"{fact['title']} {fact['value']}" for fact in row.get("fields", [])]
            texts.append(row.get("footer", ""))
            for action in row.get("actions", []):
                labels += [option["text"] for option in action.get("options", [])] or [action["name"]]
        kept = tuple(label for label in labels if label not in OWN_BUTTONS)
        return Heard(words("\n".join(texts).replace(APART, "")), kept, (), seen)


def _texts(block: Mapping[str, Any]) -> list[str]:
    if block["type"] == "context":
        return [element["text"] for element in block["elements"]]
    if "fields" in block:
        return [fact["text"] for fact in block["fields"]]
    return [block["text"]["text"]] if "text" in block else []


class ConsoleVoice:
    """The web console over HTTP, one session a person; what was read is read from the conversation."""

    def __init__(self, house: House, people: Mapping[str, Person]) -> None:
        self._house = house
        self._people = people
        self._browsers: dict[str, httpx.AsyncClient] = {}

    async def types(self, who: str, line: str) -> Heard:
        return await self._say(who, line, {})

    async def presses(self, who: str, heard: Heard, label: str) -> Heard:
        command = next(button.command for button in heard.raw.buttons if button.label == label)
        return await self._say(who, command, {})

    async def fills(self, who: str, heard: Heard, **values: str) -> Heard:
        form = heard.raw.form
        given = {wanted.name: wanted.value for wanted in form.fields} | values
        return await self._say(who, form.command, given)

    async def later(self, who: str, text: str) -> Heard:
        async with asyncio.timeout(10):
            while True:
                for message in reversed(await self._read(who, 0)):
                    labels = [button.label for button in message.buttons]
                    if text in f"{message.title} {message.text} {labels}":
                        return self._heard(message)
                await asyncio.sleep(0.05)

    alert = later

    async def close(self) -> None:
        for browser in self._browsers.values():
            await browser.aclose()

    async def _say(self, who: str, line: str, values: Mapping[str, str]) -> Heard:
        browser = await self._browser(who)
        before = len(await self._read(who, 0))
        token = sha256(f"csrf {browser.cookies[COOKIE]}".encode()).hexdigest()
        form = {"jeton": token, "ligne": line} | {f"{VALUE}{name}": value for name, value in values.items()}
        answer = await browser.post("/dire", data=form)
        assert answer.status_code == 303, answer.text
        return self._heard((await self._read(who, 0))[before])

    async def _read(self, who: str, after: int) -> list[Message]:
        lines = await self._house.ports.transcript.since(self._people[who].id, after, 500)
        return [line.message for line in lines if line.message is not None]

    async def _browser(self, who: str) -> httpx.AsyncClient:
        if who not in self._browsers:
            transport = httpx.ASGITransport(self._house.app)
            browser = httpx.AsyncClient(transport=transport, base_url="http://sobria")
            now = self._house.ports.clock.now()
            door = await self._house.ports.doors.invite(self._people[who].id, now, now + timedelta(minutes=5))
            await browser.post(f"/entrer/{door}")
            self._browsers[who] = browser
        return self._browsers[who]

    def _heard(self, message: Message) -> Heard:
        if message.form is not None:
            return Heard("", (), tuple(wanted.name for wanted in message.form.fields), message)
        facts = [f"{fact.label} {fact.value}" for fact in message.facts]
        said = "\n".join([message.title, message.text, *facts, message.footer])
        return Heard(words(said), tuple(button.label for button in message.buttons), (), message)
