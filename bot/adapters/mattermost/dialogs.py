"""Forms as Mattermost dialogs and back to values. A form with too many fields comes in several parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.adapters.mattermost.posts import short
from bot.core.pages import pages
from bot.core.person import Language
from bot.core.reply import Field, Form
from bot.errors import TooLarge
from bot.wording.catalogue import say

Element = dict[str, Any]

ELEMENTS = 5
TITLE = 24
LINE = 150
BOX = 3_000
PAGE = 2_600
"""Characters of a long text in one box: newer servers count bytes, and a French text has up to a tenth more of them."""

HELP = 150
OPTIONS = 100
_PART = re.compile(r"(?P<name>.*)-part\d+")
_SUBTYPES = {"email": "email", "number": "number"}


def parts(form: Form) -> tuple[tuple[Element, ...], ...]:
    """Return the elements of `form`, part by part; long boxes last, so that little travels between parts.

    Raises TooLarge when a single value is longer than a whole dialog.
    """
    ordered = sorted(form.fields, key=lambda wanted: wanted.kind == "text")
    found: list[list[Element]] = [[]]
    for wanted in ordered if len(form.fields) > ELEMENTS else form.fields:
        elements = _elements(wanted)
        if len(elements) > ELEMENTS:
            raise TooLarge(form.title)
        if len(found[-1]) + len(elements) > ELEMENTS:
            found.append([])
        found[-1] += elements
    return tuple(tuple(part) for part in found)


def dialog(form: Form, part: int, state: str, language: Language, intro: str = "") -> Element:
    """Return one part of `form` as the server takes it."""
    every = parts(form)
    last = part == len(every) - 1
    position = {"part": part + 2, "parts": len(every)}
    submit = form.submit if last else say(language, "chat.next_part", **position)
    whole = f"**{form.title}**" if _bytes(form.title) > TITLE else ""
    return {
        "callback_id": "form",
        "title": _label(form.title, TITLE) or "…",
        "introduction_text": "\n\n".join(filter(None, (whole, intro))),
        "elements": list(every[part]),
        "submit_label": short(submit or say(language, "chat.send"), TITLE),
        "notify_on_cancel": False,
        "state": state,
    }


def confirmation(label: str, question: str, state: str, language: Language) -> Element:
    """Return a dialog that only asks whether one is sure."""
    return {
        "callback_id": "confirm",
        "title": _label(label, TITLE) or "…",
        "introduction_text": question,
        "elements": [],
        "submit_label": short(say(language, "chat.yes"), TITLE),
        "notify_on_cancel": False,
        "state": state,
    }


def values(submission: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person filled in, by field; a value spread over boxes is whole again."""
    found: dict[str, str] = {}
    for name in sorted(submission, key=_order):
        part = _PART.fullmatch(name)
        whole = part["name"] if part else name
        typed = submission[name]
        found[whole] = found.get(whole, "") + ("" if typed is None else str(typed))
    return {name: value for name, value in found.items() if value}


def _order(name: str) -> tuple[str, int]:
    part = _PART.fullmatch(name)
    return (part["name"], int(name.rpartition("-part")[2])) if part else (name, 0)


def _elements(wanted: Field) -> list[Element]:
    boxes = () if _selectable(wanted) else pages(wanted.value, PAGE)
    if len(boxes) < 2:
        return [_element(wanted)]
    first = replace(wanted, kind="text", value=boxes[0])
    rest = [
        replace(wanted, name=f"{wanted.name}-part{number}", kind="text", value=box, required=False)
        for number, box in enumerate(boxes[1:], 2)
    ]
    return [
        _element(box) | {"display_name": f"{_label(wanted.label, 18)} {number}/{len(boxes)}"}
        for number, box in enumerate([first, *rest], 1)
    ]


def _element(wanted: Field) -> Element:
    base: Element = {
        "display_name": _label(wanted.label, TITLE) or "…",
        "name": wanted.name,
        "optional": not wanted.required,
        "help_text": _label(_help(wanted), HELP),
        "placeholder": _label(wanted.example, HELP),
    }
    if _selectable(wanted):
        options = [{"text": short(option.label, 64), "value": option.value} for option in wanted.options]
        chosen = wanted.value if wanted.value in {option.value for option in wanted.options} else ""
        return base | {"type": "select", "options": options, "default": chosen}
    if wanted.kind == "text" or _bytes(wanted.value) > LINE:
        return base | {"type": "textarea", "max_length": BOX, "default": wanted.value}
    length = max(1, min(LINE, wanted.max_length))
    subtype = {"subtype": _SUBTYPES[wanted.kind]} if wanted.kind in _SUBTYPES else {}
    return (
        base
        | {"type": "text", "max_length": max(length, len(wanted.value)), "default": wanted.value}
        | subtype
    )


def _selectable(wanted: Field) -> bool:
    return wanted.kind == "choice" and 0 < len(wanted.options) <= OPTIONS


def _help(wanted: Field) -> str:
    """Return the help, with the whole label where the dialog has no room for it."""
    whole = wanted.label if _bytes(wanted.label) > TITLE else ""
    return " · ".join(part for part in (whole, wanted.help) if part)


def _label(text: str, limit: int) -> str:
    """Return a label of at most `limit` bytes, as newer servers count: each one longer is a warning in their log."""
    if _bytes(text) <= limit:
        return text
    return text.encode()[: limit - _bytes("…")].decode(errors="ignore") + "…"


def _bytes(text: str) -> int:
    return len(text.encode())
