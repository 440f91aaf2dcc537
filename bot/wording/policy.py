"""What the ethics group reads about a draft of the policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.person import Language
from bot.core.policy.replay import Replay
from bot.core.policy.verdict import Outcome, Verdict
from bot.wording.catalogue import say
from bot.wording.figures import number

SHOWN = 160
"""Letters of a case that are shown."""


def counts(found: Replay, start: datetime, language: Language) -> Iterator[str]:
    """Yield what would have changed, in counts."""
    day = f"{start:%Y-%m-%d}"
    yield say(language, f"policy.judged_{_plural(found.asks)}", count=number(found.asks, language), day=day)
    for outcome in (Outcome.BLOCK, Outcome.REVIEW, Outcome.ALLOW):
        count = found.into(outcome)
        if count:
            yield say(language, f"policy.{outcome.value}_{_plural(count)}", count=number(count, language))
    if found.renamed:
        key = f"policy.renamed_{_plural(found.renamed)}"
        yield say(language, key, count=number(found.renamed, language))
    if not found.cases:
        yield say(language, "policy.nothing")


def cases(found: Replay, language: Language) -> Iterator[str]:
    """Yield each ask that would have ended otherwise, with pseudonyms and without whose it is."""
    for case in found.cases:
        before, after = _said(case.before, language), _said(case.after, language)
        text = " ".join(case.text.split())
        text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        yield say(language, "policy.case", number=case.number, day=case.day, before=before, after=after)
        yield f"    {text}"


def _said(verdict: Verdict, language: Language) -> str:
    said = say(language, f"policy.outcome_{verdict.outcome.value}")
    rule = verdict.hits[0].rule if verdict.hits else ""
    return f"{said} ({rule})" if rule else said


def _plural(count: int) -> str:
    return "one" if count == 1 else "many"
