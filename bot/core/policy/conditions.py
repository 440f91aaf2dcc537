"""What a rule looks for, as values: word lists, nearness, patterns, labels, likeness, and their combinations.

Each condition answers one question of a `Reading`: does it hold? Patterns run in RE2, in time linear in the
text, so that no rule can hang the bot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.core.policy.context import NOWHERE, Context
from bot.core.policy.finding import Label
from bot.core.policy.folding import Words
from bot.core.policy.lexicon import Marks, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules see it."""

    words: Words
    marks: Marks
    labels: frozenset[Label]
    likeness: Mapping[str, float]
    context: Context = NOWHERE
    foreign: frozenset[Label] = frozenset()


class Condition(Protocol):
    """Something that holds of a text or does not."""

    def holds(self, reading: Reading) -> bool:
        """Return whether it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A term of a word list stands in the text."""

    name: str

    def holds(self, reading: Reading) -> bool:
        """Return whether any term stands there."""
        return self.name in reading.marks


@dataclass(frozen=True, slots=True)
class Near:
    """Terms of several lists stand within `within` words of one another, one after the other if `ordered`."""

    names: tuple[str, ...]
    within: int
    ordered: bool = False

    def holds(self, reading: Reading) -> bool:
        """Return whether the lists meet."""
        marks = reading.marks
        for name in self.names:
            if name not in marks:
                return False
        reached: Sequence[Span] = marks[self.names[0]]
        for name in self.names[1:]:
            reached = [
                (min(a, c), max(b, d)) for a, b in reached for c, d in marks[name] if self._meet(a, b, c, d)
            ]
        return bool(reached)

    def _meet(self, a: int, b: int, c: int, d: int) -> bool:
        if c >= b:
            return c - b < self.within
        return not self.ordered and d <= a and a - d < self.within


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression (RE2 syntax) on the folded text: lower case, without accents."""

    expression: str
    search: Callable[[str], Any]

    def holds(self, reading: Reading) -> bool:
        """Return whether it is found."""
        return self.search(reading.words.text) is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A personal datum with one of `labels` was found."""

    labels: frozenset[Label]

    def holds(self, reading: Reading) -> bool:
        """Return whether one was found."""
        return bool(self.labels & reading.labels)


@dataclass(frozen=True, slots=True)
class Foreign:
    """An answer shows a personal datum with one of `labels` that its ask did not hold."""

    labels: frozenset[Label]

    def holds(self, reading: Reading) -> bool:
        """Return whether it shows one; a text that is no answer shows none."""
        return bool(self.labels & reading.foreign)


@dataclass(frozen=True, slots=True)
class Like:
    """The text is like the examples of `category`, by at least `least` of 1."""

    category: str
    least: float

    def holds(self, reading: Reading) -> bool:
        """Return whether it is like enough."""
        return reading.likeness.get(self.category, 0.0) >= self.least


@dataclass(frozen=True, slots=True)
class Circumstance:
    """The ask comes from a person with one of these roles, from a channel or a platform, or with a prompt."""

    kind: Literal["role", "channel", "prompt"]
    names: frozenset[str]

    def holds(self, reading: Reading) -> bool:
        """Return whether the ask comes from one of them."""
        come_from: frozenset[str] = getattr(reading.context, self.kind)
        return not self.names.isdisjoint(come_from)


@dataclass(frozen=True, slots=True)
class Combined:
    """All of some, at least one of others, none of yet others. Empty groups ask for nothing."""

    every: tuple[Condition, ...] = ()
    some: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    def holds(self, reading: Reading) -> bool:
        """Return whether the combination holds."""
        return (
            all(part.holds(reading) for part in self.every)
            and (not self.some or any(part.holds(reading) for part in self.some))
            and not any(part.holds(reading) for part in self.none)
        )
