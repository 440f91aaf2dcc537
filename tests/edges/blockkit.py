"""Slack's published limits of Block Kit, as Slack checks them: an edge refuses what Slack would refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def faults(blocks: Sequence[Block], limit: int = MESSAGE_BLOCKS) -> list[str]:
    """Return what Slack would refuse about `blocks`."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > limit else []
    for block in blocks:
        found += _CHECKS[block["type"]](block)
    return found


def view_faults(view: Mapping[str, Any]) -> list[str]:
    """Return what Slack would refuse about a modal or a home."""
    found = faults(view["blocks"], VIEW_BLOCKS)
    if view["type"] == "modal":
        found += _text(view["title"], 24, "title") + _text(view["submit"], 24, "submit")
        found += _text(view["close"], 24, "close")
        found += ["metadata"] if len(view.get("private_metadata", "")) > 3000 else []
    names = [block.get("block_id") for block in view["blocks"] if block.get("block_id")]
    return found + (["block_id twice"] if len(names) != len(set(names)) else [])


def _text(text: Mapping[str, Any], limit: int, what: str) -> list[str]:
    return [] if 0 < len(text["text"]) <= limit else [f"{what}: {len(text['text'])} characters"]


def _section(block: Block) -> list[str]:
    if "fields" in block:
        many = ["fields"] if len(block["fields"]) > 10 else []
        return many + [fault for field in block["fields"] for fault in _text(field, 2000, "field")]
    return _text(block["text"], 3000, "section")


def _actions(block: Block) -> list[str]:
    elements = block["elements"]
    ids = [element["action_id"] for element in elements]
    found = [] if 0 < len(elements) <= 25 else ["elements"]
    found += ["action_id twice"] if len(ids) != len(set(ids)) else []
    for element in elements:
        found += list(_button(element))
    return found


def _button(element: Block) -> Iterator[str]:
    yield from _text(element["text"], 75, "button")
    if len(element["action_id"]) > 255 or len(element.get("value", "")) > 2000:
        yield "button value"
    if element.get("style") not in {None, "primary", "danger"}:
        yield "style"
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if "confirm" in element:
            yield from _text(element["confirm"][name], limit, f"confirm {name}")


def _context(block: Block) -> list[str]:
    many = ["context elements"] if len(block["elements"]) > 10 else []
    return many + [fault for element in block["elements"] for fault in _text(element, 3000, "context")]


def _input(block: Block) -> list[str]:
    element = block["element"]
    found = _text(block["label"], 2000, "label") + ["block_id"] * (len(block["block_id"]) > 255)
    found += _text(block["hint"], 2000, "hint") if "hint" in block else []
    found += _text(element["placeholder"], 150, "placeholder") if "placeholder" in element else []
    if element["type"] == "plain_text_input":
        length = element.get("max_length", 3000)
        found += [] if 1 <= length <= 3000 else ["max_length"]
        found += ["initial_value"] if len(element.get("initial_value", "")) > length else []
    if element["type"] == "static_select":
        options = element["options"]
        found += [] if 0 < len(options) <= 100 else ["options"]
        found += [fault for option in options for fault in _text(option["text"], 75, "option")]
        found += ["option value"] * any(len(option["value"]) > 150 for option in options)
    return found


_CHECKS: dict[str, Callable[[Block], list[str]]] = {
    "header": lambda block: _text(block["text"], 150, "header"),
    "section": _section,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "divider": lambda _: [],
}
