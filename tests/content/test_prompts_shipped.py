"""The shipped library: every prompt can be used on a Monday morning, by a small model, with little data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.adapters.files.prompts import load
from bot.core.model import Need
from bot.core.prompt import PromptTemplate, render

FOLDER = Path(__file__).parents[2] / "prompts"
LIBRARY = load(FOLDER)
AREAS = {
    "Accueil",
    "Adhésions",
    "Bénévoles",
    "Communication",
    "Comptabilité et rapports",
    "Dons",
    "Événements",
    "Formation",
    "Langage clair",
    "Réunions",
    "Subsides et appels à projets",
    "Traduction",
}

every = pytest.mark.parametrize("template", LIBRARY.templates, ids=lambda template: template.name)


def filled(template: PromptTemplate) -> str:
    return render(template, {variable.name: variable.example for variable in template.variables})


def test_every_area_of_an_associations_week_has_prompts() -> None:
    french = Counter(one.area for one in LIBRARY.templates if one.language == "fr")
    assert set(french) == AREAS
    assert min(french.values()) >= 2
    assert french.total() >= 36


def test_most_prompts_are_open_to_everybody_and_content_with_a_small_model() -> None:
    everybody = [one for one in LIBRARY.templates if one.level == 1 and one.need is Need.SMALL]
    assert len(everybody) > len(LIBRARY.templates) / 2


@every
def test_a_prompt_is_vetted_and_short_enough_for_a_small_model(template: PromptTemplate) -> None:
    assert template.vetted
    assert len(template.body) < 1_300
    assert len(template.purpose) < 140


@every
def test_a_prompt_filled_in_with_its_examples_leaves_no_placeholder(template: PromptTemplate) -> None:
    text = filled(template)
    assert "{{" not in text
    for variable in template.variables:
        if variable.kind in {"line", "text"}:
            assert variable.example in text


@every
def test_a_prompt_says_what_to_do_when_a_fact_is_missing(template: PromptTemplate) -> None:
    honest = (
        r"\[à (?:compléter|préciser|vérifier)|\[to be completed\]|Non précisé|Rien à signaler"
        r"|N’ajoute|n’ajoute|N’invente|Add nothing|sans rien changer|Ne suppose|mot pour mot"
    )
    assert re.search(honest, template.body)


@every
def test_french_is_set_as_french_is(template: PromptTemplate) -> None:
    if template.language == "fr":
        text = f"{template.title}\n{template.purpose}\n{template.body}"
        assert not re.search(r" [:;?!»]", text), "an unbreakable space stands before high punctuation"
        assert "'" not in text
        assert not re.search(r"« ", text)
