"""Personal data taken out of a text before it is judged, so that nobody's name weighs on a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.policy.finding import Finding


def stand_in(finding: Finding) -> str:
    """Return the word that rules read in a personal datum's place."""
    return f" x{finding.label.value.lower().replace('_', '')}x "


def masked(text: str, findings: Sequence[Finding]) -> str:
    """Return `text` with a word such as « xpersonx » in the place of each finding."""
    if not findings:
        return text
    parts, at = [], 0
    for finding in sorted(findings):
        if finding.start >= at:
            parts += [text[at : finding.start], stand_in(finding)]
            at = finding.end
    return "".join((*parts, text[at:]))
