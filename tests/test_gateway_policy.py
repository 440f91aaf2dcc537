"""What the road tells the policy, and what it makes of the answer's check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import gateway, policing
from bot.adapters.files.reading import shipped
from bot.core.ask import Ask, Place, Platform
from bot.core.policy.verdict import Outcome
from bot.core.reply import Tone
from tests.world import World, opened

RULES = """\
- id: R5.role
  category: R5
  when: {all: ["tournesol", role: [mentor]]}
- id: R5.place
  category: R5
  when: {all: ["jonquille", channel: [console]]}
- id: R5.elsewhere
  category: R5
  when: {all: ["muguet", channel: [slack]]}
- id: R5.prompt
  category: R5
  when: {all: ["lilas", prompt: [annonce-evenement]]}
- id: R5.out
  category: R5
  direction: out
  when: {all: ["pivoine", role: [staff], channel: [console]]}
"""


@pytest.fixture
async def bound(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world whose association binds rules to a role, a platform and a prompt."""
    (tmp_path / "own" / "rules").mkdir(parents=True)
    (tmp_path / "own" / "rules" / "own.yaml").write_text(RULES, encoding="utf-8")
    policy = policing.load(shipped("policies"), tmp_path / "own", inspect=policing.personal_data())
    async with opened(tmp_path) as world:
        world.ports = replace(world.ports, policy=policy)
        yield world


async def test_a_rule_for_mentors_stops_a_mentor_and_no_colleague(bound: World) -> None:
    """Expected: the same words wait for one and are answered for the other."""
    assert (await bound.says("mentor", "Parle du tournesol au printemps")).tone is Tone.WAITING
    assert (await bound.says("staff", "Parle du tournesol au printemps")).tone is Tone.ANSWER


async def test_a_rule_for_a_platform_speaks_on_that_platform_only(bound: World) -> None:
    """Expected: held on the console for its own rule, not for Slack's."""
    assert (await bound.says("staff", "Parle de la jonquille au printemps")).tone is Tone.WAITING
    assert (await bound.says("staff", "Parle du muguet au printemps")).tone is Tone.ANSWER


async def test_a_rule_for_a_prompt_speaks_with_that_prompt_only(bound: World) -> None:
    """Expected: the same word is held when it fills the prompt, and answered in a free question."""
    person = bound.people["staff"]
    place = Place(Platform.CONSOLE, person.id)
    filled = Ask("a1", person, place, "Une fête du lilas", bound.clock.now(), template="annonce-evenement")
    free = replace(filled, template=None)
    assert (await gateway.judged(bound.ports, filled)).outcome is Outcome.REVIEW
    assert (await gateway.judged(bound.ports, free)).outcome is Outcome.ALLOW


async def test_a_rule_for_answers_knows_who_asked_and_where(bound: World) -> None:
    """Expected: an answer that meets it is withheld."""
    bound.models.script(["La pivoine fleurit en mai."])
    assert (await bound.says("staff", "Parle d’une fleur de mai")).tone is not Tone.ANSWER


async def test_an_answer_with_somebody_elses_number_is_withheld_and_the_persons_own_comes_back(
    world: World,
) -> None:
    """Expected: a mobile number that nobody gave stops the answer; the one of the ask is read back."""
    world.models.script(["Appelez donc le 0475 48 27 91."], ["Noté : {sent}"])
    withheld = await world.says("staff", "Rédige une invitation à la fête du quartier")
    assert withheld.tone is Tone.FAULT
    assert "0475" not in withheld.text
    own = await world.says("staff", "Rédige une invitation, avec mon numéro 0475 48 27 91")
    assert "0475 48 27 91" in own.text
