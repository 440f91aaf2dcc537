"""What a text hides: spaced letters, figures for letters, text turned round, rot13, base64, hexadecimal.

`hidden(text)` returns the plain readings that a text holds beside the obvious one. A reading counts only when
it has become language: enough of its words are among the commonest ones of French, English, Dutch or Spanish.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.policy.folding import fold

MOST_DECODED = 4_000
"""Letters that are decoded at most: what is longer is a file, and its beginning tells."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A reading that was hidden: how, and the text. `certain` when no honest text looks so."""

    how: str
    text: str
    certain: bool = False


_COMMON = frozenset(
    """
    le la les un une des de du et est en que qui dans pour pas sur par au aux ce se ne je tu il elle
    nous vous ils elles mon ton son ma ta sa mes tes ses tout toutes tous avec sans plus moi toi comme
    mais ou donc or ni si fais donne dis montre ignore oublie consignes instructions regles texte liste
    comment bombe maintenant
    the of and to in is you that it for on are with as this be at have from your all not what how me my
    do give show tell forget previous rules system prompt reveal
    het een van ik dat niet op te zijn voor met aan hoe geef alle mijn
    el los las una del por para con como todo eres dame mi tus
    """.split()  # noqa: SIM905  as a list it would be a page, a word a line
)
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*·|/]{1,3}){5,}\w(?!\w)")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"(?<!\w)(?:0x)?(?:[0-9a-fA-F]{2}[ :,]?){10,}(?!\w)")
_LEET_WORD = re.compile(r"(?=\w*[a-z])(?=\w*[0134578@$!])[\w@$!|]{3,}")
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_LETTERS = re.compile(r"[^\W\d_]+")
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}\s?){4,}(?!\d)")
_PARTS = re.compile(r"[^:«»\"“”\n]{16,}")
_TURNED = {
    how: frozenset(codecs.encode(word, "rot13") if how == "rot13" else word[::-1] for word in _COMMON)
    for how in ("rot13", "reversed")
}
"""Common words as they look once turned."""
_AROUND = ".,;:!?…()[]«»\"“”'’*_-"
_SHORTEST_TURNED = 12
_FEWEST_COMMON = 3
_PLAIN_LANGUAGE = 0.25
_QUANTITY = re.compile(r"\d+[a-z]{1,4}\d*")
"""A time, an order, a measure: 17h30, 2e, 10km, 3x15."""
_MORE_THAN_NAMES = re.compile(r"\d[a-z]|[a-z][0134578@$!][a-z]")


def hidden(text: str) -> Iterator[Hidden]:
    """Yield the hidden readings of `text`, each once."""
    start = text[:MOST_DECODED]
    yield from _spaced(start)
    yield from _encoded(start)
    folded = fold(start)
    yield from _leet(folded)
    yield from _turned(folded)


def language(text: str) -> float:
    """Return the share of words that are common ones: about 0.4 in a plain text, 0 in noise."""
    words = _LETTERS.findall(text)
    return sum(word in _COMMON for word in words) / len(words) if len(words) > 1 else 0.0


def _spaced(text: str) -> Iterator[Hidden]:
    """Join letters that stand apart; two or more spaces between them part words."""
    runs = [match.group() for match in _SPACED.finditer(text) if not match.group().isdigit()]
    runs = [run for run in runs if sum(letter.isalpha() for letter in run) >= len(run) // 3]
    if runs:
        words = " ".join(_joined(run) for run in runs)
        yield Hidden("spaced", _SPACED.sub(lambda match: _joined(match.group()), text), len(words) >= 12)


def _joined(run: str) -> str:
    parts = re.split(r"\s{2,}|\s[|/]\s", run)
    return " ".join(re.sub(r"[\s.\-_*·|/]", "", part) for part in parts)


def _encoded(text: str) -> Iterator[Hidden]:
    for match in _BASE64.finditer(text):
        yield from _plain("base64", _from_base64(match.group()))
    for match in _HEX.finditer(text):
        yield from _plain("hex", _from_hex(match.group()))
    for match in _BINARY.finditer(text):
        figures = re.sub(r"\s", "", match.group())
        octets = bytes(int(figures[at : at + 8], 2) for at in range(0, len(figures) - 7, 8))
        yield from _plain("binary", octets)


def _from_base64(run: str) -> bytes:
    standard = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    standard = standard[: len(standard) - (len(standard) % 4 == 1)]
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4))
    except (binascii.Error, ValueError):
        return b""


def _from_hex(run: str) -> bytes:
    figures = re.sub(r"[^0-9a-fA-F]", "", run.removeprefix("0x"))
    return bytes.fromhex(figures[: len(figures) // 2 * 2])


def _plain(how: str, octets: bytes) -> Iterator[Hidden]:
    """Yield what the octets say when it is a text that people write."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return
    letters = sum(letter.isalpha() or letter == " " for letter in text)
    if len(text) >= 8 and text.isprintable() and letters >= 0.85 * len(text):
        yield Hidden(how, text, language(fold(text)) >= 0.15 or " " in text.strip())


def _leet(folded: str) -> Iterator[Hidden]:
    """Read figures as letters where several words mix them."""
    if not _MORE_THAN_NAMES.search(folded):
        return
    words = (word for word in _LEET_WORD.findall(folded) if not _QUANTITY.fullmatch(word))
    mixed = [word for word in words if _MORE_THAN_NAMES.search(word)]
    if len(mixed) >= 2:
        read = _LEET_WORD.sub(lambda match: match.group().translate(_LEET), folded)
        share = len(mixed) / max(1, len(folded.split()))
        yield Hidden("leet", read, share >= 0.4 and language(read) - language(folded) >= 0.1)


def _turned(folded: str) -> Iterator[Hidden]:
    """Read rot13 and reversed texts, when that makes language of what was none."""
    for stretch in _stretches(folded):
        words = {word.strip(_AROUND) for word in stretch.split()}
        enough = max(_FEWEST_COMMON, 2 * len(words & _COMMON) + 2)
        for how, turned in _TURNED.items():
            if len(words & turned) < enough:
                continue
            read = _turn(how, stretch)
            if language(read) >= _PLAIN_LANGUAGE:
                yield Hidden(how, read, True)


def _turn(how: str, text: str) -> str:
    return codecs.encode(text, "rot13") if how == "rot13" else text[::-1]


def _stretches(folded: str) -> Iterator[str]:
    """Yield what may have been turned as one: the whole, and what follows a colon or stands in quotes."""
    if len(folded) >= _SHORTEST_TURNED:
        yield folded
    parts = _PARTS.findall(folded)
    yield from (parts if len(parts) > 1 else ())
