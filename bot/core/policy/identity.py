"""Who is who in a text: which mentions are of the same person, and how grammar speaks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.policy.finding import Finding
from bot.core.policy.folding import fold

_TITLE = re.compile(
    r"\b(?P<f>madame|mme|mlle|mademoiselle|mevrouw|mevr|mw|mrs|ms|miss)\.?\s+$|"
    r"\b(?P<m>monsieur|mr|mister|meneer|dhr|de heer)\.?\s+$|\bm\.?\s+$"
)
_WORD = re.compile(r"[^\s.,·/_*]+")
_PARTICLES = re.compile(r"v[ao]n|d[eiu]|de[nrs]|da|dos|l[ae]|les|ter|ten|[ae]l|b[ei]nt?|abu")


@dataclass(frozen=True, slots=True)
class Person:
    """A mention: its place among the findings, its words as written, « f », « m » or nothing."""

    place: int
    surface: str
    gender: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Return the folded words of the mention."""
        return tuple(_WORD.findall(fold(self.surface)))


@dataclass(slots=True)
class _Known:
    """A person as gathered so far, with the words of the fullest mention."""

    words: tuple[str, ...]
    gender: str
    places: list[int]

    def may_be(self, mention: Person) -> bool:
        """Return whether every word of the mention is one of this person's, or the initial of one."""
        if mention.gender and self.gender and mention.gender != self.gender:
            return False
        whole = [word for word in mention.words if word in self.words]
        rest = [word for word in mention.words if word not in self.words]
        return bool(whole) and all(
            len(word) == 1 and any(one[0] == word for one in self.words) for word in rest
        )


def together(mentions: Sequence[Person]) -> list[list[int]]:
    """Return the places of the findings that are of the same person, the fullest mentions deciding."""
    known: list[_Known] = []
    for mention in sorted(mentions, key=lambda one: (-len("".join(one.words)), one.place)):
        candidates = [one for one in known if one.may_be(mention)]
        if candidates:
            nearest = min(candidates, key=lambda one: min(_distance(mention.place, at) for at in one.places))
            nearest.places.append(mention.place)
            nearest.gender = nearest.gender or mention.gender
        else:
            known.append(_Known(mention.words, mention.gender, [mention.place]))
    return [sorted(one.places) for one in sorted(known, key=lambda one: min(one.places))]


def _distance(place: int, other: int) -> tuple[bool, int]:
    """Order by nearness, those mentioned before first."""
    return other > place, abs(place - other)


def gender_of(text: str, finding: Finding) -> str:
    """Return « f » or « m » as the title before the name says, or else the detector from the given name."""
    title = _TITLE.search(fold(text[max(0, finding.start - 14) : finding.start]))
    if title:
        return "f" if title["f"] else "m"
    hint = finding.detector.rpartition(".")[2]
    return hint if hint in {"f", "m"} else ""


def same_value(surface: str) -> str:
    """Return what two spellings of one value share: letters and digits, in lower case."""
    return "".join(letter for letter in fold(surface) if letter.isalnum()) or surface


def units(surface: str) -> tuple[str, ...]:
    """Return the parts of a name as people use them alone: « Fatima », « El Amrani »."""
    found: list[str] = []
    waiting: list[str] = []
    for word in surface.split():
        waiting.append(word)
        if not _PARTICLES.fullmatch(fold(word)):
            found.append(" ".join(waiting))
            waiting = []
    return (*found, " ".join(waiting)) if waiting else tuple(found)
