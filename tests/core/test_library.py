"""Finding a prompt the way people type it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.library import Library
from bot.core.prompt import PromptTemplate
from bot.errors import Conflict

GIFT = PromptTemplate("remerciement-don", "Remerciement pour un don", "Dons", "Remercier", "…")
ASSEMBLY = PromptTemplate("assemblee", "Convocation à l’assemblée", "Réunions", "Convoquer", "…")
ENGLISH = PromptTemplate(
    "plain-english", "Rewrite in plain English", "Langage clair", "Make clear", "…", language="en"
)
LIBRARY = Library.of([ENGLISH, ASSEMBLY, GIFT])


@pytest.mark.parametrize(
    "words",
    [
        "remerciement-don",
        "REMERCIEMENT DON",
        "remerciement_don",
        "Rémerciement  pour un don",
        " remerciement-don ",
    ],
)
def test_a_prompt_is_found_whatever_case_accents_and_hyphens(words: str) -> None:
    assert LIBRARY.find(words) is GIFT


def test_what_is_not_there_is_not_guessed() -> None:
    assert LIBRARY.find("remerciement") is None
    assert LIBRARY.find("") is None


def test_prompts_are_listed_by_area_the_readers_language_first() -> None:
    assert LIBRARY.listed() == (GIFT, ENGLISH, ASSEMBLY)
    assert LIBRARY.listed("en") == (ENGLISH, GIFT, ASSEMBLY)


def test_every_word_asked_for_must_be_there() -> None:
    assert LIBRARY.holding("assemblée convoquer") == (ASSEMBLY,)
    assert LIBRARY.holding("don assemblée") == ()
    assert LIBRARY.holding("") == LIBRARY.listed()


def test_two_prompts_may_not_answer_to_the_same_words() -> None:
    with pytest.raises(Conflict, match="remerciement don"):
        Library.of([GIFT, replace(GIFT, name="remerciement_don", title="Autre", file="b.md")])
