"""Rules and categories as values: what the ethics group writes, once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.core.person import Language
from bot.core.policy.conditions import Condition
from bot.core.policy.verdict import Outcome

Sentence = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the verdict that a rule or a category promises for it."""

    text: str
    outcome: Outcome
    category: str | None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """A reason to stop a text: R1 … B6, or an organisation's own.

    `before` are categories that fall silent when this one speaks; `threshold` is how like its examples a
    text must be to be stopped by likeness alone; `reason` says why an organisation made it milder.
    """

    code: str
    outcome: Outcome
    article: str
    title: Sentence
    explanation: Sentence
    rewording: Sentence
    contact: Sentence = field(default_factory=dict)
    before: tuple[str, ...] = ()
    threshold: float = 0.5
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Loosened:
    """A rule or a category that an organisation made milder, and why: it shows in the public register."""

    id: str
    kind: Literal["rule", "category"]
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `support` is how unlike harmless texts (0 to 1) a text must be for the rule to count.

    `reason` says why an organisation loosened it; it shows in the public register.
    """

    id: str
    category: str
    outcome: Outcome
    article: str
    when: Condition
    direction: Literal["in", "out", "both"] = "in"
    support: float = 0.0
    explanation: Sentence = field(default_factory=dict)
    rewording: Sentence = field(default_factory=dict)
    contact: Sentence = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    reason: str = ""
    file: str = ""
    line: int = 0

    def speaks(self, direction: str) -> bool:
        """Return whether the rule applies to texts going `in` or coming `out`."""
        return self.direction in {direction, "both"}
