"""What Slack sends, as where it came from and what was said. Pure: no call is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.adapters.slack.mail import Address
from bot.adapters.slack.modals import Origin
from bot.adapters.slack.mrkdwn import plain
from bot.core.ask import Place, Platform, Turn

Payload = Mapping[str, Any]
Kind = Literal["command", "mention", "message", "press", "form", "ask_about", "hand_on", "home", "membership"]

TRIGGER_LIVES = 2.5
"""Seconds in which a trigger is believed to open a modal; Slack forgets it after 3."""

TURNS = 12
TURN_LENGTH = 4_000
_SPEECH = {None, "file_share", "thread_broadcast"}


def receipt(body: Payload, fallback: str) -> str:
    """Return what is the same each time Slack sends the same thing."""
    event = body.get("event_id")
    trigger = body.get("trigger_id")
    return f"slack:{event or trigger or fallback}"


def press(body: Payload) -> str:
    """Return what is the same for each press of the same button by the same person."""
    action = body["actions"][0]
    message = body.get("message") or body.get("container") or {}
    where = f"{pressed(body, 0.0).channel}:{message.get('ts') or message.get('message_ts')}"
    return f"slack:press:{where}:{body['user']['id']}:{action.get('action_id')}:{action['value']}"


def for_us(kind: Kind, body: Payload) -> bool:
    """Return whether there is anything to do: not for edits, bots' posts, or what others say to one another."""
    event = body.get("event") or {}
    match kind:
        case "mention":
            return said_by_person(event) and not str(event["channel"]).startswith("D")
        case "message":
            return event.get("channel_type") == "im" and said_by_person(event)
        case "home":
            return bool(event.get("tab", "home") == "home")
        case _:
            return True


def team(body: Payload) -> str | None:
    """Return the workspace a request says it comes from."""
    named = body.get("team_id") or body.get("team")
    if isinstance(named, Mapping):
        named = named.get("id")
    return str(named) if named else None


def command(body: Payload, now: float, *, direct: bool = False) -> Address:
    """Return where a slash command was typed: the answer is for the person alone."""
    return Address(
        str(body["channel_id"]),
        str(body["user_id"]),
        direct=direct,
        response_url=body.get("response_url") or None,
        **_trigger(body, now),
    )


def spoken(event: Payload, *, direct: bool) -> Address:
    """Return where something was said to the bot: its own conversation, or a thread that others read."""
    thread = event.get("thread_ts") or (None if direct else event["ts"])
    return Address(str(event["channel"]), str(event["user"]), thread, direct=direct, aloud=not direct)


def pressed(body: Payload, now: float) -> Address:
    """Return where a button was pressed, or a shortcut chosen. A button of the App Home has no channel."""
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    ephemeral = bool(container.get("is_ephemeral"))
    return Address(
        str(channel),
        str(body["user"]["id"]),
        message.get("thread_ts") or container.get("thread_ts"),
        direct=not channel or (str(channel).startswith("D") and not ephemeral),
        response_url=body.get("response_url") or None,
        **_trigger(body, now),
    )


def submitted(body: Payload, origin: Origin, now: float) -> Address:
    """Return where the answer to a submitted form goes: where it was asked for."""
    return Address(
        origin.channel,
        str(body["user"]["id"]),
        origin.thread,
        direct=origin.direct,
        response_url=origin.response_url,
        **_trigger(body, now),
    )


def somewhere(body: Payload) -> Address | None:
    """Return where to tell the person that something went wrong; None where nobody waits."""
    event = body.get("event") or {}
    try:
        if "command" in body:
            return command(body, 0.0)
        if "event" not in body:
            return pressed(body, 0.0)
        if event.get("type") in {"app_mention", "message"} and said_by_person(event):
            return spoken(event, direct=event["type"] == "message")
    except (KeyError, TypeError):
        return None
    return None


def place(address: Address, workspace: str) -> Place:
    """Return the place of an ask. Its channel also names the person's account, to reach them later."""
    thread = address.thread if address.direct or address.aloud else None
    return Place(Platform.SLACK, f"{address.channel}:{address.user}", thread, workspace)


def waiting_at(place: Place) -> Address:
    """Return where to bring what comes later: the opposite of `place`."""
    channel, _, user = place.channel.partition(":")
    direct = channel.startswith("D") and place.thread is not None
    return Address(
        channel, user or channel, place.thread, direct=direct, aloud=bool(place.thread) and not direct
    )


def said_by_person(event: Payload) -> bool:
    """Return whether an event is a person's own new message, not an edit, a join or a bot's post."""
    own = not event.get("bot_id") and bool(event.get("user")) and "edited" not in event
    return own and event.get("subtype") in _SPEECH


def turns(messages: Sequence[Payload], bot: str, before: str, names: Mapping[str, str]) -> tuple[Turn, ...]:
    """Return a thread's earlier turns, oldest first, the latest dozen, without the message `before`."""
    found = []
    for message in messages:
        if message.get("ts") == before or not message.get("text"):
            continue
        ours = message.get("user") == bot
        said = _answered(message) if ours else str(message["text"]).replace(f"<@{bot}>", "")
        words = plain(said, lambda user: names.get(user, "@…")).strip()
        if words and (ours or not message.get("bot_id")):
            found.append(Turn("assistant" if ours else "user", words[:TURN_LENGTH]))
    return tuple(found[-TURNS:])


def _answered(message: Payload) -> str:
    """Return what we said, without the title above it, the figures below it, or a draft's promise."""
    blocks = [block for block in message.get("blocks") or () if block.get("type") == "section"]
    if any(str(block.get("block_id", "")).startswith("draft-") for block in blocks):
        return ""
    said = [str(block["text"]["text"]) for block in blocks if "text" in block]
    return "\n\n".join(said) or str(message["text"])


def _trigger(body: Payload, now: float) -> dict[str, Any]:
    trigger = body.get("trigger_id")
    return {"trigger": trigger or None, "trigger_until": now + TRIGGER_LIVES if trigger else 0.0}
