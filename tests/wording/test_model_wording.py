"""The instructions every model gets: short, in the person's language, the same each time."""

from __future__ import annotations

import pytest

from bot.core.person import Language
from bot.wording.model import instructions

LANGUAGES: tuple[Language, ...] = ("fr", "en", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_instructions_name_the_association_and_stay_short(language: Language) -> None:
    words = instructions(language, "Les {Jardins} de la Senne")
    assert "Les {Jardins} de la Senne" in words
    assert len(words) < 450  # some 110 tokens: a small model reads about thirty a second


@pytest.mark.parametrize("language", LANGUAGES)
def test_instructions_are_the_same_each_time_so_that_models_keep_them_read(language: Language) -> None:
    assert instructions(language, "A") == instructions(language, "A")
