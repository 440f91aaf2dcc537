"""The machine's verdict: allow, review or block, which rules led there, and what must be hidden."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.policy.finding import Finding


class Outcome(StrEnum):
    """What is decided, from mildest to severest."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """Return 0 for allow, 1 for review, 2 for block."""
        return ("allow", "review", "block").index(self.value)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that a text met. `rule` is its id, `category` its code (R1 … B6), `article` of the charter.

    `why` names the detector that failed when the hit stands for a check that could not be made.
    """

    rule: str
    outcome: Outcome
    category: str | None
    article: str | None = None
    score: float = 1.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy decided on one text: the severest of its hits.

    `category` is the gravest or most specific one, None when allowed or when a check failed.
    `failed` names detectors and rules that could not be run; any failure means at least review.
    `doubt` is the category that an uncertain text may belong to, on which a second opinion may be asked.
    """

    outcome: Outcome
    category: str | None = None
    hits: tuple[Hit, ...] = ()
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    policy: str = ""
    doubt: str | None = None

    @property
    def distress(self) -> bool:
        """Return whether somebody is in danger: a human at once, no model ever."""
        return any(hit.category == "R7" for hit in self.hits)
