"""Cut long texts into pages without losing a character, at the place where a reader would turn the page."""

from __future__ import annotations

import re

_BREAKS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;])\s"), re.compile(r"\s"))
_FENCE = re.compile(r"^(?P<marks>`{3,}|~{3,})(?P<language>[^`\n]*)$", re.MULTILINE)
_LONGEST_FENCE = 20


def pages(text: str, limit: int) -> tuple[str, ...]:
    """Return `text` in pages of at most `limit` characters; put together they are `text` again.

    A page ends after a paragraph, else a line, a sentence, a word; in the middle of one only when it is
    longer than half a page. An empty text has no page.
    """
    found = []
    while len(text) > limit:
        end = _end(text, limit)
        found.append(text[:end])
        text = text[end:]
    return (*found, text) if text else tuple(found)


def fenced_pages(text: str, limit: int) -> tuple[str, ...]:
    """Return pages of Markdown; a fence that a page cuts is closed on it and opened again on the next."""
    opened, found = "", []
    for cut in pages(text, limit - 4 * _LONGEST_FENCE):
        page = opened + cut
        opened = _left_open(page)
        found.append(page + ("\n" + _marks(opened) if opened else ""))
    return tuple(found)


def _end(text: str, limit: int) -> int:
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, limit // 2, limit)]
        if ends:
            return ends[-1]
    return limit


def _left_open(page: str) -> str:
    """Return the line of the fence still open at the end of `page`, or ""."""
    opened = ""
    for match in _FENCE.finditer(page):
        marks, language = match["marks"][:_LONGEST_FENCE], match["language"].strip()[:_LONGEST_FENCE]
        if not opened:
            opened = f"{marks}{language}\n"
        elif marks.startswith(_marks(opened)) and not language:
            opened = ""
    return opened


def _marks(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]
