"""A text in one form, with the way back to what was received."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.normalise import flatten, normalise


@pytest.mark.parametrize(
    ("received", "plain"),
    [
        ("０４７５ １２ ３４ ５６", "0475 12 34 56"),
        ("Zo\u200be\u0301", "Zoé"),
        ("prix\u00a0: 3\u202f€", "prix : 3 €"),
        ("Ѕорhiе", "Sophie"),
        ("l’été", "l'été"),
        ("Олена", "Олена"),
    ],
)
def test_disguises_fall_away(received: str, plain: str) -> None:
    assert normalise(received).text == plain


def test_a_stretch_leads_back_to_the_text_as_received() -> None:
    received = "le mail de Re\u0301mi\u200b Du\u0301pont"
    normal = normalise(received)
    start = normal.text.index("Rémi")
    first, last = normal.span(start, start + 4)
    assert unicodedata.normalize("NFC", received[first:last]) == "Rémi"


@given(st.text())
def test_every_stretch_lies_within_the_text_as_received(received: str) -> None:
    normal = normalise(received)
    assert len(normal.flat) == len(normal.text)
    assert normal.flat.isascii()
    if normal.text:
        first, last = normal.span(0, len(normal.text))
        assert 0 <= first < last <= len(received)


@pytest.mark.slow
@given(st.text())
def test_flattening_keeps_every_place(text: str) -> None:
    assert len(flatten(text)) == len(text)
