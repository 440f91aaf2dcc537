"""Somebody learns: the list, a lesson, its marks, the level that opens a prompt, and nobody looking on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.lesson import Lesson
from bot.core.reply import Message, Tone
from tests.world import World

OF_LEVEL_2 = "rapport-subside"


def answers(lesson: Lesson, wrong: int = 0) -> dict[str, str]:
    """Return the right answers to a lesson, the first `wrong` of them wrong."""
    asked = enumerate(zip(lesson.fields(), lesson.questions, strict=True))
    return {
        name: question.choices[(question.right + (place < wrong)) % len(question.choices)]["fr"]
        for place, (name, question) in asked
    }


async def takes(world: World, who: str, number: int, wrong: int = 0) -> Message:
    """Let somebody answer lesson `number`."""
    return await world.says(who, f"leçon {number}", **answers(world.ports.course.lesson(number), wrong))


async def level(world: World, who: str) -> int:
    """Return the level that somebody has."""
    return (await world.ports.people.person(world.people[who].id)).level


async def test_the_list_shows_what_is_passed_and_offers_the_next_lesson_first(world: World) -> None:
    """Expected: seven to take, five by button; after one, that one passed and the second as the first button."""
    fresh = await world.says("staff", "leçons")
    assert "Leçons réussies : 0 sur 7".replace(" :", "\u00a0:") in fresh.text
    assert [button.command for button in fresh.buttons] == [f"leçon {number}" for number in range(1, 6)]
    await takes(world, "staff", 1)
    after = await world.says("staff", "apprendre")
    assert "1 sur 7" in after.text
    assert after.text.count("(réussie)") == 1
    assert (after.buttons[0].command, after.buttons[0].style) == ("leçon 2", "primary")


async def test_a_lesson_is_its_text_and_a_choice_for_each_question(world: World) -> None:
    """Expected: the whole text, three required fields of three choices, and the lesson's own command."""
    message = await world.says("staff", "leçon 2")
    lesson = world.ports.course.lesson(2)
    assert lesson.title["fr"] in message.text
    assert message.form is not None
    assert message.form.command == "leçon 2"
    assert [(field.kind, field.required, len(field.options)) for field in message.form.fields] == [
        ("choice", True, 3)
    ] * 3


async def test_a_wrong_answer_is_explained_and_the_lesson_offered_again(world: World) -> None:
    """Expected: what was right, what was not, why for each; no form, no level, a button to start again."""
    message = await takes(world, "staff", 1, wrong=1)
    assert (message.text.count("À revoir"), message.text.count("Juste")) == (1, 2)
    assert all(question.why["fr"][:40] in message.text for question in world.ports.course.lesson(1).questions)
    assert message.form is None
    assert (message.buttons[0].label, message.buttons[0].command) == ("Recommencer", "leçon 1")
    assert await world.ports.lessons.passed(world.people["staff"].id) == {}


async def test_every_lesson_of_a_level_brings_the_next_level_at_once(world: World) -> None:
    """Expected: the level told and kept with the last one; the next lesson as a button; level 4 at the end."""
    first = await takes(world, "staff", 1)
    assert first.tone is Tone.DONE
    assert first.buttons[0].command == "leçon 2"
    await takes(world, "staff", 2)
    assert await level(world, "staff") == 1
    assert "Vous passez au niveau 2" in (await takes(world, "staff", 3)).text
    assert await level(world, "staff") == 2
    for number in (4, 5, 6):
        await takes(world, "staff", number)
    last = await takes(world, "staff", 7)
    assert "Vous passez au niveau 4" in last.text
    assert [button.command for button in last.buttons] == ["leçons"]


async def test_lessons_may_be_taken_in_any_order_and_again(world: World) -> None:
    """Expected: a later lesson counts once the earlier ones are passed; repeating one, even badly, costs nothing."""
    for number in (4, 5, 2, 3):
        await takes(world, "staff", number)
    assert await level(world, "staff") == 1
    await takes(world, "staff", 1)
    assert await level(world, "staff") == 3
    await takes(world, "staff", 1, wrong=3)
    await takes(world, "staff", 2)
    assert await level(world, "staff") == 3


async def test_a_prompt_beyond_ones_level_leads_to_the_lessons_and_opens_after_them(world: World) -> None:
    """Expected: told before any form is filled in, with a button; then the form."""
    refused = await world.says("staff", f"prompt {OF_LEVEL_2}")
    assert (refused.tone, refused.form) == (Tone.STOPPED, None)
    assert [button.command for button in refused.buttons] == ["leçons"]
    for number in (1, 2, 3):
        await takes(world, "staff", number)
    assert (await world.says("staff", f"prompt {OF_LEVEL_2}")).form is not None


async def test_without_lessons_that_lead_there_a_prompt_sends_its_person_to_the_mentors(world: World) -> None:
    """Expected: the sentence without a button that would lead nowhere; and a list that says it is empty."""
    world.ports = replace(world.ports, course=type(world.ports.course)())
    refused = await world.says("staff", f"prompt {OF_LEVEL_2}")
    assert refused.buttons == ()
    assert "mentors" in refused.text
    assert "pas encore de leçons" in (await world.says("staff", "leçons")).text


async def test_a_lesson_that_changed_is_to_be_passed_again_and_takes_no_level_away(world: World) -> None:
    """Expected: it says so in the list; the level stays."""
    for number in (1, 2, 3):
        await takes(world, "staff", number)
    course = world.ports.course
    changed = replace(course.lesson(1), version="2030.1")
    world.ports = replace(world.ports, course=replace(course, lessons=(changed, *course.lessons[1:])))
    listed = await world.says("staff", "leçons")
    assert "modifiée depuis" in listed.text
    assert listed.buttons[0].command == "leçon 1"
    await takes(world, "staff", 4)
    assert await level(world, "staff") == 2


async def test_a_form_with_a_gap_or_of_another_version_comes_back_with_what_was_answered(
    world: World,
) -> None:
    """Expected: the lesson again, its answers kept where they fit, nothing marked."""
    given = answers(world.ports.course.lesson(1)) | {"2": "un choix qui n’existe plus"}
    message = await world.says("staff", "leçon 1", **given)
    assert message.tone is Tone.FAULT
    assert message.form is not None
    assert message.form.fields[0].value == given["1"]
    assert await world.ports.lessons.passed(world.people["staff"].id) == {}


@pytest.mark.parametrize("line", ["leçon 8", "leçon 0"])
async def test_a_number_without_a_lesson_is_told_kindly(world: World, line: str) -> None:
    """Expected: where the list is."""
    assert "/ia leçons" in (await world.says("staff", line)).text


async def test_lessons_are_read_in_ones_own_language(world: World) -> None:
    """Expected: Dutch for who reads Dutch, and Dutch answers count."""
    await world.says("staff", "taal nl")
    lesson = world.ports.course.lesson(1)
    message = await world.says("staff", "lessen 1")
    assert lesson.text["nl"].splitlines()[0] in message.text
    told = (question.choices[question.right]["nl"] for question in lesson.questions)
    passed = await world.says("staff", "lessen 1", **dict(zip(lesson.fields(), told, strict=True)))
    assert passed.title == "Geslaagd voor les 1"


async def test_nobody_reads_what_a_colleague_has_passed(world: World) -> None:
    """Expected: a mentor's and an admin's words are the same whether a colleague has passed lessons or not."""
    shown = ("aide", "bilan", "budget", "demandes", "empreinte", "leçons", "revue")
    lines = [(who, line) for who in ("mentor", "admin") for line in shown]
    before = [await world.says(who, line) for who, line in lines]
    await takes(world, "staff", 1)
    assert [await world.says(who, line) for who, line in lines] == before
