"""Terms as people write them, and where a text meets them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.folding import words_of
from bot.core.policy.lexicon import Lexicon, steps


@pytest.mark.parametrize(
    ("term", "text", "met"),
    [
        ("licencier~", "Faut-il LICENCIÉ Paul ?", True),
        ("licencier~", "on la licenciera demain", True),
        ("licencier~", "une licence de musique", False),
        ("suicid*", "des idées suicidaires", True),
        ("mettre~ fin … contrat", "mettre fin à son contrat", True),
        ("mettre~ fin … contrat", "mettre fin à la réunion puis relire longuement le contrat", False),
        ("à l'insu", "filmer à l’insu de tous", True),
        ("collègue~", "mes collegues", True),
        ("racheter~", "nous rachetons", True),
    ],
)
def test_a_term_meets_its_inflections_and_nothing_else(term: str, text: str, met: bool) -> None:
    """Expected: as the table says."""
    assert ("liste" in Lexicon({"liste": (term,)}).marks(words_of(text))) is met


@pytest.mark.parametrize("term", ["", "…", "~", "ab*"])
def test_a_term_without_substance_is_refused(term: str) -> None:
    """Expected: a sentence that says what is wrong."""
    with pytest.raises(ValueError, match="«"):
        steps(term)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Expected: marks lie within the text's words."""
    words = words_of(text)
    marks = Lexicon({"a": ("manger~", "il … pain"), "b": ("pai*",)}).marks(words)
    assert all(0 <= start < end <= len(words.words) for spans in marks.values() for start, end in spans)
