"""CommonMark to Slack's mrkdwn and back to plain words.

Everything from a model or a person is escaped, so that no text can mention a channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.core.pages import pages

_LONGEST_LINK = 1_000
_UNFINISHED = re.compile(r"<[^<>]*\Z|&[a-z]{0,4}\Z")
_MARKS = {"strong": "*", "em": "_", "s": "~"}
_REFERENCE = re.compile(r"<([^<>]+)>")


def escape(text: str) -> str:
    """Return `text` so that Slack reads no mention, link or entity into it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render(markdown: str, limit: int) -> tuple[str, ...]:
    """Return `markdown` as mrkdwn texts of at most `limit` characters each, nothing left out."""
    packed: list[str] = []
    for part in (piece for block in _tree(markdown).children for piece in _fitting(block, limit)):
        if packed and len(packed[-1]) + len(part) + 2 <= limit:
            packed[-1] += "\n\n" + part
        else:
            packed.append(part)
    return tuple(packed)


def plain(text: str, name_of: Callable[[str], str] = lambda account: f"@{account}") -> str:
    """Return the words of a text that Slack sends: references spelled out, entities decoded."""
    spelled = _REFERENCE.sub(lambda match: _spelled(match[1], name_of), text)
    return spelled.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the accounts that `text` mentions."""
    return tuple(dict.fromkeys(re.findall(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", text)))


def _spelled(reference: str, name_of: Callable[[str], str]) -> str:
    target, _, label = reference.partition("|")
    if target.startswith("@"):
        return label or name_of(target[1:])
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    bare = label in {"", address} or address.partition("://")[2].rstrip("/") == label.rstrip("/")
    if target.startswith("tel:"):
        return label or address
    return (label or address) if bare else f"{label} ({address})"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _tree(markdown: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_parser().parse(markdown))


def _fitting(block: SyntaxTreeNode, limit: int) -> Iterator[str]:
    if block.type in {"fence", "code_block"}:
        yield from (_code(page) for page in pages(escape(block.content.rstrip("\n")) or " ", limit - 8))
    elif block.type == "table":
        yield from (_code(page) for page in pages(escape(_table(block)), limit - 8))
    else:
        yield from _whole_pages(_block(block), limit)


def _whole_pages(text: str, limit: int) -> Iterator[str]:
    """Page `text` so that no entity and no link is cut in two."""
    while len(text) > limit:
        page = pages(text, limit)[0]
        unfinished = _UNFINISHED.search(page)
        end = unfinished.start() if unfinished and unfinished.start() > 0 else len(page)
        yield text[:end].strip("\n") or " "
        text = text[end:]
    if text:
        yield text


def _code(text: str) -> str:
    return f"```\n{text.strip(chr(10)) or ' '}\n```"


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            return f"*{_inline(node)}*"
        case "bullet_list" | "ordered_list":
            return _listed(node)
        case "blockquote":
            inner = "\n\n".join(_block(child) for child in node.children)
            return "\n".join(f"> {line}" for line in inner.split("\n"))
        case "hr":
            return "———"
        case "fence" | "code_block":
            return _code(escape(node.content))
        case "table":
            return _code(escape(_table(node)))
        case _:
            return _inline(node)


def _listed(node: SyntaxTreeNode) -> str:
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    lines = []
    for offset, entry in enumerate(node.children):
        mark = f"{start + offset}." if node.type == "ordered_list" else "•"
        body = "\n".join(_block(child) for child in entry.children)
        lines.append(f"{mark} " + body.replace("\n", "\n    "))
    return "\n".join(lines)


def _table(node: SyntaxTreeNode) -> str:
    rows = [[_words(cell) for cell in row.children] for part in node.children for row in part.children]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _words(node: SyntaxTreeNode) -> str:
    return "".join(leaf.content for leaf in node.walk() if leaf.type in {"text", "code_inline"})


def _inline(node: SyntaxTreeNode) -> str:
    if not node.children:
        return _leaf(node)
    inner = "".join(_inline(child) for child in node.children)
    if node.type in _MARKS and inner.strip():
        return f"{_MARKS[node.type]}{inner}{_MARKS[node.type]}"
    if node.type == "link":
        return _link(str(node.attrs.get("href", "")), inner)
    if node.type == "image":
        return _link(str(node.attrs.get("src", "")), inner)
    return inner


def _leaf(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text":
            return escape(node.content)
        case "code_inline":
            return f"`{escape(node.content)}`"
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return _link(str(node.attrs.get("src", "")), "")
        case _:
            return escape(node.content) if node.is_root is False and node.token else ""


def _link(address: str, label: str) -> str:
    """Return a link whose address can be seen before it is opened; only web and mail addresses are links."""
    address = address.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&amp;", "&")
    if not address.startswith(("https://", "http://", "mailto:")) or len(address) > _LONGEST_LINK:
        return f"{label} ({escape(address)})" if address else label
    if not label or label == escape(address):
        return f"<{address}>"
    return f"<{address}|{label}>" if len(label) <= _LONGEST_LINK else f"{label} (<{address}>)"
