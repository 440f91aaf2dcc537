"""Lessons: short texts with questions, by level. Passing every lesson of a level brings the next level.

A level that was reached stays: a lesson that is changed later is to be passed again, and takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.person import Language
from bot.core.reply import Values
from bot.errors import NotFound

Told = Mapping[Language, str]
"""A sentence in each language it is written in."""

Passed = Mapping[str, str]
"""The lessons that a person has passed: names, with the version that they passed."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a lesson. `right` is the place of the right choice, counted from 0."""

    ask: Told
    choices: tuple[Told, ...]
    right: int
    why: Told

    def chosen(self, words: str) -> int | None:
        """Return the place of the choice that reads so in one of its languages, None when none does."""
        places = (place for place, choice in enumerate(self.choices) if words in choice.values())
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Mark:
    """A question with the choice that was made."""

    question: Question
    chosen: int

    @property
    def right(self) -> bool:
        """Return whether the choice is the right one."""
        return self.chosen == self.question.right


@dataclass(frozen=True, slots=True)
class Attempt:
    """The marked answers to all questions of a lesson."""

    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        """Return how many answers are right."""
        return sum(mark.right for mark in self.marks)

    @property
    def passed(self) -> bool:
        """Return whether the lesson is passed: every answer is right."""
        return self.right == len(self.marks)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson; a new `version` is to be passed anew. `level` is the one it takes people on from."""

    name: str
    level: int
    version: str
    title: Told
    text: Told
    questions: tuple[Question, ...]

    def fields(self) -> tuple[str, ...]:
        """Return the name of the field that each question has in a form: its number."""
        return tuple(str(number) for number in range(1, len(self.questions) + 1))

    def attempted(self, values: Values) -> Attempt | None:
        """Mark the answers of a form; None when a question has none, or one of another version."""
        answers = zip(self.questions, self.fields(), strict=True)
        chosen = [(question, question.chosen(values.get(field, ""))) for question, field in answers]
        marks = tuple(Mark(question, place) for question, place in chosen if place is not None)
        return Attempt(marks) if len(marks) == len(self.questions) else None


@dataclass(frozen=True, slots=True)
class Course:
    """All lessons of an installation, by level. People know them by their number in it, from 1 on."""

    lessons: tuple[Lesson, ...] = ()

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Course:
        """Put lessons in the order of their levels; within a level they keep the one they come in."""
        return cls(tuple(sorted(lessons, key=lambda lesson: lesson.level)))

    def numbered(self) -> tuple[tuple[int, Lesson], ...]:
        """Return each lesson with its number."""
        return tuple(enumerate(self.lessons, start=1))

    def lesson(self, number: int) -> Lesson:
        """Return the lesson with this number. Raises NotFound."""
        if not 0 < number <= len(self.lessons):
            raise NotFound("lesson")
        return self.lessons[number - 1]

    def left(self, passed: Passed) -> tuple[tuple[int, Lesson], ...]:
        """Return the lessons that are to be passed still, with their numbers: the next one first."""
        return tuple((number, one) for number, one in self.numbered() if passed.get(one.name) != one.version)

    def level(self, passed: Passed) -> int:
        """Return the level that the lessons passed bring; none goes beyond a level without lessons."""
        left = {lesson.level for _, lesson in self.left(passed)}
        level = 1
        while level not in left and any(lesson.level == level for lesson in self.lessons):
            level += 1
        return level

    @property
    def highest(self) -> int:
        """Return the level of somebody who has passed every lesson."""
        return self.level({lesson.name: lesson.version for lesson in self.lessons})
