"""Words of a text as rules see them: lower case, without accents, apostrophes apart, sentences numbered."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`′"), "'")
_LIGATURES = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss", ord("ø"): "o", ord("ł"): "l"}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u2002\u2003\t\r"), " ")


def _without_accents() -> dict[int, str]:
    """Map every accented Latin letter in lower case to its letter; once, as it is asked of every text."""
    found = {}
    for code in range(0xC0, 0x250):
        letter = chr(code)
        plain = "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
        if plain != letter:
            found[code] = plain
    return found


_FOLDED = _without_accents() | _APOSTROPHES | _LIGATURES | _SPACES
_WORD = re.compile(r"[^\W_]+|[.!?…;\n]")
_ENDS = frozenset(".!?…;\n")


@dataclass(frozen=True, slots=True)
class Words:
    """A folded text, its words, and the number of the sentence that each word is in."""

    text: str
    words: tuple[str, ...]
    sentences: tuple[int, ...]


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with plain apostrophes and spaces."""
    folded = text.lower().translate(_FOLDED)
    if folded.isascii() or not any(map(unicodedata.combining, folded)):
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=256)
def words_of(text: str) -> Words:
    """Return the folded words of `text`."""
    folded = fold(text)
    words: list[str] = []
    sentences: list[int] = []
    sentence = 0
    for word in _WORD.findall(folded):
        if word in _ENDS:
            sentence += 1
        else:
            words.append(word)
            sentences.append(sentence)
    return Words(folded, tuple(words), tuple(sentences))
