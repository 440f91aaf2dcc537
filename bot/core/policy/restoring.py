"""Turns pseudonyms back in a model's answer, also when it comes in pieces, cut anywhere.

Tolerant: of case, accents, hyphens, Markdown, endings, of a code without its kind, of a given name or a family
name alone. Certain: only what this ask gave out is turned back, never what the model made up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.policy.identity import units

_HYPHENS = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2212_ \u00a0\u202f"}
_BARE = {
    letter: base.upper()
    for letter in range(0xC0, 0x180)
    if (base := unicodedata.normalize("NFD", chr(letter))[0]).isascii()
}
_PLAIN = {**{ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}, **_BARE, **_HYPHENS}
_CODE = re.compile(r"([A-Z]+)-([A-Z]{5})([1-9])")
_KINDS_TOLD = {
    "TEL": ("TELE", "TELEPHONE", "TELEFOON", "PHONE"),
    "ADRESSE": ("ADRES", "ADRESS", "ADDRESS"),
}
"""What models make of a kind when they translate."""

_SPELLED = ("-", "\\-", "")
_FIGURES = ("", *"123456789")
_DOMAINS = ("", ".EXAMPLE", ".COM", ".ORG", ".NET", ".BE", ".FR", ".EU", ".LU", ".NL")


def plain(text: str) -> str:
    """Return `text` in capitals without accents and with plain hyphens, character for character."""
    return text.translate(_PLAIN)


def names_a_person(pseudonym: str) -> bool:
    """Return whether a pseudonym stands for a name, not for an address or a number."""
    return "@" not in pseudonym and not _CODE.fullmatch(pseudonym)


def restore(text: str, pseudonyms: Mapping[str, str]) -> str:
    """Turn the pseudonyms back that this ask gave out; others, which the model made up, stay."""
    restorer = Restorer(pseudonyms)
    return restorer.feed(text) + restorer.flush()


@dataclass(slots=True)
class Restorer:
    """Turns pseudonyms back in a text that comes in pieces, cut anywhere."""

    pseudonyms: Mapping[str, str]
    _held: str = ""
    _values: dict[str, str] = field(default_factory=dict)
    _begun: frozenset[str] = frozenset()
    _longest: int = 0
    _pattern: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        if not self.pseudonyms:
            return
        for spelling, value in _spellings(self.pseudonyms):
            self._values.setdefault(spelling, value)
        self._begun = frozenset(word[:end] for word in self._values for end in range(1, len(word)))
        longest_first = sorted(self._values, key=len, reverse=True)
        self._longest = len(longest_first[0])
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def feed(self, piece: str) -> str:
        """Return what is certain by now; only what could still become a pseudonym is held back."""
        if self._pattern is None:
            return piece
        self._held += piece
        open_at = self._open_from(plain(self._held))
        certain, self._held = self._held[:open_at], self._held[open_at:]
        return self._turned(certain)

    def flush(self) -> str:
        """Return what was held back, when nothing more comes."""
        rest, self._held = self._held, ""
        return self._turned(rest)

    def _turned(self, text: str) -> str:
        if self._pattern is None:
            return text
        out: list[str] = []
        position = 0
        for match in self._pattern.finditer(plain(text)):
            written = text[match.start() : match.end()]
            value = self.pseudonyms.get(written) or self._values[match[0]]
            out += [text[position : match.start()], value]
            position = match.end()
        return "".join(out) + text[position:]

    def _open_from(self, text: str) -> int:
        """Return from where `text` may be the beginning of a pseudonym, or of a longer one than it shows."""
        assert self._pattern is not None  # noqa: S101  the caller looked
        position = max(0, len(text) - self._longest + 1)
        for match in self._pattern.finditer(text):
            if match.end() <= position:
                continue
            found = self._begins(text, position, match.start())
            if found is not None:
                return found
            position = max(position, match.end())
        found = self._begins(text, position, len(text) - 1)
        return len(text) if found is None else found

    def _begins(self, text: str, first: int, last: int) -> int | None:
        return next((at for at in range(first, last + 1) if text[at:] in self._begun), None)


def _spellings(pseudonyms: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield how pseudonyms may come back, with what each stands for; the first of a spelling counts."""
    for pseudonym, value in pseudonyms.items():
        yield plain(pseudonym), value
    for pseudonym, value in pseudonyms.items():
        if "@" in pseudonym:
            yield from _of_address(pseudonym, value)
        elif code := _CODE.fullmatch(pseudonym):
            yield from _of_code(code, value)
        else:
            yield from _of_name(pseudonym, value)


def _of_address(pseudonym: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield an address whatever its ending, and its two halves."""
    user, _, host = plain(pseudonym).partition("@")
    name = host.partition(".")[0]
    yield from ((f"{user}@{name}{domain}", value) for domain in _DOMAINS)
    yield user, value
    place = value.rpartition("@")[2] or value  # « paul@nozmen.example », of somebody else's name
    yield from ((name + domain, place) for domain in _DOMAINS)


def _of_code(code: re.Match[str], value: str) -> Iterator[tuple[str, str]]:
    """Yield a code with and without its kind; the figure of a form that was not given out is the first's."""
    kind, letters, figure = code.groups()
    for written in (figure, *(_FIGURES if figure == "1" else ())):
        yield letters + written, value
        for told in (kind, *_KINDS_TOLD.get(kind, ())):
            yield from ((told + hyphen + letters + written, value) for hyphen in _SPELLED)


def _of_name(pseudonym: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a name, and a name with an initial for one of two parts."""
    invented, parts = plain(pseudonym).split("-"), [part.rstrip(".,;") for part in units(value)]
    if len(invented) < 2 or len(invented) != len(parts):
        return
    whole = [(word, part) for word, part in zip(invented, parts, strict=True) if not word.endswith(".")]
    if len(whole) == 2:
        (given, first), (family, second) = whole
        yield f"{given[0]}.-{family}", f"{first[0]}. {second}"
        yield f"{given}-{family[0]}.", f"{first} {second[0]}."
    yield from whole
