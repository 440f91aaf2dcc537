"""Whether an answer gives away the instructions that the model was given: copied, split up, or translated.

Copied: runs of words in a row. Split: the same once numbers, bullets and a filler word between are dropped.
Translated: among the instructions are translations; a model's own has other turns of phrase but mostly the
same words, and those that say something, cut to their roots, stand close together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.policy.folding import words_of

RUN = 7
"""Words in a row that two texts share by copying only."""

ENOUGH = 3
"""Runs that make a leak: a shared turn of phrase makes one or two."""

FILLER = 0.2
"""The share of a text that one word has when it was put between all the others."""

ROOT = 5
"""Letters by which inflections of a word are known."""

LONG_WORD = 5
"""Letters from which a word says what a text is about."""

WINDOW = 60
"""Words within which an answer would say the instructions in another language."""

MOST_ROOTS = 0.45
"""The share of an instruction's roots that no honest stretch of an answer has."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be given away: runs of words, and the roots of each text's long words."""

    runs: frozenset[tuple[str, ...]] = frozenset()
    roots: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Secrets:
        """Read what models are told."""
        words = [words_of(text).words for text in texts]
        roots = tuple(found for found in map(_roots, words) if len(found) >= ROOT)
        return cls(frozenset().union(*map(_runs, words)), roots)


def leaks(answer: str, secrets: Secrets) -> bool:
    """Return whether `answer` repeats several stretches of the instructions, or most of what they speak of."""
    if not secrets.runs and not secrets.roots:
        return False
    words = words_of(answer).words
    return any(
        len(_runs(each) & secrets.runs) >= ENOUGH for each in (words, _together(words))
    ) or _translates(words, secrets.roots)


def _runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _together(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without numbers and without one that was put between all the others."""
    kept = [word for word in words if not word.isdigit()]
    for word, count in Counter(kept).most_common(1):
        if count >= FILLER * len(kept):
            kept = [each for each in kept if each != word]
    return tuple(kept)


def _roots(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word[:ROOT] for word in words if len(word) >= LONG_WORD)


def _translates(words: Sequence[str], roots: Sequence[frozenset[str]]) -> bool:
    """Return whether some stretch of the answer holds most roots of one of the instructions."""
    for start in range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2):
        near = _roots(words[start : start + WINDOW])
        if any(len(near & each) >= MOST_ROOTS * len(each) for each in roots):
            return True
    return False
