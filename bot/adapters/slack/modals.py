"""Forms as Slack modals and back to values, and the App Home. A long value is spread over several boxes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.adapters.slack.blocks import Block, posts, short
from bot.adapters.slack.mrkdwn import render
from bot.core.pages import pages
from bot.core.person import Language
from bot.core.reply import Field, Form, Message
from bot.errors import TooLarge
from bot.wording.catalogue import say

BOX = 3_000
"""Characters that one box of a modal holds."""

MODAL_BLOCKS = 100
METADATA = 3_000
CALLBACK = "form"
OPTIONS = 100
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PART = re.compile(r"(?P<name>.*)~\d+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was opened and what it sends: kept by Slack with the modal, signed with all it sends."""

    command: str
    channel: str
    thread: str | None = None
    direct: bool = False
    response_url: str | None = None


def modal(form: Form, origin: Origin, language: Language, intro: str = "") -> Block:
    """Return the view of `form`. Raises TooLarge when no modal can hold it."""
    metadata = json.dumps(asdict(origin), ensure_ascii=False)
    said = [
        {"type": "section", "text": {"type": "mrkdwn", "text": page}} for page in render(intro, BOX - 100)
    ]
    blocks = said + [block for wanted in form.fields for block in _inputs(wanted)]
    if len(blocks) > MODAL_BLOCKS or len(metadata) > METADATA:
        raise TooLarge(form.title)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _text(form.title, 24),
        "submit": _text(form.submit or say(language, "chat.send"), 24),
        "close": _text(say(language, "chat.cancel"), 24),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def values(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person filled in, by field; a field spread over boxes is whole again."""
    found: dict[str, str] = {}
    for block_id, actions in view.get("state", {}).get("values", {}).items():
        part = _PART.fullmatch(block_id)
        name = part["name"] if part else block_id
        typed = "".join(_typed(action) for action in actions.values())
        found[name] = found.get(name, "") + typed
    return {name: value for name, value in found.items() if value}


def question(command: str, values: dict[str, str]) -> dict[str, str]:
    """Return the values of a shortcut's form as one question: what to do, then the message it is about."""
    if command not in {"demander", "humain"} or "text" not in values:
        return values
    return {"question": f"{values.get('instruction', '')}\n\n{values['text']}".strip()}


def origin(view: Mapping[str, Any]) -> Origin:
    """Return where the form of a submitted view came from. Raises ValueError on a foreign view."""
    try:
        return Origin(**json.loads(view.get("private_metadata") or "{}"))
    except TypeError as fault:
        raise ValueError("not a form of ours") from fault


def home(hello: str, messages: Iterable[Message], language: Language) -> Block:
    """Return the App Home: a greeting, then each message under its title."""
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": hello}}] if hello else []
    for number, message in enumerate(messages):
        for post in posts(message, language):
            blocks += [{"type": "divider"}, *(_renamed(block, number) for block in post.blocks)]
    return {"type": "home", "blocks": blocks[:MODAL_BLOCKS]}


def _renamed(block: Block, number: int) -> Block:
    """Keep action ids apart between the messages of one view."""
    if block["type"] != "actions":
        return block
    elements = [element | {"action_id": f"{element['action_id']}:{number}"} for element in block["elements"]]
    return block | {"elements": elements}


def _typed(action: Mapping[str, Any]) -> str:
    chosen = action.get("selected_option")
    if isinstance(chosen, Mapping):
        return str(chosen.get("value") or "")
    return str(action.get("value") or action.get("selected_date") or "")


def _text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": short(text, limit) or "…"}


def _inputs(wanted: Field) -> list[Block]:
    typed = wanted.kind not in {"number", "date"} and not _selectable(wanted)
    parts = pages(wanted.value, BOX) if typed else ()
    if len(parts) < 2:
        return [_input(wanted, wanted.name, _element(wanted), wanted.label)]
    boxes: list[Block] = []
    for number, part in enumerate(parts, 1):
        element = {"type": "plain_text_input", "multiline": True, "max_length": BOX, "initial_value": part}
        label = f"{short(wanted.label, 1_900)} ({number}/{len(parts)})"
        name = wanted.name if number == 1 else f"{wanted.name}~{number}"
        boxes.append(_input(wanted, name, element, label, required=wanted.required and number == 1))
    return boxes


def _input(wanted: Field, name: str, element: Block, label: str, *, required: bool | None = None) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "optional": not (wanted.required if required is None else required),
        "label": _text(label, 2_000),
        "element": element | {"action_id": "value"},
    }
    return block | {"hint": _text(wanted.help, 2_000)} if wanted.help else block


def _element(wanted: Field) -> Block:
    match wanted.kind:
        case "choice" if _selectable(wanted):
            return _select(wanted)
        case "number":
            number = _number(wanted.value)
            return {"type": "number_input", "is_decimal_allowed": True} | number | _example(wanted)
        case "date":
            chosen = {"initial_date": wanted.value} if _DATE.fullmatch(wanted.value) else {}
            return {"type": "datepicker"} | chosen
        case "email":
            return {"type": "email_text_input"} | _initial(wanted) | _example(wanted)
        case _:
            longest = {"multiline": wanted.kind == "text", "max_length": max(1, min(BOX, wanted.max_length))}
            if len(wanted.value) > longest["max_length"]:
                longest["max_length"] = BOX
            return {"type": "plain_text_input"} | longest | _initial(wanted) | _example(wanted)


def _selectable(wanted: Field) -> bool:
    fitting = all(0 < len(option.value) <= 150 for option in wanted.options)
    return wanted.kind == "choice" and 0 < len(wanted.options) <= OPTIONS and fitting


def _select(wanted: Field) -> Block:
    options = [{"text": _text(option.label, 75), "value": option.value} for option in wanted.options]
    chosen: Sequence[Block] = [option for option in options if option["value"] == wanted.value]
    element: Block = {"type": "static_select", "options": options}
    return element | {"initial_option": chosen[0]} if chosen else element


def _number(value: str) -> Block:
    typed = value.replace(",", ".").strip()
    return {"initial_value": typed} if re.fullmatch(r"-?\d+(\.\d+)?", typed) else {}


def _initial(wanted: Field) -> Block:
    return {"initial_value": wanted.value} if wanted.value else {}


def _example(wanted: Field) -> Block:
    return {"placeholder": _text(wanted.example, 150)} if wanted.example else {}
