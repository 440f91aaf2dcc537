"""Messages as Mattermost posts, within its limits by construction. What does not fit goes on, uncut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.adapters.mattermost.signing import Note, Purpose
from bot.core.pages import fenced_pages
from bot.core.person import Language
from bot.core.reply import Button, Fact, File, Message, Tone
from bot.wording.catalogue import say
from bot.wording.chat import SIGNS

LONGEST = 16_000
"""Characters of a post: 16,383 are allowed."""

PROPS = 7_500
"""Characters of a post's properties: servers before version 6 allow 8,000."""

ROOM = PROPS - 200
"""Characters that attachments may take of them; the rest is what holds them together, and our own marks."""

FILES = 5
BUTTONS = 5
"""Buttons in a row; more become a menu, which a phone can show."""

COMMAND = 1_500
"""Bytes of a command and its question that a button's properties have room for."""

FOOTER = 300
LABEL = 64

_COLOURS = {Tone.STOPPED: "#b00020", Tone.WAITING: "#8a6100", Tone.ALERT: "#b00020", Tone.DONE: "#1b6e3c"}
_SHOUT = re.compile(r"(?<!\w)@(?=(?:all|channel|here)\b)", re.IGNORECASE)
_IMAGE = re.compile(r"!(?=\[[^\]]*\]\()")
_SILENT = "@\u200b"

Sign = Callable[[Note], str]
Attachment = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """One post: text, attachments that carry facts and buttons, and files to upload with it."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    files: tuple[File, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Marks:
    """What a message's buttons carry: the signature, where presses go, for whom they are, the way to answer."""

    sign: Sign
    action_url: str
    account: str = ""
    channel: str = ""
    response_url: str = ""


def posts(
    message: Message, language: Language, marks: Marks, extra: Sequence[tuple[str, Note]] = ()
) -> tuple[Post, ...]:
    """Return `message` as posts in order; `extra` are buttons only a chat platform has."""
    message = _pressable(message, language)
    texts = list(fenced_pages(_whole(message), LONGEST))
    attached = list(_attachments(message, language, marks, extra))
    found = [Post(text) for text in texts[:-1]]
    last = texts[-1] if texts else ""
    batches = list(_batches(attached)) or [()]
    found.append(Post(last, batches[0], message.files[:FILES]))
    found += [Post("", batch) for batch in batches[1:]]
    rest = range(FILES, len(message.files), FILES)
    found += [Post("", (), message.files[start : start + FILES]) for start in rest]
    return tuple(found)


def quiet(text: str) -> str:
    """Return `text` so that it calls no whole channel and loads no picture from elsewhere."""
    return _IMAGE.sub("", _SHOUT.sub(_SILENT, text))


def fits(wanted: Button) -> bool:
    """Return whether a button can carry its command."""
    return len(f"{wanted.command}{wanted.confirm or ''}".encode()) <= COMMAND


def button(label: str, url: str, token: str, number: int, style: str = "plain") -> Attachment:
    """Return one button. Ids are letters and digits only: with anything else every press is a 404."""
    shown: Attachment = {
        "id": f"b{number}",
        "name": short(label, LABEL) or "…",
        "type": "button",
        "integration": {"url": url, "context": {"note": token}},
    }
    return shown | {"style": {"primary": "primary", "danger": "danger"}.get(style, "default")}


def short(text: str, limit: int) -> str:
    """Return a label that fits; never used on what a person asked for."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _pressable(message: Message, language: Language) -> Message:
    """Return `message` with commands that no button can carry spelled out to type."""
    long = [button for button in message.buttons if not fits(button)]
    if not long:
        return message
    typed = [say(language, "chat.type_it", label=button.label, command=button.command) for button in long]
    kept = tuple(button for button in message.buttons if button not in long)
    return replace(message, text="\n\n".join([message.text, *typed]), buttons=kept)


def _whole(message: Message) -> str:
    sign = SIGNS.get(message.tone, "")
    title = f"#### {sign} {message.title}".replace("  ", " ") if message.title else ""
    body = [part for part in (title, message.text) if part]
    if not _as_fields(message.facts):
        body.append("\n".join(f"**{fact.label}** : {fact.value}" for fact in message.facts))
    if message.footer and not _below(message):
        body.append(f"*{message.footer}*")
    return quiet("\n\n".join(part for part in body if part))


def _below(message: Message) -> bool:
    """Return whether the footer stands below the attachment rather than in the text."""
    return 2 < _weight(message.footer) <= FOOTER and bool(message.buttons or message.facts)


def _as_fields(facts: Sequence[Fact]) -> bool:
    return sum(_weight(fact.label) + _weight(fact.value) for fact in facts) <= PROPS // 3


def _attachments(
    message: Message, language: Language, marks: Marks, extra: Sequence[tuple[str, Note]]
) -> Iterator[Attachment]:
    base: Attachment = {"fallback": short(message.title or message.text, 100)}
    if message.tone in _COLOURS:
        base["color"] = _COLOURS[message.tone]
    first = dict(base)
    if message.facts and _as_fields(message.facts):
        first["fields"] = [
            {"title": quiet(fact.label), "value": quiet(fact.value), "short": len(fact.value) < 40}
            for fact in message.facts
        ]
    if _below(message):
        first["footer"] = message.footer
    actions = list(_actions(message.buttons, extra, language, marks))
    if actions and _weight(first) + _weight(actions[0]) < ROOM:
        yield first | {"actions": actions.pop(0)}
    elif len(first) > len(base):
        yield first
    for more in actions:
        yield base | {"actions": more}


def _actions(
    buttons: Sequence[Button], extra: Sequence[tuple[str, Note]], language: Language, marks: Marks
) -> Iterator[list[Attachment]]:
    """Yield rows of buttons, or menus when there are more than fit in a row."""
    own = [
        button(label, marks.action_url, marks.sign(note), 90 + number)
        for number, (label, note) in enumerate(extra)
    ]
    tokens = [marks.sign(_note(wanted, marks)) for wanted in buttons]
    if len(buttons) <= BUTTONS:
        row = [
            button(wanted.label, marks.action_url, token, number, wanted.style)
            for number, (wanted, token) in enumerate(zip(buttons, tokens, strict=True))
        ]
        yield from _packed(row + own, BUTTONS + len(own))
        return
    options = [
        {"text": short(wanted.label, LABEL) or "…", "value": token}
        for wanted, token in zip(buttons, tokens, strict=True)
    ]
    for number, some in enumerate(_packed(options, 10)):
        yield [_menu(some, language, marks.action_url, number)]
    yield from _packed(own, BUTTONS)


def _note(wanted: Button, marks: Marks) -> Note:
    purpose: Purpose = "confirm" if wanted.confirm else "press"
    text = (("confirm", wanted.confirm),) if wanted.confirm else ()
    return Note(
        purpose, wanted.command, marks.account, marks.channel, response_url=marks.response_url, filled=text
    )


def _menu(options: list[Attachment], language: Language, url: str, number: int) -> Attachment:
    return {
        "id": f"m{number}",
        "name": say(language, "chat.choose"),
        "type": "select",
        "options": options,
        "integration": {"url": url, "context": {"menu": "1"}},
    }


def _batches(attached: Sequence[Attachment]) -> Iterator[tuple[Attachment, ...]]:
    yield from (tuple(batch) for batch in _packed(attached, len(attached), ROOM))


def _packed(parts: Sequence[Attachment], count: int, room: int = PROPS - 1_500) -> Iterator[list[Attachment]]:
    """Yield `parts` in order, at most `count` together and no more than `room` characters hold."""
    packed: list[Attachment] = []
    size = 0
    for part in parts:
        weight = _weight(part)
        if packed and (len(packed) == count or size + weight > room):
            yield packed
            packed, size = [], 0
        packed.append(part)
        size += weight
    if packed:
        yield packed


def _weight(part: object) -> int:
    """Return the characters that `part` takes of a post's properties, as the server counts: it escapes these."""
    written = json.dumps(part, ensure_ascii=False)
    return len(written) + 5 * sum(written.count(sign) for sign in "<>&\u2028\u2029") + 2
