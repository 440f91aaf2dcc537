"""What the statistical model sees: words without their endings, pairs of words, letters within words."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from bot.core.policy.folding import Words

ALLOW = "allow"
"""The class of texts that nothing stops."""

LONGEST_WORD = 24

_ENDING = re.compile(
    "(?:issements?|ations?|ateurs?|atrices?|euses?|ements?|ences?|antes?|ants?|entes?|ients?|aient|erons|eront"
    "|erait|erais|ions|iez|ees|es|er|ez|ent|ait|ais|ons|s|e)$"
)


class Likeness(Protocol):
    """A trained model. Thread-safe; a tenth of a millisecond, or fifteen for a text that it looks at twice."""

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return how like each class the text is; the numbers sum to 1."""
        ...


class Scores(Mapping[str, float]):
    """The scores of a text, worked out when first asked for: an answer and a value seldom need them."""

    def __init__(self, model: Likeness, words: Words) -> None:
        self._model = model
        self._words = words
        self._known: Mapping[str, float] | None = None

    @property
    def _scores(self) -> Mapping[str, float]:
        if self._known is None:
            self._known = self._model.scores(self._words)
        return self._known

    def items(self) -> ItemsView[str, float]:
        """Return classes with their scores, faster than a mapping does by itself."""
        return self._scores.items()

    def __getitem__(self, label: str) -> float:
        """Return the score of a class."""
        return self._scores[label]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the classes."""
        return iter(self._scores)

    def __len__(self) -> int:
        """Return how many classes there are."""
        return len(self._scores)


def stem(word: str) -> str:
    """Return a folded word without its commonest French endings."""
    return _ENDING.sub("", word) if len(word) > 4 else word


def letters_of(word: str) -> list[str]:
    """Return the stretches of 3 to 5 letters of a word, its ends marked."""
    framed = f" {word[:LONGEST_WORD]} "
    end = len(framed) + 1
    return [framed[at : at + length] for length in (3, 4, 5) for at in range(end - length)]


def pairs_of(stems: Sequence[str]) -> Iterator[str]:
    """Yield neighbours."""
    for first, second in pairwise(stems):
        yield f"{first} {second}"
