"""Pseudonyms: nothing personal goes out, everything comes back, nothing crosses between asks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.policy.finding import Finding, Label
from bot.core.policy.pseudonym import Hidden, hide
from bot.core.policy.restoring import Restorer, plain, restore


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


def test_one_person_is_one_person_under_all_her_names() -> None:
    """Expected: the model can see that all five are the same, and each comes back as it was written."""
    text = "Sophie Lambert est là. Sophie parle. Mme Lambert signe. SOPHIE LAMBERT, S. Lambert."
    seen = hidden(text, "Sophie Lambert", "Sophie", "Lambert", "SOPHIE LAMBERT", "S. Lambert")
    name = next(pseudonym for pseudonym, value in seen.pseudonyms.items() if value == "Sophie Lambert")
    given_name, family = name.split()
    assert set(seen.pseudonyms) == {name, given_name, family, name.upper(), f"{given_name[0]}. {family}"}
    assert restore(seen.text, seen.pseudonyms) == text


def test_two_persons_of_one_family_stay_apart() -> None:
    seen = hidden("Sophie Lambert et Paul Lambert", "Sophie Lambert", "Paul Lambert")
    assert len({name.split()[0] for name in seen.pseudonyms}) == 2


def test_the_title_stays_and_the_gender_shows() -> None:
    seen = hidden("Écrire à Madame Lambert et à Monsieur Petit.", "Lambert", "Petit")
    assert re.fullmatch(
        r"Écrire à Madame [A-Z][a-z]+(?:ine|elle|a|ette) et à Monsieur [A-Z][a-z]+(?:or|im|ar|o)\.", seen.text
    )


def test_a_name_that_begins_with_a_vowel_keeps_its_elision() -> None:
    assert re.match(r"L’avis d’[AEIOU]", hidden("L’avis d’Amina", "Amina").text)


def test_a_name_in_small_letters_is_still_read_as_a_name() -> None:
    text = "demande à sophie lambert, oui à Sophie Lambert"
    seen = hidden(text, "sophie lambert", "Sophie Lambert")
    assert all(word[0].isupper() for name in seen.pseudonyms for word in name.split())
    assert restore(seen.text, seen.pseudonyms) == text


def test_one_account_in_two_spellings_is_one_value() -> None:
    text = "BE68 5390 puis be685390"
    seen = hide(text, [Finding(0, 9, Label.IBAN), Finding(15, 23, Label.IBAN)])
    assert len({pseudonym[:-1] for pseudonym in seen.pseudonyms}) == 1
    assert restore(seen.text, seen.pseudonyms) == text


def test_an_address_becomes_one_where_no_letter_arrives() -> None:
    text = "Écrire à sophie@exemple.be ou Sophie@Exemple.be"
    seen = hide(text, [Finding(9, 26, Label.EMAIL), Finding(30, 47, Label.EMAIL)])
    assert all(re.fullmatch(r"[a-z]+\d?@[a-z]+\.example", one) for one in seen.pseudonyms)
    assert restore(seen.text, seen.pseudonyms) == text


TOLD: list[Callable[[str], str]] = [
    str.lower,
    str.upper,
    str.title,
    "**{}**".format,
    "_{}_".format,
    "{}'s".format,
    "{}ovi".format,
    "« {} »".format,
]


@pytest.mark.parametrize("change", TOLD)
@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("Sophie", Label.PERSON),
        ("Sophie Lambert", Label.PERSON),
        ("sophie@exemple.be", Label.EMAIL),
        ("0475 12 34 56", Label.PHONE),
    ],
)
def test_a_pseudonym_survives_what_models_do_to_it(
    change: Callable[[str], str], value: str, label: Label
) -> None:
    seen = hide(value, [Finding(0, len(value), label)])
    assert restore(f"Bonjour {change(seen.text)} !", seen.pseudonyms) == f"Bonjour {change('#')} !".replace(
        "#", value
    )


@pytest.mark.parametrize(
    "change",
    [lambda one, sign=sign: one.replace("-", sign) for sign in ("\u2011", "\u2013", " ", "_", "\\-", "")]
    + [lambda one: one.replace("TEL", "Tele"), lambda one: one.replace("TEL", "Téléphone")]
    + [lambda one: one.partition("-")[2], lambda one: one[:-1], lambda one: one[:-1] + "7"],
)
def test_a_code_is_found_again_however_it_is_spelled(change: Callable[[str], str]) -> None:
    seen = hide("0475", [Finding(0, 4, Label.PHONE)])
    assert restore(f"Appelez le {change(seen.text)}.", seen.pseudonyms) == "Appelez le 0475."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Chère {g},", "Chère Fatima,"),
        ("Madame {f}", "Madame El Amrani"),
        ("{f} {g}", "El Amrani Fatima"),
        ("{g}\n{f}", "Fatima\nEl Amrani"),
        ("**{g}** {f}", "**Fatima** El Amrani"),
        ("{g}-{f}", "Fatima El Amrani"),
        ("{G}. {f}", "F. El Amrani"),
        ("{g} {F}.", "Fatima E."),
        ("{g}s", "Fatimas"),
    ],
)
def test_part_of_a_name_is_enough(written: str, read: str) -> None:
    seen = hidden("Fatima El Amrani", "Fatima El Amrani")
    given_name, family = seen.text.split()
    facts = {"g": given_name, "f": family, "G": given_name[0], "F": family[0]}
    assert restore(written.format(**facts), seen.pseudonyms) == read


def test_accents_that_the_model_adds_do_not_matter() -> None:
    seen = hidden("Sophie", "Sophie")
    accented = seen.text.translate(str.maketrans("aeiou", "áéíóú"))
    assert restore(accented, seen.pseudonyms) == "Sophie"


@pytest.mark.parametrize("domain", ["", ".com", ".be", ".EXAMPLE"])
def test_an_address_is_found_again_whatever_its_ending(domain: str) -> None:
    seen = hide("a@b.be", [Finding(0, 6, Label.EMAIL)])
    written = seen.text.removesuffix(".example") + domain
    assert restore(f"Écrivez à {written}, merci.", seen.pseudonyms) == "Écrivez à a@b.be, merci."


def test_an_address_that_the_model_puts_together_shows_nothing_invented_of_ours() -> None:
    seen = hide("a@b.be", [Finding(0, 6, Label.EMAIL)])
    host = seen.text.partition("@")[2]
    assert restore(f"paul@{host} ou @{host.upper()}", seen.pseudonyms) == "paul@b.be ou @b.be"


def test_what_the_model_makes_up_is_not_turned_back() -> None:
    seen = hidden("Sophie", "Sophie")
    answer = "Bazvodine Fikzadek, bazvod@kizvad.example, TEL-BCDFG1, TEL-1 et [NOM]"
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
    answer = f"Bien, **{seen.text}** {seen.text[5:9]} {seen.text.lower()} {' '.join(seen.pseudonyms)[:-1]}"
    restorer = Restorer(seen.pseudonyms)
    pieces, position = [], 0
    for cut in cuts:
        pieces.append(restorer.feed(answer[position : position + cut]))
        position += cut
    pieces.append(restorer.feed(answer[position:]) + restorer.flush())
    assert "".join(pieces) == restore(answer, seen.pseudonyms)


def test_only_what_may_be_a_pseudonym_is_held_back() -> None:
    seen = hidden("Sophie", "Sophie")
    restorer = Restorer(seen.pseudonyms)
    assert restorer.feed("Voici la lettre demandée.") == "Voici la lettre demandée."
    assert restorer.feed(" Chère " + seen.text[:4]) == " Chère "
    assert restorer.feed("-onne") + restorer.flush() == seen.text[:4] + "-onne"


def test_a_given_name_waits_for_the_family_name_that_may_follow() -> None:
    seen = hidden("Sophie Lambert", "Sophie Lambert")
    given_name, family = seen.text.split()
    restorer = Restorer(seen.pseudonyms)
    assert restorer.feed(given_name) == ""
    assert restorer.feed(" " + family[:3]) == ""
    assert restorer.feed(family[3:] + " !") == "Sophie Lambert !"
    assert restorer.feed(given_name) + restorer.flush() == "Sophie"


@given(st.lists(NAMES, min_size=2, max_size=4), st.integers(0, 3))
def test_nothing_crosses_between_asks_under_way_together(asks: list[list[str]], turn: int) -> None:
    texts = [f"Ask {at} : " + ", ".join(names) for at, names in enumerate(asks)]
    seen = [hidden(text, *names) for text, names in zip(texts, asks, strict=True)]
    words = [set(re.findall(r"[A-Z]+", plain(" ".join(one.pseudonyms)))) for one in seen]
    # Two asks may draw the same word, once in a million: each then still reads its own value in its place.
    assume(not any(one & other for at, one in enumerate(words) for other in words[:at]))
    restorers = [Restorer(one.pseudonyms) for one in seen]
    for at, restorer in enumerate(restorers):
        other = seen[(at + 1 + turn) % len(seen)]
        if other is not seen[at]:
            assert restorer.feed(other.text) + restorer.flush() == other.text
        assert restorer.feed(seen[at].text) + restorer.flush() == texts[at]
