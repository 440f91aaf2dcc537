"""What Mattermost sends, as where it came from and what was said. Pure: no call is made here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.adapters.mattermost.signing import Note
from bot.adapters.mattermost.waiting import TRIGGER_LIVES, Address
from bot.core.ask import Place, Platform, Turn

Payload = Mapping[str, Any]

TURNS = 12
TURN_LENGTH = 4_000


def command(form: Payload, now: float) -> Address:
    """Return where a slash command was typed: the answer is for the person alone.

    Newer servers tell the thread; only what is shared from there needs it, as they put answers in it themselves.
    """
    return Address(
        str(form["channel_id"]),
        str(form["user_id"]),
        str(form.get("root_id") or ""),
        response_url=str(form.get("response_url") or ""),
        trigger=str(form.get("trigger_id") or ""),
        trigger_until=now + TRIGGER_LIVES,
    )


def pressed(body: Payload, note: Note, now: float, *, direct: bool) -> Address:
    """Return where a button was pressed; below a command's answer, its response address may still serve."""
    return Address(
        str(body["channel_id"]),
        str(body["user_id"]),
        note.root,
        direct=direct,
        response_url=note.response_url,
        trigger=str(body.get("trigger_id") or ""),
        trigger_until=now + TRIGGER_LIVES,
    )


def submitted(body: Payload, note: Note) -> Address:
    """Return where the answer to a submitted form goes: where the form was asked for."""
    return Address(
        note.channel, str(body["user_id"]), note.root, direct=note.direct, response_url=note.response_url
    )


def spoken(post: Payload, *, direct: bool) -> Address:
    """Return where something was said to the bot: its own conversation, or a thread that others read."""
    root = str(post.get("root_id") or ("" if direct else post["id"]))
    return Address(str(post["channel_id"]), str(post["user_id"]), root, direct=direct, aloud=not direct)


def place(address: Address, workspace: str) -> Place:
    """Return the place of an ask. Its channel also names the account and the kind, to reach them later."""
    kind = "direct" if address.direct else "aloud" if address.aloud else "alone"
    return Place(
        Platform.MATTERMOST, f"{address.channel}:{address.user}:{kind}", address.root or None, workspace
    )


def waiting_at(place: Place) -> Address:
    """Return where to bring what comes later: the opposite of `place`."""
    channel, user, kind = (*place.channel.split(":"), "", "")[:3]
    return Address(channel, user, place.thread or "", direct=kind == "direct", aloud=kind == "aloud")


def said_by_person(post: Payload, bot: str) -> bool:
    """Return whether a post is a person's own, not the bot's, the system's or an integration's."""
    props = post.get("props") or {}
    machine = post.get("type") or props.get("from_bot") or props.get("from_webhook")
    return bool(post.get("user_id")) and post["user_id"] != bot and not machine


def names_bot(text: str, name: str) -> bool:
    """Return whether `text` mentions the bot."""
    return re.search(rf"(?<![\w.]){re.escape('@' + name)}(?![\w-])", text, re.IGNORECASE) is not None


def without_bot(text: str, name: str) -> str:
    """Return `text` without the bot's mention."""
    return re.sub(
        rf"(?<![\w.]){re.escape('@' + name)}(?![\w-])[ ,:]*", " ", text, flags=re.IGNORECASE
    ).strip()


def turns(posts: Sequence[Payload], bot: str, name: str, before: str) -> tuple[Turn, ...]:
    """Return a thread's earlier turns, oldest first, the latest dozen, without the post `before`."""
    found = []
    for post in sorted(posts, key=lambda post: int(post.get("create_at", 0))):
        words = without_bot(str(post.get("message") or ""), name)
        ours = post.get("user_id") == bot
        if words and post.get("id") != before and (ours or said_by_person(post, bot)):
            found.append(Turn("assistant" if ours else "user", words[:TURN_LENGTH]))
    return tuple(found[-TURNS:])
