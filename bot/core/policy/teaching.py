"""Examples that mentors propose for the policy: neutral ones, never what a person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.policy.finding import Finding
from bot.core.policy.folding import words_of

LABELS = ("allow", *(f"R{number}" for number in range(1, 9)), *(f"B{number}" for number in range(1, 7)))
"""The classes an example can be of: harmless, or one of the shipped categories."""

RUN = 5
"""Words in a row that an example may not share with the ask it was written after."""

ALIKE = 0.7
"""The share of an example's longer words that may come from the ask at most."""

LONG = 4
"""Letters of a longer word."""

FEWEST = 4
"""Words of an example that can teach anything."""

Unfit = Literal["short", "personal", "repeats"]


@dataclass(frozen=True, slots=True)
class Proposed:
    """An example as it was proposed: its number, its label and its text."""

    number: int
    label: str
    text: str


def unfit(example: str, asked: str, findings: Sequence[Finding]) -> Unfit | None:
    """Return why an example cannot be kept: too short, with personal data, or too near the ask; else None."""
    words, told = words_of(example).words, words_of(asked).words
    if len(words) < FEWEST:
        return "short"
    if findings:
        return "personal"
    runs = {told[at : at + RUN] for at in range(len(told) - RUN + 1)}
    copied = any(words[at : at + RUN] in runs for at in range(len(words) - RUN + 1))
    longer = {word for word in words if len(word) >= LONG}
    shared = len(longer & set(told)) / max(1, len(longer))
    return "repeats" if copied or words == told or shared > ALIKE else None
