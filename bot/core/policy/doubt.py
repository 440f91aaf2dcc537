"""When the policy is unsure: a text that only its likeness speaks of, near the line, and nothing grave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.policy.likeness import ALLOW
from bot.core.policy.rules import Category
from bot.core.policy.verdict import Hit, Outcome

NEAR = 0.12
"""How far from a category's threshold a text may be, on either side, and be uncertain."""

GRAVE = frozenset({"R7", "B4", "B5"})
"""Nobody else is asked about danger, secrets, or a text that may be an attempt on models."""

HINT = 0.08
"""How like a grave category a text may be at most: beyond, a person looks or a rule has spoken."""


def doubted(
    scores: Mapping[str, float], hits: Sequence[Hit], categories: Mapping[str, Category]
) -> str | None:
    """Return the category that an uncertain text may belong to, None when the policy is sure."""
    known = {code: score for code, score in scores.items() if code in categories}
    if not known or any(not _by_likeness(hit) for hit in hits):
        return None
    if any(known.get(code, 0.0) > HINT for code in GRAVE):
        return None
    likest = max(known, key=lambda code: known[code])
    flagged = 1.0 - scores.get(ALLOW, 0.0)
    return likest if abs(flagged - categories[likest].threshold) <= NEAR else None


def _by_likeness(hit: Hit) -> bool:
    return hit.rule.endswith(".likeness") and hit.outcome is not Outcome.BLOCK and hit.category not in GRAVE
