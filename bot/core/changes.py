"""What an edit changed, word by word."""

from __future__ import annotations

import difflib
import re

_WORDS = re.compile(r"\s+|[^\s]+")


def changes(before: str, after: str) -> str:
    """Return `after` in Markdown with what was taken out ~~struck~~ and what was put in in **bold**."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append("".join(new[c:d]))
        else:
            parts.append(_marked("~~", old[a:b]) + _marked("**", new[c:d]))
    return "".join(parts)


def _marked(mark: str, words: list[str]) -> str:
    """Mark the words and keep the spaces around them outside, as Markdown needs."""
    text = "".join(words)
    inner = text.strip()
    if not inner:
        return text if mark == "**" else ""
    start = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    return f"{start}{mark}{inner}{mark}{end or ' ' * (mark == '~~')}"
