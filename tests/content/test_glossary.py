"""The glossary defines every word that the code and the documents use in a sense of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.ask import Platform
from bot.core.ledger import Closing
from bot.core.person import Role
from bot.core.policy.finding import Label
from bot.core.policy.verdict import Outcome
from bot.core.review import Decision

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
DEFINED = set(re.findall(r"\*\*([^*]+)\*\*", GLOSSARY))
CATEGORIES = [f"R{n}" for n in range(1, 9)] + [f"B{n}" for n in range(1, 7)]
WORDS = [
    "person",
    "role",
    "organisation",
    "team",
    "ask",
    "prompt template",
    "variable",
    "vetted",
    "policy",
    "rule",
    "finding",
    "verdict",
    "pseudonym",
    "review",
    "mentor",
    "decision",
    "appeal",
    "answer",
    "message",
    "usage",
    "footprint",
    "ledger entry",
    "opened",
    "budget",
    "digest",
    "charter",
    "lesson",
    "pilot",
    "register",
    "adapter",
    "gateway",
    "port",
    "store",
    "distress",
    "arrival",
    "second opinion",
    "likeness",
    "example",
    "course",
    "attempt",
    "mark",
    "level",
    "grant",
    "restatement",
    "key",
]
SAID_IN_CODE = [
    value.replace("_", " ")
    for words in (Outcome, Decision, Closing, Role)
    for value in words.__members__.values()
]


@pytest.mark.parametrize("word", [*WORDS, *SAID_IN_CODE, *CATEGORIES, *Label.__members__])
def test_the_word_is_defined(word: str) -> None:
    assert word in DEFINED


@pytest.mark.parametrize("platform", [one.value for one in Platform if one is not Platform.API])
def test_the_adapter_is_named(platform: str) -> None:
    assert platform in GLOSSARY


def test_no_word_is_defined_twice() -> None:
    entries = re.findall(r"^- \*\*([^*]+)\*\*", GLOSSARY, re.MULTILINE)
    assert len(entries) == len(set(entries))
