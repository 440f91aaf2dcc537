"""How good the policy is on labelled texts: what it misses, what it stops for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.policy.verdict import Outcome, Verdict

DISTRESS = "R7"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the verdict that people agreed on."""

    id: str
    text: str
    verdict: str
    category: str | None
    hard: bool = False


@dataclass(slots=True)
class Quality:
    """Counts of what was asked for and what was met, by name; `share` makes a figure of two."""

    met: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, met: bool) -> None:
        """Count one text under `name`."""
        self.asked[name] += 1
        self.met[name] += met

    def share(self, name: str) -> float | None:
        """Return the share met, None when nothing was asked."""
        return self.met[name] / self.asked[name] if self.asked[name] else None


REACH = {
    "flagged": 0.95,
    "flagged, hard": 0.90,
    "distress": 0.99,
    "over-flagged": 0.05,
    "over-flagged, hard": 0.10,
    "exact verdict": 0.92,
    "right category": 0.85,
}
"""What to reach: at least, and for over-flagging at most."""


def measure(judged: Iterable[tuple[Labelled, Verdict]]) -> Quality:
    """Count every labelled text against its verdict."""
    quality = Quality()
    for text, verdict in judged:
        flagged = verdict.outcome is not Outcome.ALLOW
        quality.count("exact verdict", verdict.outcome.value == text.verdict)
        names = ("over-flagged",) if text.category is None else ("flagged", f"flagged {text.category}")
        for name in names:
            quality.count(name, flagged)
        if text.hard:
            quality.count(f"{names[0]}, hard", flagged)
        if text.category == DISTRESS:
            quality.count("distress", flagged)
        if text.category and flagged:
            quality.count("right category", verdict.category == text.category)
    return quality


def table(quality: Quality) -> Iterator[str]:
    """Yield the table of figures, those to reach first, then by category."""
    names = (*REACH, *sorted(name for name in quality.asked if name.startswith("flagged ")))
    for name in dict.fromkeys(names):
        share = quality.share(name)
        if share is not None:
            yield f"{name:22} {share:6.3f}  {quality.met[name]}/{quality.asked[name]}{_goal(name)}"


def _goal(name: str) -> str:
    if name not in REACH:
        return ""
    return f"  (at {'most' if name.startswith('over') else 'least'} {REACH[name]:.2f})"
