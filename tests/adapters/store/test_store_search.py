"""Searching the prompt library: as people type, accents or not, words begun or whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store.search import SearchablePrompts
from bot.core.library import Library
from bot.core.prompt import PromptTemplate, Variable

THANKS = PromptTemplate(
    "remerciement-don",
    "Remerciement d’un don",
    "Donateurs",
    "Remercier une personne",
    "Écris un mot à {{ nom }} pour son don.",
    (Variable("nom", "Nom de la donatrice", help="Prénom et famille"),),
)
MEETING = PromptTemplate(
    "compte-rendu", "Compte rendu de réunion", "Réunions", "Mettre des notes au net", "Notes : …"
)
CALL = PromptTemplate("appel-dons", "Appel aux dons", "Donateurs", "Demander de l’aide", "Rédige un appel.")
LETTER = PromptTemplate(
    "donor-letter", "Letter to a donor", "Donors", "Thank a donor", "Write a letter.", language="en"
)
LIBRARY = Library.of((THANKS, MEETING, CALL, LETTER))
PROMPTS = SearchablePrompts(LIBRARY)


def names(words: str, language: str = "fr") -> list[str]:
    """Return the names of what a search finds."""
    return [one.name for one in PROMPTS.search(words, "en" if language == "en" else "fr")]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("réunion", "compte-rendu"),
        ("REUNION", "compte-rendu"),
        ("reun", "compte-rendu"),
        ("don", "remerciement-don"),
        ("remercier don", "remerciement-don"),
        ("« Remerciement d’un don »", "remerciement-don"),
        ("donatrice", "remerciement-don"),
        ("appel", "appel-dons"),
        ("letter", "donor-letter"),
        ("réunion des dons", "compte-rendu"),
    ],
)
def test_people_find_a_prompt_by_what_they_type(words: str, first: str) -> None:
    assert names(words)[:1] == [first]


def test_the_readers_language_comes_first() -> None:
    assert names("don", "en")[0] == "donor-letter"
    assert names("don", "fr")[-1] == "donor-letter"


def test_no_words_list_everything_by_area() -> None:
    assert PROMPTS.search("", "fr") == LIBRARY.listed("fr")
    assert PROMPTS.search("   ", "en") == LIBRARY.listed("en")


def test_what_is_not_there_is_not_found() -> None:
    assert names("zzz") == []


def test_an_empty_library_finds_nothing() -> None:
    empty = SearchablePrompts(Library.of(()))
    assert empty.search("don", "fr") == ()
    assert empty.search("", "fr") == ()


def test_a_prompt_is_found_by_its_name_and_title() -> None:
    assert PROMPTS.find("Compte rendu de réunion") == MEETING
    assert PROMPTS.find("rien") is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_words_ever_break_the_search(words: str) -> None:
    """Expected: quotes, operators, NUL and emojis are only words that may not be there."""
    assert set(names(words)) <= {one.name for one in LIBRARY.templates}


def test_every_prompt_is_found_by_its_own_title() -> None:
    many = Library.of(replace(CALL, name=f"appel-{n}", title=f"Appel numéro{n}") for n in range(60))
    prompts = SearchablePrompts(many)
    for one in many.templates:
        assert prompts.search(one.title, "fr")[0] == one
