"""Pseudonyms: hide personal data before a model sees a text, and turn them back in its answer.

A pseudonym is a kind, five letters and a figure, such as `PERSF-KQVTZ1`: no word of any language, so that
translation and inflection leave it alone, and found again whatever its case, its hyphen or the Markdown
around it. The five letters are the person's (or the number's); the figure tells the forms of one person
apart (1 « Sophie Lambert », 2 « Sophie », 3 « SOPHIE LAMBERT »), so that each comes back as it was written.

The letters come from a keyed digest of the whole text: another ask has others, nobody without the key can try
names out, and a text that is hidden twice in one process is hidden alike.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType

from bot.core.policy.finding import Finding, Label
from bot.core.policy.identity import Person, gender_of, same_value, together

_KEY = secrets.token_bytes(32)
"""Of this process alone; it is never written down, so that a pseudonym outlives no restart."""

_LETTERS = "BCDFGHJKLMNPQRTVWXZ"
_LENGTH = 5
_FORMS = 9
_KINDS: Mapping[Label, str] = {
    Label.PERSON: "PERS",
    Label.EMAIL: "MAIL",
    Label.PHONE: "TEL",
    Label.IBAN: "IBAN",
    Label.CARD: "CARD",
    Label.NATIONAL_ID: "NATID",
    Label.ADDRESS: "ADDR",
    Label.BIRTH_DATE: "BIRTH",
    Label.ID_DOC: "IDDOC",
    Label.PLATE: "PLATE",
    Label.SECRET: "SECRET",
    Label.IP: "IP",
}
_HYPHENS = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2212_ \u00a0"}
_SPELLED = ("-", "\\-", "")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without its personal data, and what each pseudonym stands for."""

    text: str
    pseudonyms: Mapping[str, str]


def hide(text: str, findings: Sequence[Finding], taken: Collection[str] = ()) -> Hidden:
    """Put a pseudonym in place of each finding; `taken` names pseudonyms of others that must not come up."""
    placed = sorted(findings)
    codes = _codes(text, taken)
    given: dict[int, str] = {}
    pseudonyms: dict[str, str] = {}
    for group in _groups(text, placed):
        given |= _named(text, group, placed, codes, pseudonyms)
    pieces: list[str] = []
    position = 0
    for index, finding in enumerate(placed):
        pieces += [text[position : finding.start], given[index]]
        position = finding.end
    return Hidden("".join(pieces) + text[position:], MappingProxyType(pseudonyms))


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
    _pattern: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        spellings: dict[str, str] = {}
        for pseudonym, value in self.pseudonyms.items():
            kind, _, code = pseudonym.partition("-")
            spellings |= {kind + hyphen + code: value for hyphen in _SPELLED} | {code: value}
        self._values = spellings
        self._begun = frozenset(word[:end] for word in spellings for end in range(1, len(word)))
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def feed(self, piece: str) -> str:
        """Return what is certain by now; only what could still become a pseudonym is held back."""
        if self._pattern is None:
            return piece
        self._held += piece
        plain = _plain(self._held)
        out: list[str] = []
        position = 0
        for match in self._pattern.finditer(plain):
            out += [self._held[position : match.start()], self._values[match[0]]]
            position = match.end()
        kept = self._open_end(plain[position:])
        out.append(self._held[position : len(self._held) - kept])
        self._held = self._held[len(self._held) - kept :]
        return "".join(out)

    def flush(self) -> str:
        """Return what was held back, when nothing more comes."""
        rest, self._held = self._held, ""
        return rest

    def _open_end(self, plain: str) -> int:
        """Return how many characters at the end may be the beginning of a pseudonym."""
        longest = max(map(len, self._values))
        return next(
            (size for size in range(min(len(plain), longest - 1), 0, -1) if plain[-size:] in self._begun), 0
        )


def _plain(text: str) -> str:
    """Return `text` in capitals with plain hyphens, character for character."""
    capitals = "".join(letter.upper() if letter.isascii() else letter for letter in text)
    return capitals.translate(_HYPHENS)


def _codes(text: str, taken: Collection[str]) -> Iterator[str]:
    """Yield five letters at a time that occur neither in the text nor in what is taken."""
    seen = _plain(text) + "\n" + _plain("\n".join(taken))
    seed = blake2b(text.encode(errors="surrogatepass"), key=_KEY, digest_size=32).digest()
    count = 0
    while True:
        drawn = int.from_bytes(blake2b(count.to_bytes(8, "big"), key=seed, digest_size=16).digest(), "big")
        code = ""
        for _ in range(_LENGTH):
            drawn, letter = divmod(drawn, len(_LETTERS))
            code += _LETTERS[letter]
        count += 1
        if code not in seen:
            seen += "\n" + code
            yield code


def _groups(text: str, placed: Sequence[Finding]) -> Iterator[Sequence[int]]:
    """Yield the findings that stand for one person or one value, by their places in `placed`."""
    persons = [
        Person(index, text[one.start : one.end], gender_of(text, one))
        for index, one in enumerate(placed)
        if one.label is Label.PERSON
    ]
    yield from together(persons)
    values: dict[tuple[Label, str], list[int]] = {}
    for index, one in enumerate(placed):
        if one.label is not Label.PERSON:
            values.setdefault((one.label, same_value(text[one.start : one.end])), []).append(index)
    yield from values.values()


def _named(
    text: str,
    group: Sequence[int],
    placed: Sequence[Finding],
    codes: Iterator[str],
    pseudonyms: dict[str, str],
) -> dict[int, str]:
    """Give the findings of one group their pseudonyms: the same letters, a figure per form."""
    kind = _kind(text, [placed[index] for index in group])
    code = next(codes)
    forms: dict[str, str] = {}
    given: dict[int, str] = {}
    for index in group:
        surface = text[placed[index].start : placed[index].end]
        if surface not in forms:
            if forms and len(forms) % _FORMS == 0:
                code = next(codes)
            forms[surface] = f"{kind}-{code}{len(forms) % _FORMS + 1}"
            pseudonyms[forms[surface]] = surface
        given[index] = forms[surface]
    return given


def _kind(text: str, group: Sequence[Finding]) -> str:
    """Return the word a pseudonym begins with; a person's tells the gender when it is known."""
    label = group[0].label
    genders = {gender_of(text, one) for one in group} - {""} if label is Label.PERSON else set()
    return _KINDS[label] + (genders.pop().upper() if len(genders) == 1 else "")
