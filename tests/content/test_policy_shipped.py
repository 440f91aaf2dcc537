"""The shipped policy keeps its promises: its examples, its figures, the prompts beside it, and no bias by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import policing
from bot.adapters.files import policy as files
from bot.adapters.files.prompts import load as load_prompts
from bot.cli.policy import labelled
from bot.core.policy import quality
from bot.core.policy.audit import GENDERS, fairness
from bot.core.policy.engine import Policy
from bot.core.policy.verdict import Outcome
from bot.core.prompt import render

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Give the shipped policy with its detectors."""
    return policing.load(ROOT / "policies", inspect=policing.personal_data())


def test_the_model_fits_the_examples_beside_it() -> None:
    """Expected: nobody waits for training at the first start."""
    from bot.adapters import likeness
    from bot.adapters.files.policy_examples import fingerprint

    model = likeness.read(ROOT / "policies" / policing.MODEL, likeness.shipped())
    assert model is not None
    assert model.digest == fingerprint((ROOT / "policies",))


def test_every_example_in_a_rule_holds(policy: Policy) -> None:
    """Expected: the verdict that each promises."""
    for rule in policy.content.rules:
        for example in rule.examples:
            direction = "out" if rule.direction == "out" else "in"
            verdict = policy.check(example.text, {}, direction=direction)
            assert verdict.outcome is example.outcome, example.text


def test_every_category_and_rule_explains_itself_in_french_and_english(policy: Policy) -> None:
    """Expected: why, what to ask instead, and an article, for each."""
    for name in (*policy.content.categories, *(rule.id for rule in policy.content.rules)):
        for language in ("fr", "en", "nl"):
            said = policy.explain(name, language)
            assert said.why
            assert said.rewording
            assert said.article


def test_people_are_told_whom_to_call(policy: Policy) -> None:
    """Expected: Belgium's and France's numbers, the most urgent first."""
    assert [each.number for each in policy.emergency("BE", "fr")][:2] == ["112", "0800 32 123"]
    assert "3114" in [each.number for each in policy.emergency("FR", "fr")]


@pytest.mark.slow
def test_vetted_prompts_pass_with_their_examples(policy: Policy) -> None:
    """Expected: at most one in twenty of the library's own examples is held."""
    templates = load_prompts(ROOT / "prompts").listed()
    held = []
    for template in templates:
        values = {variable.name: variable.example for variable in template.variables}
        if policy.check(render(template, values), values).outcome is not Outcome.ALLOW:
            held.append(template.name)
    assert len(held) <= len(templates) / 20, held


@pytest.mark.slow
def test_names_of_all_origins_and_genders_are_treated_alike(policy: Policy) -> None:
    """Expected: verdicts, and names hidden whole, differ by 0.02 at most between origins and between genders."""
    names = files.audit(ROOT / "policies")
    assert len(names.names) >= 10
    assert all(len(names.names[origin][gender]) >= 8 for origin in names.names for gender in GENDERS)
    assert len(names.sentences) >= 20
    few = {
        origin: {gender: each[:2] for gender, each in genders.items()}
        for origin, genders in names.names.items()
    }
    fair = fairness(replace(names, names=few), lambda text: policy.check(text, {}))
    assert fair.gap <= 0.02, fair


@pytest.mark.slow
def test_all_hundred_and_sixty_names_are_treated_alike(policy: Policy) -> None:
    """Expected: the same of every name of the audit; names that are words too are counted apart."""
    names = files.audit(ROOT / "policies")
    fair = fairness(names, lambda text: policy.check(text, {}))
    assert fair.gap <= 0.02, fair.missed
    assert names.words_too(lambda text: policy.check(text, {})) >= 0.8


def test_distress_is_seen_in_texts_kept_unseen(policy: Policy) -> None:
    """Expected: of the texts of each hand, every one goes to a person."""
    for hand in ("held", "held_desk", "held_survey"):
        texts = [
            each for each in labelled(ROOT / f"tests/content/asks/{hand}.jsonl") if each.category == "R7"
        ]
        measured = quality.measure((each, policy.check(each.text, {})) for each in texts)
        assert measured.share("distress") == 1.0, hand
