"""Laws of pseudonyms for data of every kind: asks side by side, answers cut anywhere, inputs that look like ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conversation import Sieve
from bot.core.policy.finding import Finding, Label
from bot.core.policy.pseudonym import Hidden, hide

VALUES = {
    Label.PERSON: st.sampled_from(["Sophie Lambert", "Karim El Amrani", "Awa Ndiaye", "Jean-Luc Petit"]),
    Label.EMAIL: st.from_regex(r"[a-z]{4,9}@(proximus|skynet|orange)\.be", fullmatch=True),
    Label.PHONE: st.from_regex(r"04[7-9][0-9] [0-9][0-9] [0-9][0-9] [0-9][0-9]", fullmatch=True),
    Label.IBAN: st.from_regex(r"BE[0-9][0-9]( [0-9]{4}){3}", fullmatch=True),
    Label.PLATE: st.from_regex(r"1-[A-Z]{3}-[0-9]{3}", fullmatch=True),
    Label.NATIONAL_ID: st.from_regex(
        r"[0-9][0-9]\.[0-9][0-9]\.[0-9][0-9]-[0-9]{3}\.[0-9][0-9]", fullmatch=True
    ),
}


@st.composite
def asks(draw: st.DrawFn) -> tuple[str, tuple[Finding, ...]]:
    """Draw an ask that holds data of some kinds, each once."""
    text, found = "Écris à", []
    for label in draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True)):
        value = draw(VALUES[label])
        found.append(Finding(len(text) + 1, len(text) + 1 + len(value), label))
        text += f" {value},"
    return text + " merci.", tuple(found)


def _values(ask: tuple[str, tuple[Finding, ...]]) -> set[str]:
    return {ask[0][one.start : one.end] for one in ask[1]}


def _hidden(ask: tuple[str, tuple[Finding, ...]]) -> Hidden:
    return hide(*ask)


@pytest.mark.slow
@given(asks())
def test_nothing_personal_of_any_kind_leaves(ask: tuple[str, tuple[Finding, ...]]) -> None:
    """Expected: no value in what is sent."""
    sent = _hidden(ask).text
    assert not any(value in sent for value in _values(ask))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)  # the machine may be busy with other tests
@given(st.lists(asks(), min_size=2, max_size=4), st.lists(st.integers(1, 7), min_size=1, max_size=9))
def test_answers_that_grow_side_by_side_show_only_their_own_persons(
    wanted: list[tuple[str, tuple[Finding, ...]]], cuts: list[int]
) -> None:
    """Expected: each answer is its own ask again, though every model also says the others' pseudonyms."""
    hidden = [_hidden(ask) for ask in wanted]
    others = [
        " ".join(p for n, one in enumerate(hidden) if n != at for p in one.pseudonyms)
        for at in range(len(hidden))
    ]
    said = [f"{one.text} Et aussi {other}." for one, other in zip(hidden, others, strict=True)]
    sieves = [Sieve(one.pseudonyms, lambda _: True) for one in hidden]
    shown = ["" for _ in hidden]
    places = [0 for _ in hidden]
    turn = 0
    while any(place < len(text) for place, text in zip(places, said, strict=True)):
        at, step = turn % len(hidden), cuts[turn % len(cuts)]
        shown[at] += sieves[at].feed(said[at][places[at] : places[at] + step])
        places[at] += step
        turn += 1
    shown = [text + sieve.flush() for text, sieve in zip(shown, sieves, strict=True)]
    for at, ask in enumerate(wanted):
        assert shown[at].startswith(ask[0])
        theirs = set().union(*(_values(other) for n, other in enumerate(wanted) if n != at)) - _values(ask)
        assert not any(value in shown[at] for value in theirs if value not in ask[0])


@pytest.mark.slow
@given(asks())
def test_a_text_that_looks_like_a_pseudonym_of_ours_stays_what_it_is(
    ask: tuple[str, tuple[Finding, ...]],
) -> None:
    """Expected: an ask that quotes pseudonyms of an earlier one comes back as it was typed."""
    text, found = ask
    quoted = " ".join(_hidden(ask).pseudonyms)
    again = hide(f"{text} {quoted}", found)
    sieve = Sieve(again.pseudonyms, lambda _: True)
    shown = "".join(sieve.feed(letter) for letter in again.text) + sieve.flush()
    assert shown == f"{text} {quoted}"
    assert not set(again.pseudonyms) & set(_hidden(ask).pseudonyms)


@pytest.mark.slow
@given(asks(), st.from_regex(r"(TEL|IBAN|PLATE|NATID)-[BCDFGHJKLMNPQRTVWXZ]{5}[1-9]", fullmatch=True))
def test_a_code_that_the_model_invents_is_not_turned_back(
    ask: tuple[str, tuple[Finding, ...]], code: str
) -> None:
    """Expected: shown as the model wrote it, unless it is one that was given out."""
    seen = _hidden(ask)
    if any(code.rpartition("-")[2][:5] in pseudonym for pseudonym in seen.pseudonyms):
        return
    sieve = Sieve(seen.pseudonyms, lambda _: True)
    assert sieve.feed(f"Voir {code} ici.") + sieve.flush() == f"Voir {code} ici."
