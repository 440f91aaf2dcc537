"""Whether an answer gives away the instructions that the model was given."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.policy.folding import words_of

RUN = 7
"""Words in a row that two texts share by copying only."""

ENOUGH = 3
"""Runs that make a leak: a shared turn of phrase makes one or two."""


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Return every stretch of `RUN` words of `text`."""
    words = words_of(text).words
    return frozenset(words[at : at + RUN] for at in range(len(words) - RUN + 1))


def runs_of_all(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Return the stretches of several texts."""
    return frozenset().union(*(runs(text) for text in texts))


def leaks(answer: str, instructions: frozenset[tuple[str, ...]]) -> bool:
    """Return whether `answer` repeats several stretches of the instructions."""
    return bool(instructions) and len(runs(answer) & instructions) >= ENOUGH
