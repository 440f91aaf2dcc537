"""Why an ask was answered, held or stopped: rules, articles, what was hidden, what a model was sent."""

from __future__ import annotations

from collections import Counter

from bot.core.ask import AskRecord
from bot.core.person import Language
from bot.core.policy.charter import Explanation
from bot.core.policy.verdict import Outcome, Verdict
from bot.core.reply import Fact, Message
from bot.ports import Policy
from bot.wording import opinion
from bot.wording.catalogue import say
from bot.wording.figures import grams, number


def why(record: AskRecord, policy: Policy, language: Language) -> Message:
    """Say which rule and article decided, what was hidden, which model answered, and what it was sent."""
    explanation = explained(record.verdict, policy, language)
    texts = [explanation.why] if explanation else []
    if second := opinion.told(record.verdict, language):
        texts.append(second)
    if record.verdict.failed:
        texts.append(say(language, "asks.why_failed_check", checks=", ".join(record.verdict.failed)))
    if record.sent:
        texts.append(say(language, "asks.why_sent", sent=record.sent.replace("\n", "\n> ")))
        if record.verdict.findings:
            texts.append(say(language, "asks.why_invented"))
    return Message(
        "\n\n".join(texts),
        title=say(language, "asks.why_title", number=record.number),
        facts=_why_facts(record, policy, language),
        ask=record.number,
    )


def _why_facts(record: AskRecord, policy: Policy, language: Language) -> tuple[Fact, ...]:
    rules = ", ".join(dict.fromkeys(hit.rule for hit in record.verdict.hits))
    facts = [
        Fact(say(language, "asks.why_state"), say(language, f"asks.state_{record.state.value}")),
        Fact(say(language, "asks.why_rule"), rules or say(language, "asks.why_none")),
        *rule_facts(record, policy, language),
        Fact(say(language, "asks.why_hidden"), hidden(record.verdict, language)),
        Fact(say(language, "asks.why_model"), record.model or say(language, "asks.why_no_model")),
    ]
    if record.tokens_out is not None:
        tokens = f"{number(record.tokens_in or 0, language)} → {number(record.tokens_out, language)}"
        facts.append(Fact(say(language, "asks.why_tokens"), tokens))
        facts.append(Fact(say(language, "asks.why_footprint"), footprint(record, language)))
    if record.decision:
        facts.append(
            Fact(say(language, "asks.why_decision"), say(language, f"asks.decision_{record.decision}"))
        )
    return tuple(facts)


def hidden(verdict: Verdict, language: Language) -> str:
    """Name the kinds of personal data that were replaced, with how many of each."""
    counts = Counter(finding.label for finding in verdict.findings)
    if not counts:
        return say(language, "asks.why_nothing_hidden")
    return ", ".join(f"{say(language, f'asks.label_{label.value}')} × {n}" for label, n in counts.items())


def explained(verdict: Verdict, policy: Policy, language: Language) -> Explanation | None:
    """Return the explanation of the rule that decided, None when no rule did."""
    met = [hit for hit in verdict.hits if hit.outcome is not Outcome.ALLOW]
    deciding = [hit for hit in met if hit.category == verdict.category] or met
    return policy.explain(deciding[0].rule, language) if deciding and not verdict.failed else None


def rule_facts(record: AskRecord, policy: Policy, language: Language) -> tuple[Fact, ...]:
    """Return the article and the category that decided."""
    explanation = explained(record.verdict, policy, language)
    facts = []
    if explanation is not None and explanation.article:
        facts.append(Fact(say(language, "asks.article"), explanation.article))
    if record.verdict.category:
        facts.append(Fact(say(language, "asks.category"), record.verdict.category))
    return tuple(facts)


def footprint(record: AskRecord, language: Language) -> str:
    """Return the footprint as a range, or that it is unknown."""
    if record.gwp_kg is None:
        return say(language, "asks.footer_unknown")
    low, high = record.gwp_kg
    return grams(low, high, language)
