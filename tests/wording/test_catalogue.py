"""The sentences people read are complete in their languages and well typeset."""

from __future__ import annotations

import re

import pytest

from bot.wording.catalogue import HERE, say, sentences, typeset

DOMAINS = sorted(path.stem for path in (HERE / "fr").glob("*.toml"))
FACT = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("domain", DOMAINS)
def test_english_says_everything_that_french_says_with_the_same_facts(domain: str) -> None:
    """Expected: the same keys, and in each sentence the same facts."""
    french, english = sentences("fr", domain), sentences("en", domain)
    assert french.keys() == english.keys()
    for key, sentence in french.items():
        assert set(FACT.findall(sentence)) == set(FACT.findall(english[key])), key


@pytest.mark.parametrize("domain", DOMAINS)
def test_dutch_says_nothing_that_french_does_not_and_keeps_its_facts(domain: str) -> None:
    """Expected: known keys only, no unknown fact."""
    french, dutch = sentences("fr", domain), sentences("nl", domain)
    assert dutch.keys() <= french.keys()
    for key, sentence in dutch.items():
        assert set(FACT.findall(sentence)) <= set(FACT.findall(french[key])), key


def test_french_typography_keeps_its_signs_together() -> None:
    """Expected: no-break spaces where a line must not end."""
    assert typeset("Vraiment ? « Oui » : 5 €") == "Vraiment\u00a0? «\u00a0Oui\u00a0»\u00a0: 5\u00a0€"


def test_a_fact_is_never_interpreted() -> None:
    """Expected: braces in what a person typed stay as they are."""
    assert "{suggestion}" in say("en", "faults.unclear", typed="{suggestion}", suggestion="x")


def test_a_sentence_missing_in_dutch_is_said_in_english() -> None:
    """Expected: the English sentence."""
    assert say("nl", "reviews.queue_empty") == say("en", "reviews.queue_empty")
