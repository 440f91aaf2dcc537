"""What people read of the prompt library and of the charter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.adapters.files import policy, prompts
from bot.core.person import Person
from bot.wording.adoption import charter
from bot.wording.prompts import listed

ROOT = Path(__file__).parents[2]
READER = Person("p", "asbl", "Amina")


def test_prompts_in_another_language_stand_under_a_heading_that_says_so() -> None:
    """Expected: no heading twice, so nobody takes the English prompts for a repetition."""
    shipped = prompts.load(ROOT / "prompts").listed()
    inner = sorted(shipped, key=lambda one: (one.language != "fr", one.area))
    headings = [line for line in listed(inner, "", "fr").text.splitlines() if line.startswith("**")]
    assert len(headings) == len(set(headings))
    assert "**Communication, en anglais**" in headings


def test_articles_are_shown_with_the_numbers_that_refusals_name() -> None:
    """Expected: « A15 » in a refusal or a digest can be found in the charter, in each language."""
    content = policy.load(ROOT / "policies")
    for language in ("fr", "en", "nl"):
        text = charter(content.charter, replace(READER, language=language)).text
        for article in content.charter.articles:
            assert f"**{article.id}. " in text
