"""The shipped lessons: complete in three languages, short, and shown whole on every platform."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.files import lessons
from bot.adapters.mattermost.dialogs import dialog
from bot.adapters.slack.modals import Origin, modal
from bot.core.lesson import Lesson, Question, Told
from bot.core.person import Language
from bot.core.reply import Message
from bot.wording.lessons import opened
from tests.edges.blockkit import view_faults
from tests.edges.mattermost_server import dialog_faults

ROOT = Path(__file__).parents[2]
COURSE = lessons.load(ROOT / "policies")
LANGUAGES: tuple[Language, ...] = ("fr", "en", "nl")

each_lesson = pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.name)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def sentences(lesson: Lesson) -> list[Told]:
    asked = [[one.ask, *one.choices, one.why] for one in lesson.questions]
    return [lesson.title, lesson.text, *(told for group in asked for told in group)]


def message(lesson: Lesson, language: Language) -> Message:
    return opened(lesson, COURSE.lessons.index(lesson) + 1, {}, language)


def test_seven_lessons_lead_from_level_one_to_level_four() -> None:
    assert [lesson.level for lesson in COURSE.lessons] == [1, 1, 1, 2, 2, 3, 3]
    assert COURSE.highest == 4


@each_lesson
def test_a_lesson_is_two_minutes_and_three_questions_in_three_languages(lesson: Lesson) -> None:
    """Expected: 120 to 200 words, three questions of three choices, every sentence in each language."""
    assert all(tuple(told) == LANGUAGES for told in sentences(lesson))
    assert all(120 <= len(text.split()) <= 200 for text in lesson.text.values())
    assert [len(question.choices) for question in lesson.questions] == [3, 3, 3]


@each_lesson
def test_the_right_answer_stands_neither_always_in_one_place_nor_out_by_its_length(lesson: Lesson) -> None:
    """Expected: three places, and at most two of three right answers are the longest choice."""
    assert {question.right for question in lesson.questions} == {0, 1, 2}
    assert sum(longest_is_right(question) for question in lesson.questions) <= 2


def longest_is_right(question: Question) -> bool:
    lengths = [len(choice["fr"]) for choice in question.choices]
    return lengths.index(max(lengths)) == question.right


@each_lesson
def test_french_is_typed_with_its_own_signs_and_says_vous(lesson: Lesson) -> None:
    """Expected: curly apostrophes, « » and no familiar form; no English or machine-room words."""
    for told in sentences(lesson):
        assert not re.search(r"['\"“”]", told["fr"]), told["fr"]
        assert not re.search(r"\b(tu|tes|toi|prompter|output|feedback|biaisé)\b", told["fr"]), told["fr"]


def test_what_cites_the_law_names_its_article_and_its_date() -> None:
    """Expected: what the two lessons on law rest on."""
    said = {lesson.name: lesson.text["fr"] for lesson in COURSE.lessons}
    for words in ("article 22", "annexe III", "2 décembre 2027"):
        assert words in said["biais"]
    for words in ("article 50", "2 août 2026", "article 4", "2 février 2025", "pas un avis juridique"):
        assert words.casefold() in said["transparence"].casefold()


@each_lesson
@in_each_language
def test_a_slack_modal_shows_a_lesson_whole(lesson: Lesson, language: Language) -> None:
    """Expected: within Block Kit, and nothing of a question or a choice cut."""
    shown = message(lesson, language)
    assert shown.form is not None
    view = modal(shown.form, Origin(shown.form.command, "C1"), language, shown.text)
    assert view_faults(view) == []
    assert "…" not in written(view)


@each_lesson
@in_each_language
def test_a_mattermost_dialog_shows_a_lesson_whole(lesson: Lesson, language: Language) -> None:
    """Expected: within its limits; a question too long for a label stands whole below its field."""
    shown = message(lesson, language)
    assert shown.form is not None
    view = dialog(shown.form, 0, "state", language, shown.text)
    assert dialog_faults(view) == ""
    for element, field in zip(view["elements"], shown.form.fields, strict=True):
        assert field.label in (element["display_name"], element["help_text"])
        assert [option["text"] for option in element["options"]] == [one.label for one in field.options]


def written(view: Any) -> str:
    return json.dumps(view, ensure_ascii=False)


def longest(told: Any) -> Any:
    return told["properties"]["fr"]["maxLength"]


def test_the_schema_for_editors_says_what_the_reader_asks() -> None:
    """Expected: the same limits in both."""
    schema = json.loads((ROOT / "policies/schema/lessons.json").read_text(encoding="utf-8"))
    asked = schema["properties"]["questions"]
    question = asked["items"]["properties"]
    assert schema["properties"]["level"]["maximum"] == lessons.LEVELS
    assert asked["maxItems"] == lessons.QUESTIONS
    assert question["choices"]["maxItems"] == lessons.CHOICES
    assert [longest(schema["properties"][name]) for name in ("title", "text")] == [
        lessons.TITLE,
        lessons.TEXT,
    ]
    assert longest(question["ask"]) == lessons.ASK
    assert longest(question["choices"]["items"]) == lessons.CHOICE
    assert longest(question["why"]) == lessons.WHY
