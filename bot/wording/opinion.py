"""What a model is asked for a second opinion, and what people read about it."""

from __future__ import annotations

from bot.core.person import Language
from bot.core.policy.charter import Charter
from bot.core.policy.verdict import Outcome, Verdict
from bot.wording.catalogue import say


def question(charter: Charter) -> str:
    """Return what the model is told: the organisation's own charter, and how to answer. Never shown."""
    articles = "\n".join(f"- {one.title['en']}: {one.text['en']}" for one in charter.articles)
    return say("en", "opinion.question", articles=articles)


def told(verdict: Verdict, language: Language) -> str | None:
    """Say that a second opinion was asked and what came of it, None when it was not."""
    hit = next((hit for hit in verdict.hits if hit.rule.endswith(".second_opinion")), None)
    if hit is not None:
        passed = "allowed" if hit.outcome is Outcome.ALLOW else "held"
        return say(language, f"opinion.{passed}", model=hit.why)
    return say(language, "opinion.failed") if "second opinion" in verdict.failed else None
