"""One form for the many ways a text is typed, with the way back to the text as received.

Full-width and mathematical letters, no-break and thin spaces, typographic dashes and apostrophes become
plain; zero-width and direction marks fall away; accents that come as marks of their own join their letter;
Cyrillic and Greek look-alikes inside a Latin word become Latin.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.core.policy.folding import fold

__all__ = ["Normalised", "flatten", "fold", "normalise"]

_PLAIN = re.compile(r"[\x09\x0a\x0d\x20-\x7e\xa1-\xac\xae-\xff\u0152\u0153\u20ac]*")
_ONE_FOR_ONE = {
    **dict.fromkeys(
        map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"), " "
    ),
    **dict.fromkeys(map(ord, "\u200a\u202f\u205f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\uff07\u00b4\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2028\u2029\u0085"), "\n"),
}
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρι",
    "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXaovpi",
)
_MIXED_WORD = re.compile(r"[^\W\d_]+(?:[-.@\d][^\W_]+)*")
_FOREIGN = re.compile(r"[\u0370-\u052f]")
_LATIN = re.compile(r"[A-Za-z]")


class _Flat(dict[int, str]):
    """ASCII for every character, worked out when first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter.lower())[:1]
        if not base.isascii():
            base = "_" if letter.isalpha() else "?"
        self[code] = base
        return base


_FLAT = _Flat(
    {code: chr(code).lower() for code in range(128)}
    | {ord(letter): flat for letter, flat in zip("œæøłđßıð°º«»“”„•·€£", 'oaoldsidoo"""""*.e?', strict=True)}
    | {ord(letter): flat for letter, flat in zip("ŒÆØŁĐİ", "oaoldi", strict=True)}
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in one form. `starts` and `ends` lead each character back, None when nothing moved.

    `flat` is `text` in lower-case ASCII, character for character: what patterns look at.
    """

    original: str
    text: str
    flat: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the text as received that became `[start, end)`."""
        if self.starts is None or self.ends is None or start >= end:
            return start, end
        return self.starts[start], self.ends[end - 1]


def flatten(text: str) -> str:
    """Return `text` in lower-case ASCII with as many characters."""
    return text.lower() if text.isascii() else text.translate(_FLAT)


def normalise(text: str) -> Normalised:
    """Return `text` in one form."""
    if _PLAIN.fullmatch(text):
        return Normalised(text, text, flatten(text))
    moved = text.translate(_ONE_FOR_ONE)
    if _PLAIN.fullmatch(moved):
        return Normalised(text, moved, flatten(moved))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, letter in enumerate(moved):
        plain = letter if letter < "\u0100" and letter != "\u00ad" else _plain(letter)
        if unicodedata.combining(letter) and letters:
            joined = unicodedata.normalize("NFC", letters[-1] + letter)
            if len(joined) == 1:
                letters[-1] = joined
            ends[-1] = index + 1
        elif plain:
            letters.append(plain)
            starts.append(index)
            ends.append(index + 1)
    plain = _latin("".join(letters))
    return Normalised(text, plain, flatten(plain), tuple(starts), tuple(ends))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Return the plain form of one character, empty for what cannot be seen."""
    if unicodedata.category(letter) in {"Cf", "Cc"}:
        return ""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    simple = unicodedata.normalize("NFKC", letter)
    return simple if len(simple) == 1 else letter


def _latin(text: str) -> str:
    if not _FOREIGN.search(text):
        return text
    return _MIXED_WORD.sub(lambda word: _latin_word(word[0]), text)


def _latin_word(word: str) -> str:
    """Return a word with Latin letters for look-alikes, if Latin letters or figures stand beside them."""
    plain = word.translate(_LOOK_ALIKES)
    if _LATIN.search(word) or (plain.isascii() and any(map(str.isdigit, word))):
        return plain
    return word
