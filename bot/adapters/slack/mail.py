"""How messages reach people in Slack: for all in a conversation to read, or for one person alone.

A message goes part by part, and what came through before the network was cut does not come again: a post
bears a mark, by which one whose answer was lost is found again in the conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from secrets import token_hex
from typing import Any

from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.blocks import Block, Post, button, posts
from bot.core.person import Language
from bot.core.reply import File, Message, Tone
from bot.errors import Undeliverable
from bot.wording.catalogue import say

MOST_POSTS = 4
"""Posts for one message; a longer one comes as a file, whole."""

PATIENT = 3
"""Attempts by the response address while the network is cut, before another way to the person is tried."""

LATEST = 30
"""Messages of a conversation among which a draft, or a post whose arrival is in doubt, is looked for."""

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[object]]


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


@dataclass(slots=True)
class Parcel:
    """How far a message has come: the parts that arrived, and the attempts at the part that comes next."""

    brought: int = 0
    tries: int = 0


async def deliver(
    api: SlackApi,
    to: Address,
    message: Message,
    language: Language,
    draft: str | None = None,
    *,
    aloud: bool,
    parcel: Parcel | None = None,
) -> None:
    """Bring `message` to `to`, for all to read when `aloud`. `draft` is a post that it replaces.

    Raises Undeliverable. With the `parcel` of an earlier attempt it goes on from where that one ended.
    """
    parcel = parcel or Parcel()
    for step in _steps(api, to, message, language, draft, aloud, parcel)[parcel.brought :]:
        try:
            await step()
        except Undeliverable:
            parcel.tries += 1
            raise
        parcel.brought, parcel.tries = parcel.brought + 1, 0


async def deliver_late(api: SlackApi, asked: Address, message: Message, language: Language) -> None:
    """Bring what nobody waits for: to the thread where it was asked for aloud, else to the person alone."""
    aloud = asked.aloud and message.tone is Tone.ANSWER
    to = asked
    if not (asked.direct or aloud):
        to = Address(await conversation(api, asked.user), asked.user, direct=True)
    for where in (asked, to) if asked.aloud else (to,):
        await tidy(api, where)
    await deliver(api, to, message, language, aloud=True, parcel=Parcel(tries=1))


async def tidy(api: SlackApi, where: Address) -> None:
    """Remove drafts of `where.user` that a crash or a long cut left behind."""
    for message in await _latest(api, where):
        if any(mark.startswith(f"draft-{where.user}-") for mark in _marks(message)):
            await _removed(api, where, str(message["ts"]))


async def sketch(api: SlackApi, to: Address, text: str, draft: str | None) -> str:
    """Show an answer as far as it has come, in the place of `draft`; return the draft."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    post = Post(text, ({**block, "block_id": f"draft-{to.user}-{token_hex(4)}"},))
    if draft is None:
        return await _said(api, to, post)
    await api.call("chat.update", channel=to.channel, ts=draft, **_content(post))
    return draft


async def conversation(api: SlackApi, user: str) -> str:
    """Return the channel of the bot's own conversation with `user`."""
    return str((await api.call("conversations.open", users=user))["channel"]["id"])


async def whisper(api: SlackApi, to: Address, post: Post, tries: int = 0) -> None:
    """Show `post` to the person alone: by the response address, else as an ephemeral post, else directly."""
    if to.response_url is not None:
        body = {"response_type": "ephemeral", "replace_original": False, **_content(post)}
        try:
            await api.respond(to.response_url, body)
        except Undeliverable as fault:
            if fault.passing and tries < PATIENT:
                raise
        else:
            return
    thread = {"thread_ts": to.thread} if to.thread else {}
    try:
        await api.call("chat.postEphemeral", channel=to.channel, user=to.user, **thread, **_content(post))
    except Undeliverable as fault:
        if fault.passing:
            raise
        await api.call("chat.postMessage", channel=to.user, **_content(post))


def _steps(
    api: SlackApi,
    to: Address,
    message: Message,
    language: Language,
    draft: str | None,
    aloud: bool,
    parcel: Parcel,
) -> list[Step]:
    """Return what there is to do, in order; the same each time for the same message."""
    message, whole = _shortened(message, language)
    rendered = posts(message, language, _own_buttons(message, to, language, aloud))
    steps: list[Step] = [partial(_removed, api, to, draft)] if draft is not None and not aloud else []
    for number, post in enumerate(rendered):
        if not aloud:
            steps.append(lambda post=post: whisper(api, to, post, parcel.tries))  # type: ignore[misc]
        else:
            replaced = draft if number == 0 else None
            steps.append(partial(_put, api, to, _marked(post, message, number), replaced, parcel))
    steps += [partial(_handed, api, to, file, language, aloud) for file in (*whole, *message.files)]
    return steps


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


def _marked(post: Post, message: Message, number: int) -> Post:
    """Return `post` with a mark that the same part of the same message always bears."""
    if not post.blocks:
        return post
    said = sha256(f"{message.ask} {message.title} {message.text}".encode()).hexdigest()[:16]
    return Post(post.text, (post.blocks[0] | {"block_id": f"part-{said}-{number}"}, *post.blocks[1:]))


def _marks(message: Any) -> list[str]:
    return [str(block.get("block_id", "")) for block in message.get("blocks") or ()]


async def _put(api: SlackApi, to: Address, post: Post, draft: str | None, parcel: Parcel) -> None:
    """Post in the draft's place, or anew unless an attempt that was cut off has done so already."""
    if draft is not None and await _replaced(api, to, draft, post):
        return
    if not (parcel.tries and await _arrived(api, to, post)):
        await _said(api, to, post)


async def _arrived(api: SlackApi, to: Address, post: Post) -> bool:
    wanted = post.blocks[0]["block_id"] if post.blocks else None
    return any(wanted in _marks(message) for message in await _latest(api, to))


async def _latest(api: SlackApi, where: Address) -> Sequence[Any]:
    """Return the latest messages of a conversation; none where the app may not read."""
    method = "conversations.replies" if where.thread else "conversations.history"
    thread = {"ts": where.thread, "limit": 200} if where.thread else {"limit": LATEST}
    try:
        page = await api.call(method, channel=where.channel, **thread)
    except Undeliverable as fault:
        if fault.passing:
            raise
        log.info("conversation not read: %s", fault)
        return ()
    return page.get("messages") or ()


async def _said(api: SlackApi, to: Address, post: Post) -> str:
    thread = {"thread_ts": to.thread} if to.thread else {}
    answer = await api.call("chat.postMessage", channel=to.channel, **thread, **_content(post))
    return str(answer.get("ts", ""))


async def _replaced(api: SlackApi, to: Address, draft: str, post: Post) -> bool:
    """Put `post` in the draft's place; return False when the draft is gone. Raises Undeliverable."""
    try:
        await api.call("chat.update", channel=to.channel, ts=draft, **_content(post))
    except Undeliverable as fault:
        if fault.passing:
            raise
        log.info("draft not replaced: %s", fault)
        return False
    return True


async def _removed(api: SlackApi, to: Address, draft: str) -> None:
    """Remove a draft, which may be gone already. Raises Undeliverable while the network is cut."""
    try:
        await api.call("chat.delete", channel=to.channel, ts=draft)
    except Undeliverable as fault:
        if fault.passing:
            raise
        log.info("draft not removed: %s", fault)


async def _handed(api: SlackApi, to: Address, file: File, language: Language, aloud: bool) -> None:
    """Upload a file where the message went; what is private goes to the person's own conversation."""
    try:
        channel, thread = (to.channel, to.thread) if aloud else (await conversation(api, to.user), None)
        await api.upload(file, channel, thread)
    except Undeliverable as fault:
        if fault.passing:
            raise
        log.warning("file not uploaded: %s", fault)
        lost = Post(say(language, "chat.file_lost", name=file.name), ())
        await (_said(api, to, lost) if aloud else whisper(api, to, lost))


def _content(post: Post) -> dict[str, object]:
    """Return a post without previews: a link in an answer must not be fetched by anybody's machine."""
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return {"text": post.text, **({"blocks": list(post.blocks)} if post.blocks else {}), **quiet}
