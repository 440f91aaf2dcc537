"""Words of a text as the names detector sees them: as typed, folded, and what the gazetteer knows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.core.policy.folding import fold

Gazetteer = Mapping[str, str]
"""A folded word's five figures: given name, gender, family name, ordinary word, town (see `bench/names`)."""

UNKNOWN = "00000"
_TOKEN = re.compile(r"[^\W\d_]+(?:['\-‑][^\W\d_]+)*|\d+|\n|[^\w\s]|_")
_ELIDED = frozenset("l d qu j n s c m t jusqu lorsqu puisqu quelqu".split())
_NAME_PREFIXES = frozenset("d n o m l t".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, a sign or a line's end at `[start, end)`."""

    text: str
    start: int
    end: int
    word: str
    shape: str
    known: str


def tokens_of(text: str, gazetteer: Gazetteer) -> list[Token]:
    """Cut a text into tokens; « d'Anne » is two, « N'Guessan » is one."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw, start = match[0], match.start()
        if not raw[0].isalpha():
            found.append(Token(raw, start, match.end(), raw, "9" if raw[0].isdigit() else raw, UNKNOWN))
            continue
        cut = _elision(raw, gazetteer)
        if cut:
            found.append(_word(raw[:cut], start, gazetteer))
            raw, start = raw[cut:], start + cut
        found.append(_word(raw, start, gazetteer))
    return found


def _word(raw: str, start: int, gazetteer: Gazetteer) -> Token:
    word, shape = _form(raw)
    return Token(raw, start, start + len(raw), word, shape, _known(word, gazetteer))


@lru_cache(maxsize=8192)
def _form(raw: str) -> tuple[str, str]:
    """Return the folded word, and whether it is lower case (a), capitalised (A), capitals (AA), one letter (I)."""
    word = fold(raw)
    if raw.islower():
        return word, "a"
    if len(raw) == 1:
        return word, "I"
    if raw.isupper():
        return word, "AA"
    return word, "A" if raw[0].isupper() else "aA"


def _known(word: str, gazetteer: Gazetteer) -> str:
    """Return the figures of a word; those of a compound come from its parts."""
    known = gazetteer.get(word)
    if known is not None or "-" not in word:
        return known or UNKNOWN
    parts = [gazetteer.get(part, UNKNOWN) for part in word.split("-")]
    every = [min(figures) for figures in zip(*parts, strict=True)]
    return every[0] + parts[0][1] + every[2] + every[3] + every[4]


def _elision(raw: str, gazetteer: Gazetteer) -> int:
    """Return where « d' », « l' » or « qu' » ends that is no part of the name, 0 when there is none."""
    head, apostrophe, rest = raw.partition("'")
    if not apostrophe or head.lower() not in _ELIDED:
        return 0
    whole = gazetteer.get(fold(raw), UNKNOWN)
    own = gazetteer.get(fold(rest), UNKNOWN)
    if whole[2] != "0" and head.lower() in _NAME_PREFIXES and whole[3] == "0":
        part_of_name = head[0].isupper() and rest[:1].isupper()
        if part_of_name or (head.islower() and own[0] == "0" and own[3] == "0"):
            return 0
    if (
        head[0].isupper()
        and rest[:1].isupper()
        and own[3] == "0"
        and own[0] == "0"
        and head.lower() in _NAME_PREFIXES
    ):
        return 0
    return len(head) + 1
