"""Reads policies/lessons/: one YAML file a lesson, in French and, as its title, in English and Dutch.

An organisation's own folder adds lessons, and replaces one by writing another with the same `name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bot.adapters.files.policy import LANGUAGES
from bot.adapters.files.reading import Part, document, documents, written
from bot.core.lesson import Course, Lesson, Question, Told
from bot.core.person import Language
from bot.errors import ContentError

LEVELS = 3
"""The last level that lessons take people on from."""

TITLE, TEXT, WHY = 55, 2_500, 500
ASK = 140
CHOICE = 64
"""Characters that a Mattermost form shows of a choice; of a question it shows 150, with its number."""

QUESTIONS = 5
"""Fields that fit into one form of Mattermost."""

CHOICES = 6

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"\S{1,32}")
_WRAPPED = re.compile(r"(?<!\n)\n *(?=[^\s-])")
"""The end of a line within a paragraph, or within a line of a list."""


def load(folder: Path, own: Path | None = None) -> Course:
    """Read the lessons of `folder` and those of the organisation's `own`. Raises ContentError."""
    found: dict[str, Lesson] = {}
    for place in (folder, own) if own else (folder,):
        found |= _of(place)
    course = Course.of(found.values())
    levels = {lesson.level for lesson in course.lessons}
    missing = set(range(1, max(levels, default=0))) - levels
    if missing:
        where = (own or folder) / "lessons"
        raise ContentError(
            where.as_posix(), 1, f"no lesson of level {min(missing)}: nobody could go beyond it"
        )
    return course


def _of(folder: Path) -> dict[str, Lesson]:
    here: dict[str, Lesson] = {}
    for path in documents(folder, "lessons/*.yaml"):
        part = document(*written(path, folder.parent))
        lesson = _lesson(part)
        if lesson.name in here:
            part.entries()["name"].fault(f"two lessons are called « {lesson.name} »")
        here[lesson.name] = lesson
    return here


def _lesson(part: Part) -> Lesson:
    fields = part.known(("name", "level", "version", "title", "text", "questions"))
    written_in = tuple(fields["title"].known(("fr",), ("en", "nl")))
    languages = tuple(language for language in LANGUAGES if language in written_in)
    return Lesson(
        _shaped(fields["name"], _NAME, 40, "a name such as « nos-archives »"),
        fields["level"].whole(1, LEVELS),
        _shaped(fields["version"], _VERSION, 32, "a version such as « 2026.1 »"),
        _told(fields["title"], languages, TITLE),
        _told(fields["text"], languages, TEXT),
        tuple(_question(each, languages) for each in _some(fields["questions"], 1, QUESTIONS, "questions")),
    )


def _question(part: Part, languages: Iterable[Language]) -> Question:
    fields = part.known(("ask", "choices", "right", "why"))
    choices = _some(fields["choices"], 2, CHOICES, "choices")
    told = tuple(_told(each, languages, CHOICE) for each in choices)
    for language in languages:
        if len({choice[language] for choice in told}) < len(told):
            fields["choices"].fault(f"two choices read the same in « {language} »")
    return Question(
        ask=_told(fields["ask"], languages, ASK),
        choices=told,
        right=fields["right"].whole(1, len(told)) - 1,
        why=_told(fields["why"], languages, WHY),
    )


def _told(part: Part, languages: Iterable[Language], most: int) -> Told:
    """Read a text in all languages of the lesson's title; lines of a paragraph become one line."""
    known = part.known(languages)
    found: dict[Language, str] = {}
    for language in languages:
        text = _WRAPPED.sub(" ", known[language].text())
        if len(text) > most:
            known[language].fault(f"expected {most} characters at most, not {len(text)}")
        found[language] = text
    return found


def _shaped(part: Part, shape: re.Pattern[str], most: int, expected: str) -> str:
    text = part.text()
    if not shape.fullmatch(text) or len(text) > most:
        part.fault(f"expected {expected}")
    return text


def _some(part: Part, least: int, most: int, what: str) -> tuple[Part, ...]:
    parts = part.parts()
    if not least <= len(parts) <= most:
        part.fault(f"expected {least} to {most} {what}, not {len(parts)}")
    return parts
