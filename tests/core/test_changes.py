"""What a mentor changed is shown word by word."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.core.changes import changes

SENTENCES = st.lists(
    st.sampled_from(["classe", "décris", "les", "trois", "candidats", "\n", "sans", "noms"])
).map(" ".join)


def test_a_replaced_word_is_struck_and_its_successor_in_bold() -> None:
    """Expected: both words stand side by side."""
    assert changes("Classe les candidats", "Décris les candidats") == "~~Classe~~ **Décris** les candidats"


@given(SENTENCES)
def test_nothing_changed_shows_nothing_marked(text: str) -> None:
    """Expected: the text itself."""
    assert changes(text, text) == text


@given(SENTENCES, SENTENCES)
def test_without_what_was_struck_the_new_text_remains(before: str, after: str) -> None:
    """Expected: every word of the new text, in order, and no other."""
    shown = re.sub(r"~~.*?~~", " ", changes(before, after), flags=re.DOTALL).replace("**", " ")
    assert shown.split() == after.split()
