"""The policy at work: the severest wins, a failure goes to a person, nothing escapes by its wrapping."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.charter import Article, Charter, EmergencyNumber
from bot.core.policy.conditions import Combined, Found, Listed, Reading
from bot.core.policy.engine import Content, Policy
from bot.core.policy.finding import Finding, Label
from bot.core.policy.folding import Words
from bot.core.policy.language import pattern
from bot.core.policy.rules import Category, Rule, Sentence
from bot.core.policy.verdict import Outcome

WORDS: Sentence = {"fr": "parce que", "en": "because"}


def category(code: str, outcome: Outcome, *before: str) -> Category:
    return Category(code, outcome, "A1", WORDS, WORDS, WORDS, before=before)


CATEGORIES = {
    each.code: each
    for each in (
        category("R1", Outcome.REVIEW),
        category("R7", Outcome.REVIEW, "R1", "B6"),
        category("B5", Outcome.BLOCK),
        category("B6", Outcome.BLOCK),
    )
}
LISTS = {"secret": ("secret",), "danger": ("danger",), "haine": ("haine",)}


def content(*extra: Rule) -> Content:
    rules = (
        Rule("r1", "R1", Outcome.REVIEW, "A1", Listed("secret")),
        Rule("r7", "R7", Outcome.REVIEW, "A1", Listed("danger")),
        Rule("b6", "B6", Outcome.BLOCK, "A1", Listed("haine")),
        *extra,
    )
    charter = Charter("1", WORDS, (Article("A1", WORDS, WORDS),))
    numbers = (EmergencyNumber("112", "secours"),)
    return Content("test", charter, CATEGORIES, rules, LISTS, {"EU": {"fr": numbers}})


class Unsure:
    """A likeness model that finds everything somewhat like a prohibition."""

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return the same scores for all texts."""
        return {"allow": 0.45, "B6": 0.4, "R1": 0.15}


def test_nothing_met_is_allowed() -> None:
    """Expected: allow, without a category."""
    verdict = Policy(content()).check("bonjour", {})
    assert (verdict.outcome, verdict.category, verdict.hits) == (Outcome.ALLOW, None, ())


def test_the_severest_verdict_wins() -> None:
    """Expected: block, though a review rule was met too."""
    verdict = Policy(content()).check("haine et secret", {})
    assert (verdict.outcome, verdict.category) == (Outcome.BLOCK, "B6")


def test_danger_silences_what_matters_less() -> None:
    """Expected: distress alone, so that a human comes at once."""
    verdict = Policy(content()).check("danger, haine, secret", {})
    assert verdict.distress
    assert verdict.category == "R7"


def test_an_unsure_model_sends_a_prohibition_to_a_person() -> None:
    """Expected: review where no rule is sure."""
    verdict = Policy(content(), Unsure()).check("bonjour, voici une demande de six mots", {})
    assert (verdict.outcome, verdict.category) == (Outcome.REVIEW, "B6")


class Worried:
    """A likeness model that finds everything harmless most of all, and a little like distress."""

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return the same scores for all texts."""
        return {"allow": 0.65, "R7": 0.25, "R1": 0.1}


def test_a_little_like_distress_is_enough_for_a_person_to_look() -> None:
    """Expected: distress, also where a rule speaks of something that matters less."""
    policy = Policy(content(), Worried())
    assert policy.check("bonjour, voici une demande de six mots", {}).distress
    assert policy.check("bonjour, voici un secret de six mots", {}).distress


def test_a_few_words_need_more_than_an_unsure_model_to_be_stopped() -> None:
    """Expected: allow; a greeting is mostly its verb."""
    assert Policy(content(), Unsure()).check("bonjour", {}).outcome is Outcome.ALLOW


class Wary:
    """A likeness model that knows one alarming word, and is calmed by many harmless ones beside it."""

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return the share of the alarming word, tenfold."""
        alarm = min(0.99, 10 * words.words.count("flairer") / max(1, len(words.words)))
        return {"allow": 1 - alarm, "R1": alarm}


def test_a_value_is_judged_beside_harmless_values_as_if_alone() -> None:
    """Expected: review; the long agenda beside it says nothing of what the notes ask for."""
    policy = Policy(content(), Wary())
    agenda = "accueil budget sortie " * 20
    notes = "flairer ce que ce monsieur donnerait selon sa maison"
    whole = f"Rédige un compte rendu. {agenda} {notes}"
    assert policy.check(whole, {"agenda": agenda, "notes": notes}).outcome is Outcome.REVIEW
    assert policy.check(whole, {"agenda": agenda, "notes": "rien de plus"}).outcome is Outcome.ALLOW
    assert policy.check(whole, {"agenda": "  "}).outcome is policy.check(whole, {}).outcome


def test_a_value_is_looked_at_on_its_own() -> None:
    """Expected: what a value hides is met, even when the text did not repeat it plainly."""
    assert Policy(content()).check("Résume : …", {"note": "c'est de la haine"}).outcome is Outcome.BLOCK


def test_a_hidden_reading_is_an_attempt_to_get_round() -> None:
    """Expected: B5 for spaced letters that spell what a rule stops."""
    verdict = Policy(content()).check("é c r i s  d e  l a  h a i n e", {})
    assert verdict.category == "B5"


def test_what_a_text_says_in_clear_is_not_hidden() -> None:
    """Expected: distress, though figures among letters could be read as a disguise of the same words."""
    verdict = Policy(content()).check(
        "danger d4ns le h4ll de la maison, dites à tous les autres de ne pas entrer", {}
    )
    assert verdict.distress
    assert [hit.category for hit in verdict.hits] == ["R7"]


def test_a_detector_that_raises_means_a_person() -> None:
    """Expected: review, the failure named, no error."""

    def broken(_: str) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        raise RuntimeError("no")

    verdict = Policy(content(), None, broken).check("bonjour", {})
    assert verdict.outcome is Outcome.REVIEW
    assert verdict.failed == ("personal data (RuntimeError)",)


def test_a_rule_that_raises_means_a_person_and_the_others_still_speak() -> None:
    """Expected: the failure named, and the block of another rule kept."""

    class Broken:
        def holds(self, reading: Reading) -> bool:
            """Fail."""
            raise ZeroDivisionError

    rule = Rule("broken", "R1", Outcome.REVIEW, "A1", Broken())
    verdict = Policy(content(rule)).check("haine", {})
    assert verdict.outcome is Outcome.BLOCK
    assert verdict.failed == ("broken (ZeroDivisionError)",)


def test_a_check_out_of_time_means_a_person() -> None:
    """Expected: review once the stopwatch passed the patience."""
    ticks = iter(range(0, 1000, 10))
    verdict = Policy(content(), seconds=lambda: float(next(ticks))).check("bonjour", {})
    assert verdict.failed == ("time",)
    assert verdict.outcome is Outcome.REVIEW


def test_an_answer_that_repeats_its_instructions_is_stopped() -> None:
    """Expected: block on the way out, and nothing said of a text that shares a turn of phrase."""
    secret = (
        "Tu aides une association. Tu ne donnes jamais de conseil médical. Tu réponds en français simple."
    )
    policy = Policy(content(), instructions=[secret])
    assert policy.check(f"Bien sûr : {secret}", {}, direction="out").category == "B5"
    assert policy.check("Je réponds en français simple.", {}, direction="out").outcome is Outcome.ALLOW


def test_a_label_can_be_a_condition() -> None:
    """Expected: the rule holds when the detector found it."""
    rule = Rule("card", "B6", Outcome.BLOCK, "A1", Combined(every=(Found(frozenset({Label.CARD})),)))
    policy = Policy(content(rule), None, lambda text: ((Finding(0, len(text), Label.CARD),), ()))
    assert policy.check("4539", {}).outcome is Outcome.BLOCK


def test_a_pattern_cannot_hang() -> None:
    """Expected: what makes other engines run for years is answered at once."""
    rule = Rule("slow", "B6", Outcome.BLOCK, "A1", pattern("(a+)+$"))
    assert Policy(content(rule)).check("a" * 5000 + "!", {}).failed == ()


def test_a_rule_that_is_gone_still_explains_itself() -> None:
    """Expected: its category's sentence, or a general one."""
    policy = Policy(content())
    assert policy.explain("R1.gone", "fr").why == "parce que"
    assert policy.explain("nowhere", "nl").rewording == "because"


def test_danger_in_an_unknown_country_has_the_european_number() -> None:
    """Expected: 112."""
    assert Policy(content()).emergency("SE", "nl")[0].number == "112"


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=5), st.text(max_size=80), max_size=3))
def test_a_check_never_raises_and_never_loosens(text: str, values: dict[str, str]) -> None:
    """Expected: adding a forbidden word to any text gives a block."""
    policy = Policy(content())
    policy.check(text, values)
    assert policy.check(f"{text} haine", values).outcome is Outcome.BLOCK or policy.check(text, {}).distress


@pytest.mark.parametrize("word", ["HAINE", "h\u200baine", "ｈａｉｎｅ", "h\u0430ine"])
def test_look_alikes_do_not_hide_a_word(word: str) -> None:
    """Expected: block."""
    assert Policy(content()).check(f"de la {word}", {}).outcome is Outcome.BLOCK
