"""Pseudonyms: nothing personal goes out, everything comes back, nothing crosses between asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.finding import Finding, Label
from bot.core.policy.pseudonym import Hidden, Restorer, hide, restore


def persons(text: str, *names: str) -> list[Finding]:
    """Mark every given name where it stands, the longest first."""
    found: list[Finding] = []
    for name in sorted(names, key=len, reverse=True):
        start = text.find(name)
        while start >= 0:
            if all(start >= one.end or start + len(name) <= one.start for one in found):
                found.append(Finding(start, start + len(name), Label.PERSON))
            start = text.find(name, start + 1)
    return sorted(found)


def hidden(text: str, *names: str) -> Hidden:
    return hide(text, persons(text, *names))


def test_one_person_has_one_pseudonym_under_all_her_names() -> None:
    text = "Sophie Lambert est là. Sophie parle. Mme Lambert signe. SOPHIE LAMBERT, S. Lambert."
    seen = hidden(text, "Sophie Lambert", "Sophie", "Lambert", "SOPHIE LAMBERT", "S. Lambert")
    stems = {pseudonym[:-1] for pseudonym in seen.pseudonyms}
    assert len(stems) == 1
    assert restore(seen.text, seen.pseudonyms) == text


def test_two_persons_of_one_family_stay_apart() -> None:
    seen = hidden("Sophie Lambert et Paul Lambert", "Sophie Lambert", "Paul Lambert")
    assert len({pseudonym[:-1] for pseudonym in seen.pseudonyms}) == 2


def test_the_title_stays_and_the_gender_shows() -> None:
    seen = hidden("Écrire à Madame Lambert.", "Lambert")
    assert seen.text.startswith("Écrire à Madame PERSF-")


def test_one_account_in_two_spellings_is_one_value() -> None:
    text = "BE68 5390 puis be685390"
    seen = hide(text, [Finding(0, 9, Label.IBAN), Finding(15, 23, Label.IBAN)])
    assert len({pseudonym[:-1] for pseudonym in seen.pseudonyms}) == 1
    assert restore(seen.text, seen.pseudonyms) == text


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        str.upper,
        str.title,
        "**{}**".format,
        "_{}_".format,
        "{}'s".format,
        "{}ovi".format,
        "« {} »".format,
    ]
    + [lambda one, sign=sign: one.replace("-", sign) for sign in ("\u2011", "\u2013", " ", "_", "\\-", "")]
    + [lambda one: one.partition("-")[2], lambda one: one.replace("PERS", "PERSON")],
)
def test_a_pseudonym_survives_what_models_do_to_it(change: object) -> None:
    seen = hidden("Sophie", "Sophie")
    assert callable(change)
    assert "Sophie" in restore(f"Bonjour {change(seen.text)} !", seen.pseudonyms)


def test_what_the_model_makes_up_is_not_turned_back() -> None:
    seen = hidden("Sophie", "Sophie")
    answer = "PERS-BCDFG1, PERS-1 et [NOM]"
    assert restore(answer, seen.pseudonyms) == answer


def test_a_text_that_holds_a_pseudonym_already_gets_others() -> None:
    first = hidden("Sophie", "Sophie")
    text = f"Que veut dire {first.text} pour Karim ?"
    second = hidden(text, "Karim")
    assert not set(first.pseudonyms) & set(second.pseudonyms)
    assert restore(second.text, second.pseudonyms) == text


def test_pseudonyms_that_are_taken_do_not_come_up() -> None:
    text = "Sophie"
    first = hide(text, persons(text, "Sophie"))
    again = hide(text, persons(text, "Sophie"), taken=first.pseudonyms)
    assert not set(first.pseudonyms) & set(again.pseudonyms)


NAMES = st.lists(
    st.sampled_from(["Sophie", "Karim", "Lambert", "Van Damme", "Zoé", "N'Guessan", "Li"]),
    min_size=1,
    max_size=5,
)


@given(NAMES, st.text(max_size=30))
def test_what_is_hidden_comes_back_as_it_was(names: list[str], filler: str) -> None:
    text = filler.join(f" {name} " for name in names)
    seen = hidden(text, *names)
    assert restore(seen.text, seen.pseudonyms) == text


@given(NAMES, st.lists(st.integers(1, 7), max_size=60))
def test_a_stream_cut_anywhere_reads_like_the_whole(names: list[str], cuts: list[int]) -> None:
    seen = hidden("Avec " + " et ".join(names) + ".", *names)
    answer = f"Bien, **{seen.text}** pers-x PERSF {seen.text.lower()} fin"
    restorer = Restorer(seen.pseudonyms)
    pieces, position = [], 0
    for cut in cuts:
        pieces.append(restorer.feed(answer[position : position + cut]))
        position += cut
    pieces.append(restorer.feed(answer[position:]) + restorer.flush())
    assert "".join(pieces) == restore(answer, seen.pseudonyms)


def test_only_what_may_be_a_pseudonym_is_held_back() -> None:
    restorer = Restorer(hidden("Sophie", "Sophie").pseudonyms)
    assert restorer.feed("Voici la lettre demandée.") == "Voici la lettre demandée."
    assert restorer.feed(" Chère PERS") == " Chère "
    assert restorer.feed("onne") + restorer.flush() == "PERSonne"


@given(st.lists(NAMES, min_size=2, max_size=4), st.integers(0, 3))
def test_nothing_crosses_between_asks_under_way_together(asks: list[list[str]], turn: int) -> None:
    texts = [f"Ask {at} : " + ", ".join(names) for at, names in enumerate(asks)]
    seen = [hidden(text, *names) for text, names in zip(texts, asks, strict=True)]
    restorers = [Restorer(one.pseudonyms) for one in seen]
    for at, restorer in enumerate(restorers):
        other = seen[(at + 1 + turn) % len(seen)]
        if other is not seen[at]:
            assert restorer.feed(other.text) + restorer.flush() == other.text
        assert restorer.feed(seen[at].text) + restorer.flush() == texts[at]
