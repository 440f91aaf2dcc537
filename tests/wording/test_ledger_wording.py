"""What an admin reads of a week: in words, never as text of an ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.budget import Budget, Room
from bot.core.equivalents import Equivalent
from bot.core.footprint import Range
from bot.core.person import Language
from bot.core.review import Decision
from bot.core.sums import Sums
from bot.wording import budgets, ledger
from bot.wording.figures import between, change, duration, euros, long_day
from bot.wording.ledger_names import known, reason_name
from tests.digest_sample import made, used

LANGUAGES: list[Language] = ["fr", "en", "nl"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_can_be_told_in_every_language(language: Language) -> None:
    message = ledger.message(made(restated="2027"), language, late=True)
    assert "2027" in message.text
    assert "{" not in message.text
    assert all("{" not in fact.value for fact in message.facts)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_without_a_model_has_a_name_of_its_own(language: Language) -> None:
    """Expected: no « another reason » for what the road, a mentor, a term or an erasure writes."""
    decided = {f"mentor_{decision.value}" for decision in (Decision.ANSWER, Decision.REFUSE)}
    for reason in {"blocked", "human", "distress", "expired", "erased", *decided}:
        assert reason_name(reason, language) != reason_name("something new", language), reason


def test_a_week_is_told_against_the_one_before_and_the_mean() -> None:
    facts = {fact.label: fact.value for fact in ledger.facts(made(), "fr")}
    assert (
        facts["Demandes"]
        == "94 · +88\u00a0% sur la période précédente · moyenne des 2 périodes précédentes\u00a0: 40"
    )
    usual = "moyenne des 2 périodes précédentes\u00a0: "
    assert facts["Jetons"].endswith(f"{usual}20\u202f000")
    assert facts["Énergie"].endswith(f"{usual}10\u00a0Wh")
    assert facts["Délai de relecture"] == "1\u00a0min en médiane, 10\u00a0min au plus pour 9 sur 10"
    assert facts["Budget"] == "20\u00a0% de 1,00\u00a0€ (par mois)"


def test_an_equivalent_is_no_surer_than_the_footprint() -> None:
    """Expected: 3,3 g CO₂e (1,65 to 66 g) is 23 metres by car, from 8,7 (large car) to 660 (small one)."""
    text = ledger.message(made(), "fr").text
    assert "- 23 mètres en voiture, de 8,7 à 660 (ADEME, Impact CO2, 2025)" in text


@pytest.mark.parametrize(
    ("litres", "language", "told"),
    [
        (0.076, "fr", "0,076 bouilloire d’un litre"),
        (1.9, "fr", "1,9 bouilloire d’un litre"),
        (1.96, "fr", "2,0 bouilloires d’un litre"),
        (2, "fr", "2,0 bouilloires d’un litre"),
        (0.076, "en", "0.076 one-litre kettles"),
        (1, "en", "1.0 one-litre kettle"),
    ],
)
def test_less_than_two_of_something_is_singular_in_french(
    litres: float, language: Language, told: str
) -> None:
    one = Equivalent("kettles", Range(litres, litres, litres), "physics_kettle")
    assert known(one, language).split(", ")[0] == told


def test_a_week_of_two_years_names_both() -> None:
    over = replace(made(), period="2020-W01", first=date(2019, 12, 30), last=date(2020, 1, 5))
    assert ledger.title(over, "fr") == "Bilan de la semaine du 30 décembre 2019 au 5 janvier 2020"
    assert ledger.title(made(), "fr") == "Bilan de la semaine du 16 au 22 novembre 2026"


def test_an_unfinished_week_is_compared_with_nothing() -> None:
    facts = {fact.label: fact.value for fact in ledger.facts(replace(made(), complete=False), "fr")}
    assert facts["Demandes"] == "94"


def test_a_sample_is_called_a_sample() -> None:
    assert "inventé" in ledger.message(replace(made(), sample=True), "fr").text


def test_a_quiet_week_says_so() -> None:
    from bot.core.digest import Counts

    assert "Personne" in ledger.message(made(slices=(), counts=Counts()), "fr").text


def test_an_unknown_footprint_is_called_unknown() -> None:
    message = budgets.mine(Sums(entries=1, tokens_in=9), used(1, 0.1), used(2, 0.2), (), "fr")
    assert message.facts[0].value == "appels\u00a0: 1 · jetons\u00a0: 9 · inconnue"


def test_a_used_up_budget_says_when_it_begins_again_and_who_can_help() -> None:
    room = Room(Budget(1, "person", "k1", "tokens", "month", 10, hard=True), 10)
    message = budgets.budget_exhausted(room, date(2026, 11, 23), "fr")
    assert "1er décembre 2026" in message.text
    assert "mentor" in message.text


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert (
        between("gwp", Range(0.0012, 0.024, 1.5), "fr")
        == "24\u00a0g CO₂e (1,2\u00a0g CO₂e – 1,5\u00a0kg CO₂e)"
    )
    assert euros(0.0042, "fr") == "0,0042\u00a0€"
    assert euros(0.0042, "en") == "€0.0042"
    assert change(9, 10, "fr") == "−10\u00a0%"
    assert change(9, 0, "fr") is None
    assert duration(5400, "fr") == "1,5\u00a0h"


def test_the_first_of_a_month_is_an_ordinal_in_french_only() -> None:
    assert long_day(date(2026, 12, 1), "fr") == "1er décembre 2026"
    assert long_day(date(2026, 12, 11), "fr") == "11 décembre 2026"
    assert long_day(date(2026, 12, 1), "nl") == "1 december 2026"
