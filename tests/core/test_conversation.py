"""What passes of an answer, and when; what of an ask is not in it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.ask import Ask, AskRecord, AskState, Place, Platform
from bot.core.conversation import Sieve, left_out
from bot.core.person import Person
from bot.core.policy.finding import Finding, Label
from bot.core.policy.verdict import Outcome, Verdict

WHO, WHERE = Person("p", "o", "Amina"), Place(Platform.CONSOLE, "p")


def record(text: str, answer: str, *found: tuple[str, Label]) -> AskRecord:
    findings = tuple(
        Finding(text.find(value), text.find(value) + len(value), label) for value, label in found
    )
    ask = Ask("a", WHO, WHERE, text, datetime(2026, 11, 24, tzinfo=UTC))
    verdict = Verdict(Outcome.ALLOW, findings=findings)
    return AskRecord(ask, 1, AskState.ANSWERED, verdict, "e", answer=answer)


def test_a_greeting_is_checked_with_the_line_that_follows() -> None:
    checked: list[str] = []

    def may_pass(text: str) -> bool:
        checked.append(text)
        return True

    sieve = Sieve({}, may_pass)
    assert sieve.feed("Bonjour,\n") == ""
    first = "Bonjour,\nNous vous remercions de votre don de 50 €.\n"
    assert sieve.feed(first.removeprefix("Bonjour,\n")) == first
    assert sieve.feed("À bientôt.") + sieve.flush() == "À bientôt."
    assert checked == [first, first + "À bientôt."]


def test_nothing_passes_after_a_stretch_that_may_not() -> None:
    sieve = Sieve({}, lambda text: "secret" not in text)
    assert sieve.feed("Voici la première phrase, qui est permise. ") != ""
    assert sieve.feed("Voici le secret que personne ne doit connaître. Et la suite.") + sieve.flush() == ""
    assert sieve.stopped


def test_a_value_in_another_spelling_is_not_left_out() -> None:
    ask = "Écris à Fatima El Amrani, 0475 12 34 56, BE68 5390 0754 7034"
    found = [
        ("Fatima El Amrani", Label.PERSON),
        ("0475 12 34 56", Label.PHONE),
        ("BE68 5390 0754 7034", Label.IBAN),
    ]
    assert left_out(record(ask, "Chère Fatima, 0475/12.34.56 reste le bon ?", *found)) == (
        "BE68 5390 0754 7034",
    )


def test_an_answer_without_most_values_is_a_summary() -> None:
    numbers = [f"0475 12 34 {number}" for number in range(50, 57)]
    found = [(number, Label.PHONE) for number in numbers]
    assert left_out(record("Résume : " + ", ".join(numbers), "Sept numéros.", *found)) == ()
