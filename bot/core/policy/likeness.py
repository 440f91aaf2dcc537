"""What the statistical model sees of a text: words, pairs of words, letters within words, word lists and their pairs.

Word lists carry what the ethics group knows into the model: « dépression » and « schizophrénie » are one feature
beside their own, so that an example with the one teaches something about the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bot.core.policy.folding import Words
from bot.core.policy.lexicon import Marks

ALLOW = "allow"
"""The class of texts that nothing stops."""

BLOCKS = ("w", "c", "l")
"""Kinds of features, weighed apart: words, letters, lists."""

FARTHEST = 10
"""Words between two lists' terms that still count as a pair."""

LONGEST_WORD = 24
_MOST_SPANS = 4


class Likeness(Protocol):
    """A trained model. Thread-safe, about a tenth of a millisecond."""

    def scores(self, words: Words, marks: Marks) -> Mapping[str, float]:
        """Return how like each class the text is; the numbers sum to 1."""
        ...


def letters_of(word: str) -> Iterator[str]:
    """Yield the stretches of 3 to 5 letters of a word, its ends marked."""
    if len(word) < 3:
        return
    framed = f"<{word[:LONGEST_WORD]}>"
    for length in (3, 4, 5):
        for at in range(len(framed) - length + 1):
            yield framed[at : at + length]


def pairs_of(words: Words) -> Iterator[str]:
    """Yield neighbours, and neighbours but one, within a sentence."""
    all_words, sentences = words.words, words.sentences
    for at in range(len(all_words) - 1):
        if sentences[at] == sentences[at + 1]:
            yield f"{all_words[at]} {all_words[at + 1]}"
        if at + 2 < len(all_words) and sentences[at] == sentences[at + 2]:
            yield f"{all_words[at]} _ {all_words[at + 2]}"


def lists_of(marks: Marks) -> Iterator[str]:
    """Yield the lists that a text meets, and pairs of lists that stand near one another, in order."""
    names = sorted(marks)
    yield from names
    for first in names:
        for second in names:
            if first != second and _near(marks[first][:_MOST_SPANS], marks[second][:_MOST_SPANS]):
                yield f"{first}>{second}"


def _near(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]) -> bool:
    return any(0 <= c - b <= FARTHEST for _, b in first for c, _ in second)
