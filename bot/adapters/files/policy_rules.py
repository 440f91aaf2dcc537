"""Reads one file of rules: from YAML to `Rule` values, every fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, cast, get_args

from bot.adapters.files.reading import Part
from bot.core.person import Language
from bot.core.policy.conditions import Circumstance, Combined, Condition, Foreign, Found, Like
from bot.core.policy.finding import Label
from bot.core.policy.language import Lists, condition, pattern
from bot.core.policy.rules import Category, Example, Rule, Sentence
from bot.core.policy.verdict import Outcome
from bot.errors import ContentError

OUTCOMES = ("allow", "review", "block")
_GROUPS = ("all", "any", "none")
_OPTIONAL = (
    "article",
    "verdict",
    "direction",
    "support",
    "explanation",
    "rewording",
    "contact",
    "reason",
    "examples",
)


def read_rules(
    part: Part, categories: Mapping[str, Category], articles: frozenset[str], lists: Lists
) -> Iterator[Rule]:
    """Yield the rules of a file, which is a list of them."""
    for each in part.parts():
        yield _rule(each, categories, articles, lists)


def _rule(part: Part, categories: Mapping[str, Category], articles: frozenset[str], lists: Lists) -> Rule:
    fields = part.known(("id", "category", "when"), _OPTIONAL)
    category = categories[fields["category"].one_of(categories)]
    outcome = Outcome(fields["verdict"].one_of(OUTCOMES)) if "verdict" in fields else category.outcome
    if "verdict" in fields and outcome is Outcome.ALLOW and "reason" not in fields:
        fields["verdict"].fault("a rule that only allows loosens the policy: write a « reason »")
    direction = fields["direction"].one_of(("in", "out", "both")) if "direction" in fields else "in"
    return Rule(
        id=fields["id"].text(),
        category=category.code,
        outcome=outcome,
        article=fields["article"].one_of(sorted(articles)) if "article" in fields else category.article,
        when=_condition(fields["when"], lists),
        direction=cast("Literal['in', 'out', 'both']", direction),
        support=fields["support"].whole(0, 100) / 100 if "support" in fields else 0.0,
        explanation=_sentence(fields, "explanation"),
        rewording=_sentence(fields, "rewording"),
        contact=_sentence(fields, "contact"),
        examples=tuple(_examples(fields["examples"], category.code)) if "examples" in fields else (),
        reason=fields["reason"].text() if "reason" in fields else "",
        file=part.file,
        line=part.line,
    )


def _sentence(fields: Mapping[str, Part], name: str) -> Sentence:
    if name not in fields:
        return {}
    known = fields[name].known((), get_args(Language))
    return {cast("Language", language): " ".join(text.text().split()) for language, text in known.items()}


def _examples(part: Part, category: str) -> Iterator[Example]:
    for name, texts in part.known((), OUTCOMES).items():
        outcome = Outcome(name)
        for each in texts.parts():
            code = None if outcome is Outcome.ALLOW else category
            yield Example(each.text(), outcome, code, each.file, each.line)


def _condition(part: Part, lists: Lists) -> Condition:
    """Read a line, a list of lines (any of them), or a mapping of groups and single conditions."""
    try:
        if part.holds_text:
            return condition(part.text(), lists)
        if part.holds_list:
            return Combined(some=tuple(_condition(each, lists) for each in part.parts()))
        return _mapping(part, lists)
    except ValueError as fault:
        raise ContentError(part.file, part.line, str(fault)) from fault


def _mapping(part: Part, lists: Lists) -> Condition:
    fields = part.known((), (*_GROUPS, *_SINGLE))
    groups = {
        name: tuple(_condition(each, lists) for each in fields[name].parts())
        for name in _GROUPS
        if name in fields
    }
    singles = tuple(_SINGLE[name](fields[name]) for name in fields if name in _SINGLE)
    if not groups and not singles:
        part.fault("expected a condition")
    every = (*groups.get("all", ()), *singles)
    if not every and not groups.get("any"):
        part.fault("« none » alone holds of every text: say what to look for")
    return Combined(every, groups.get("any", ()), groups.get("none", ()))


def _found(part: Part) -> Condition:
    return Found(frozenset(Label(each.one_of(Label)) for each in part.parts()))


def _foreign(part: Part) -> Condition:
    return Foreign(frozenset(Label(each.one_of(Label)) for each in part.parts()))


def _like(part: Part) -> Condition:
    fields = part.known(("category", "least"))
    return Like(fields["category"].text(), fields["least"].whole(1, 100) / 100)


def _circumstance(kind: Literal["role", "channel", "prompt"]) -> Callable[[Part], Condition]:
    return lambda part: Circumstance(kind, frozenset(part.texts()))


_SINGLE: dict[str, Callable[[Part], Condition]] = {
    "pattern": lambda part: pattern(part.text()),
    "found": _found,
    "foreign": _foreign,
    "like": _like,
    "role": _circumstance("role"),
    "channel": _circumstance("channel"),
    "prompt": _circumstance("prompt"),
}
