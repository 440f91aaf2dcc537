"""Messages as Block Kit, within its limits by construction. Nothing is cut: what does not fit goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.mrkdwn import escape, render
from bot.core.person import Language
from bot.core.reply import Button, Fact, Message
from bot.wording.catalogue import say
from bot.wording.chat import SIGNS

Block = dict[str, Any]

SECTION = 2_900
"""Characters of a section: 3,000 are allowed."""

POST = 10_000
"""Characters of a post over all its blocks; above some 13,000 Slack refuses the whole message."""

BLOCKS = 45
HEADER = 150
LABEL = 75
VALUE = 2_000
BUTTONS_IN_A_ROW = 5
FIELD = 2_000


@dataclass(frozen=True, slots=True)
class Post:
    """One Slack message: its blocks, and the text for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]


def posts(message: Message, language: Language, extra: Sequence[Block] = ()) -> tuple[Post, ...]:
    """Return `message` as posts in order; `extra` buttons stand after the message's own."""
    blocks = [
        *_head(message),
        *(_section(page) for page in render(message.text, SECTION)),
        *_facts(message.facts),
        *_actions(message.buttons, language, extra),
        *(_context(page) for page in render(message.footer, SECTION)),
    ]
    return tuple(_post(group, message) for group in _groups(blocks)) or (_post([], message),)


def button(label: str, action: str, value: str, style: str = "plain") -> Block:
    """Return one button element."""
    element: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": short(label, LABEL), "emoji": True},
        "value": value,
    }
    return element if style == "plain" else element | {"style": style}


def short(text: str, limit: int) -> str:
    """Return a label that fits; never used on what a person asked for."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _post(blocks: list[Block], message: Message) -> Post:
    texts = [_text(block) for block in blocks if block["type"] in {"header", "section"}]
    text = short("\n".join(text for text in texts if text), 3_500)
    return Post(text or short(escape(message.title), 3_500) or "…", tuple(blocks))


def _text(block: Block) -> str:
    if "text" not in block:
        return "\n".join(str(field["text"]).replace("\n", " ") for field in block["fields"])
    return str(block["text"]["text"])


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    size = 0
    for block in blocks:
        weight = (
            len(json.dumps(block, ensure_ascii=False)) if block["type"] == "actions" else len(_any(block))
        )
        if group and (len(group) >= BLOCKS or size + weight > POST):
            yield group
            group, size = [], 0
        group.append(block)
        size += weight
    if group:
        yield group


def _any(block: Block) -> str:
    return _text(block) if block["type"] != "context" else str(block["elements"][0]["text"])


def _head(message: Message) -> Iterator[Block]:
    sign = SIGNS.get(message.tone, "")
    title = f"{sign} {message.title}".replace("`", "").strip() if message.title else ""
    if not title:
        return
    if len(title) <= HEADER:
        yield {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": True}}
    else:
        yield from (_section(page) for page in render(f"**{title}**", SECTION))


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text if text.strip() else "\u200b"}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text if text.strip() else "\u200b"}]}


def _facts(facts: Sequence[Fact]) -> Iterator[Block]:
    fields = [f"*{escape(fact.label)}*\n{escape(fact.value)}" for fact in facts]
    if all(len(field) <= FIELD for field in fields):
        for start in range(0, len(fields), 10):
            texts = [{"type": "mrkdwn", "text": field} for field in fields[start : start + 10]]
            yield {"type": "section", "fields": texts}
    else:
        for fact in facts:
            yield from (_section(page) for page in render(f"**{fact.label}**\n{fact.value}", SECTION))


def _actions(buttons: Sequence[Button], language: Language, extra: Sequence[Block]) -> Iterator[Block]:
    """Yield rows of buttons; a command that no button can carry is spelled out to type."""
    elements = [
        _command(wanted, number, language) for number, wanted in enumerate(buttons) if _fits(wanted.command)
    ]
    elements += extra
    for start in range(0, len(elements), BUTTONS_IN_A_ROW):
        yield {"type": "actions", "elements": elements[start : start + BUTTONS_IN_A_ROW]}
    for wanted in buttons:
        if not _fits(wanted.command):
            typed = say(language, "chat.type_it", label=wanted.label, command=wanted.command)
            yield from (_section(page) for page in render(typed, SECTION))


def _fits(command: str) -> bool:
    return 0 < len(command) <= VALUE


def _command(wanted: Button, number: int, language: Language) -> Block:
    element = button(wanted.label or "…", f"command:{number}", wanted.command, wanted.style)
    if wanted.confirm:
        element["confirm"] = {
            "title": _plain(say(language, "chat.confirm_title"), 100),
            "text": _plain(wanted.confirm, 300),
            "confirm": _plain(say(language, "chat.yes"), 30),
            "deny": _plain(say(language, "chat.no"), 30),
        }
    return element


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": short(text, limit) or "…"}
