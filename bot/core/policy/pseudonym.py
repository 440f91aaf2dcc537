"""Pseudonyms: what a model reads in the place of personal data. `restoring` turns them back.

A person becomes somebody with an invented name, such as « Lazvonine Nozdekur », under all her names: who is
« Sophie » further down is « Lazvonine » there, and « S. Lambert » is « L. Nozdekur ». An e-mail address becomes
an invented one; anything else a kind, five letters and a figure, such as `TEL-KQVTZ1` (the figure tells
spellings of one number apart). Models repeat them as they repeat real ones, small models too.

What is invented comes from a keyed digest of the whole text: another ask has others, nobody without the key
can try names out, and a text that is hidden twice in one process is hidden alike.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

from bot.core.policy import invented
from bot.core.policy.finding import Finding, Label
from bot.core.policy.folding import fold
from bot.core.policy.identity import Person, gender_of, same_value, together, units
from bot.core.policy.restoring import plain

_KEY = secrets.token_bytes(32)
"""Of this process alone; it is never written down, so that a pseudonym outlives no restart."""

_LETTERS = "BCDFGHJKLMNPQRTVWXZ"
_LENGTH = 5
_FORMS = 9
_KINDS: Mapping[Label, str] = {
    Label.PHONE: "TEL",
    Label.IBAN: "IBAN",
    Label.CARD: "CARD",
    Label.NATIONAL_ID: "NATID",
    Label.ADDRESS: "ADRESSE",
    Label.BIRTH_DATE: "BIRTH",
    Label.ID_DOC: "IDDOC",
    Label.PLATE: "PLATE",
    Label.SECRET: "SECRET",
    Label.IP: "IP",
}
_NOWHERE = ".example"
"""Reserved for examples (RFC 2606): no letter that is sent there by mistake arrives."""

_INITIAL = re.compile(r"(\w)\.?")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without its personal data, and what each pseudonym stands for."""

    text: str
    pseudonyms: Mapping[str, str]


def hide(text: str, findings: Sequence[Finding], taken: Collection[str] = ()) -> Hidden:
    """Put a pseudonym in place of each finding; `taken` names pseudonyms of others that must not come up."""
    placed = sorted(findings)
    fresh = _Fresh(text, taken)
    pseudonyms: dict[str, str] = {}
    given: dict[int, str] = {}
    for group in _groups(text, placed):
        surfaces = list(dict.fromkeys(text[placed[index].start : placed[index].end] for index in group))
        named = _named(fresh, surfaces, placed[group[0]].label, _gender(text, group, placed))
        pseudonyms |= {pseudonym: surface for surface, pseudonym in named.items()}
        given |= {index: named[text[placed[index].start : placed[index].end]] for index in group}
    pieces: list[str] = []
    position = 0
    for index, finding in enumerate(placed):
        pieces += [text[position : finding.start], given[index]]
        position = finding.end
    return Hidden("".join(pieces) + text[position:], MappingProxyType(pseudonyms))


class _Fresh:
    """What is invented for one text: nothing that is in the text or taken, and nothing twice."""

    def __init__(self, text: str, taken: Collection[str]) -> None:
        self._seen = plain(text) + "\n" + plain("\n".join(taken))
        self._seed = blake2b(text.encode(errors="surrogatepass"), key=_KEY, digest_size=32).digest()
        self._numbers = self._drawn()

    def name(self, gender: str = "", *, vowel: bool = False) -> str:
        """Return an invented name."""
        return self._unseen(lambda: invented.word(self._draw, gender, vowel=vowel))

    def code(self) -> str:
        """Return five letters."""
        return self._unseen(lambda: "".join(_LETTERS[self._draw(len(_LETTERS))] for _ in range(_LENGTH)))

    def _unseen(self, make: Callable[[], str]) -> str:
        while plain(made := make()) in self._seen:
            pass
        self._seen += "\n" + plain(made)
        return made

    def _draw(self, below: int) -> int:
        return next(self._numbers) % below

    def _drawn(self) -> Iterator[int]:
        """Yield numbers that only the key and the text decide."""
        count = 0
        while True:
            block = blake2b(count.to_bytes(8, "big"), key=self._seed, digest_size=64).digest()
            yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4))
            count += 1


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


def _gender(text: str, group: Sequence[int], placed: Sequence[Finding]) -> str:
    """Return the gender that all mentions agree on, or nothing."""
    genders = {gender_of(text, placed[index]) for index in group} - {""}
    return genders.pop() if len(genders) == 1 else ""


def _named(fresh: _Fresh, surfaces: Sequence[str], label: Label, gender: str) -> dict[str, str]:
    """Return the pseudonym of each form of one person or value."""
    if label is Label.PERSON:
        return _person(fresh, surfaces, gender)
    if label is Label.EMAIL:
        user, host = fresh.name().lower(), fresh.name().lower()
        return {surface: f"{user}{number or ''}@{host}{_NOWHERE}" for number, surface in enumerate(surfaces)}
    codes: dict[str, str] = {}
    for number, surface in enumerate(surfaces):
        if number % _FORMS == 0:
            code = fresh.code()
        codes[surface] = f"{_KINDS[label]}-{code}{number % _FORMS + 1}"
    return codes


def _person(fresh: _Fresh, surfaces: Sequence[str], gender: str) -> dict[str, str]:
    """Name every form of a person word by word, the fullest first: the same word, the same invented one."""
    words: dict[str, str] = {}
    named: dict[str, str] = {}
    for surface in sorted(surfaces, key=lambda one: -len(units(one))):
        name = _name(fresh, units(surface), gender, words)
        while name in named.values():  # « sophie » beside « Sophie »: each must come back as it was
            name = _name(fresh, units(surface), gender, {})
        named[surface] = name
    return named


def _name(fresh: _Fresh, parts: Sequence[str], gender: str, words: dict[str, str]) -> str:
    """Return an invented name for a name of these parts; `words` is what its words are called already."""
    invented_parts = []
    for place, part in enumerate(parts):
        initial = _INITIAL.fullmatch(part) if len(parts) > 1 else None
        if initial:
            invented_parts.append(_initial(fresh, fold(initial[1]), words))
            continue
        key = fold(part)
        if key not in words:
            words[key] = fresh.name("" if place else gender, vowel=key[:1] in set("aeiouyh"))
        invented_parts.append(words[key].upper() if part.isupper() else words[key])
    return " ".join(invented_parts)


def _initial(fresh: _Fresh, letter: str, words: Mapping[str, str]) -> str:
    """Return the initial of the word that begins with `letter`, of a new one when there is none."""
    word = next((word for key, word in words.items() if key.startswith(letter)), "")
    return (word or fresh.name())[0] + "."
